// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import MMSEngine
import MMSRuntime
import Testing

/// Recordings of instruments whose ticks, lots and prices are others than those of the files that are at hand.
struct OtherInstrumentsTests {
  private func write(_ text: String, to name: String) throws -> String {
    try RecordedFeedTests.write(text, to: name)
  }

  // MARK: - LOBSTER

  @Test("A share below a dollar has ticks of a hundredth of a cent")
  func pennies() throws {
    let messages = try write(
      "34200.0,1,1,600,4321,1\n34200.1,1,2,900,4322,1\n34200.2,5,0,10,4325,1\n34200.3,4,2,900,4322,1\n",
      to: "message_2.csv")
    let orderbook = try write(
      "4330,500,4321,600,9999999999,0,-9999999999,0\n4330,500,4322,900,9999999999,0,4321,600\n"
        + "4330,500,4322,900,9999999999,0,4321,600\n4330,500,4321,600,9999999999,0,-9999999999,0\n",
      to: "orderbook_2.csv")
    let summary = try LobsterReplay.run(messages: messages, orderbook: orderbook)
    #expect(
      summary.rows == 4 && summary.exact == 3 && summary.mismatches == 0 && summary.executionsAtHead == 1)
    let feed = try LobsterFeed.read(messages: messages, orderbook: orderbook)
    #expect(feed.tick == 0.0001)
    #expect(
      feed.events.contains { $0.update == DepthUpdate(.sell, price: 4322, quantity: 900, isTrade: true) })
  }

  @Test("A share of 600,000 dollars, and stub quotes of a cent and of ten million dollars, are no fault")
  func stubs() throws {
    // The stubs are the second levels; one more comes and goes, and the near ask trades away and comes back.
    let messages = try write(
      """
      34200.0,1,1,5,6001000000,-1
      34200.1,1,8,7,99999999800,-1
      34200.2,3,8,7,99999999800,-1
      34200.3,4,1,5,6001000000,-1
      34200.4,1,9,4,6002000000,-1
      34200.5,1,10,2,5999500000,1

      """, to: "message_2.csv")
    let stub = "99999999900,1"
    let orderbook = try write(
      """
      6001000000,5,5999000000,3,\(stub),100,1
      6001000000,5,5999000000,3,99999999800,7,100,1
      6001000000,5,5999000000,3,\(stub),100,1
      \(stub),5999000000,3,9999999999,0,100,1
      6002000000,4,5999000000,3,\(stub),100,1
      6002000000,4,5999500000,2,\(stub),5999000000,3

      """, to: "orderbook_2.csv")
    let summary = try LobsterReplay.run(messages: messages, orderbook: orderbook)
    #expect(summary.rows == 6 && summary.exact == 5 && summary.mismatches == 0, "\(summary)")
    let feed = try LobsterFeed.read(messages: messages, orderbook: orderbook)
    #expect(feed.tick == 0.01 && feed.events.allSatisfy { $0.update.price < 700_000_000 })
  }

  @Test("An empty side, an auction without shares and a halt are read, and a symbol may have a point")
  func rare() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mms-rare-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let stem = "\(folder)/BRK.A_2023-11-01_34200000_34230000_"
    try """
    34200.0,1,1,5,6001000000,-1
    34201.0,6,-1,0,0,-1
    34202.0,7,0,0,-1,-1
    34204.0,7,0,0,0,-1
    34205.0,7,0,0,1,-1
    34206.0,1,2,1,6000000000,1

    """.write(toFile: stem + "message_1.csv", atomically: true, encoding: .utf8)
    let empty = "6001000000,5,-9999999999,0\n"
    try (String(repeating: empty, count: 5) + "6001000000,5,6000000000,1\n").write(
      toFile: stem + "orderbook_1.csv", atomically: true, encoding: .utf8)
    let summary = try LobsterReplay.run(
      messages: stem + "message_1.csv", orderbook: stem + "orderbook_1.csv")
    #expect(summary.rows == 6 && summary.exact == 5 && summary.halts == 3)
    let feed = try LobsterFeed.read(messages: stem + "message_1.csv", orderbook: stem + "orderbook_1.csv")
    #expect(feed.halts == [34_202_000_000_000..<34_205_000_000_000])
    let source = try LobsterSource(folder: folder)
    let series = try source.bars(BarRequest(symbol: "BRK.A", resolution: .seconds(1)))
    #expect(series.close.last == 600_050 && series.bid.last == 600_000)
  }

  // MARK: - Binance

  @Test(
    "A coin of a thousandth of a cent: eight decimals of price, quantities beyond what eight decimals can count"
  )
  func coin() throws {
    let stream = """
      1000000 {"lastUpdateId":6,"bids":[["0.00001347","123456789012.00"]],"asks":[["0.00001348","25000000000.00"]]}
      2000000 {"e":"depthUpdate","E":2,"s":"SHIBUSDT","U":7,"u":7,"b":[["0.00001346","7.00"]],"a":[]}
      2000001 {"u":7,"s":"SHIBUSDT","b":"0.00001347","B":"123456789012.00","a":"0.00001348","A":"25000000000.00"}
      3000000 {"e":"trade","E":3,"T":3,"s":"SHIBUSDT","t":1,"p":"0.00001347","q":"123456789011.00","m":true}
      3000001 {"e":"depthUpdate","E":3,"s":"SHIBUSDT","U":8,"u":9,"b":[["0.00001347","1.00"]],"a":[]}
      3000002 {"u":9,"s":"SHIBUSDT","b":"0.00001347","B":"1.00000000","a":"0.00001348","A":"25000000000"}

      """
    let path = try write(stream, to: "shib.jsonl")
    let summary = try BinanceReplay.run(messages: [path], snapshot: nil, market: .spot)
    #expect(summary.rows == 2 && summary.exact == 2 && summary.executions == 1)
    let feed = try BinanceFeed.read(messages: [path], snapshot: nil, market: .spot)
    #expect(feed.tick == 1e-8 && feed.lot == 1)
    #expect(
      feed.events.contains {
        $0.update == DepthUpdate(.sell, price: 1347, quantity: 123_456_789_011, isTrade: true)
      })
    let rows = try write(
      "local_ns,event_ms,first_id,final_id,side,price,qty\n2,2,7,7,b,0.00001347,123456789012.5\n", to: "d.csv"
    )
    let snapshot = try write(
      #"{"lastUpdateId":6,"bids":[["0.00001346","1"]],"asks":[["0.00001348","2"]]}"# + "\n", to: "s.json")
    #expect(try BinanceReplay.run(messages: [rows], snapshot: snapshot, market: .spot).rows == 1)
    #expect(try BinanceFeed.read(messages: [rows], snapshot: snapshot, market: .spot).lot == 0.5)
    // More than any scale can hold is refused with its line.
    let huge = try write(stream.replacing("123456789012.00", with: "12345678901234567890"), to: "huge.jsonl")
    let error = #expect(throws: MMSError.self) {
      try BinanceReplay.run(messages: [huge], snapshot: nil, market: .spot)
    }
    #expect(error?.code == .invalidData && error?.location?.line == 1)
  }

  @Test("Two symbols in a file are refused with the line, and messages of zeros are no trades")
  func strangers() throws {
    let head = #"{"lastUpdateId":6,"bids":[["10","1"]],"asks":[["11","1"]]}"# + "\n"
    let diff = { (symbol: String, id: Int) in
      "{\"e\":\"depthUpdate\",\"E\":5,\"s\":\"\(symbol)\",\"U\":\(id),\"u\":\(id),\"pu\":\(id - 1),"
        + "\"b\":[[\"10\",\"2\"]],\"a\":[]}\n"
    }
    let mixed = try write(head + diff("AUSDT", 6) + diff("BUSDT", 7), to: "mixed.jsonl")
    let error = #expect(throws: MMSError.self) {
      try BinanceReplay.run(messages: [mixed], snapshot: nil, market: .usdm)
    }
    #expect(error?.location?.line == 3 && error?.message.contains("of 'BUSDT'") == true, "\(error as Any)")
    let zeros =
      #"{"e":"trade","E":6,"T":6,"s":"AUSDT","t":3,"p":"0","q":"0","X":"NA","m":true}"# + "\n"
      + #"{"e":"trade","E":7,"T":7,"s":"AUSDT","t":4,"p":"10","q":"1","X":"MARKET","m":true}"# + "\n"
    let path = try write(head + diff("AUSDT", 6) + zeros, to: "zeros.jsonl")
    let feed = try BinanceFeed.read(messages: [path], snapshot: nil, market: .usdm)
    #expect(feed.events.filter { $0.update.isTrade }.map(\.update.quantity) == [1])
    #expect(feed.tick == 1 && feed.lot == 1)
  }
}
