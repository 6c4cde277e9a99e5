// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

@testable import MMSData

/// Readers of recorded order flow, and what they say of files that are wrong.
struct OrderFlowReaderTests {
  private func messages(_ text: String) throws -> [LobsterMessage] {
    let space = try Workspace()
    var reader = try LobsterMessageReader(path: space.file("messages.csv", text))
    var found: [LobsterMessage] = []
    while let message = try reader.next() { found.append(message) }
    return found
  }

  private func rows(_ text: String) throws -> [LobsterRow] {
    let space = try Workspace()
    var reader = try LobsterBookReader(path: space.file("rows.csv", text))
    var (found, row) = ([LobsterRow](), LobsterRow())
    while try reader.next(into: &row) { found.append(row) }
    return found
  }

  @Test func `a LOBSTER message has its fields`() throws {
    let found = try messages(
      "34200.017459617,5,0,1,2238200,-1\n34200.5,1,11885113,21,2238100,1\n34201.632812672004,7,0,0,-1,-1\r\n")
    #expect(
      found == [
        LobsterMessage(
          time: 34_200_017_459_617, kind: .hiddenExecution, id: 0, size: 1, price: 2_238_200, side: .sell),
        LobsterMessage(
          time: 34_200_500_000_000, kind: .submission, id: 11_885_113, size: 21, price: 2_238_100, side: .buy),
        LobsterMessage(time: 34_201_632_812_672, kind: .halt, id: 0, size: 0, price: -1, side: .sell),
      ])
  }

  static let brokenMessages = [
    ("34200.1,1,5,10,100,1\n34200.0,1,6,10,100,1\n", 2, "comes after 34200.100000000"),
    ("34200.1,1,5,-10,100,1\n", 1, "size is -10"), ("34200.1,1,5,0,100,1\n", 1, "size is 0"),
    ("34200.1,1,5,10,-100,1\n", 1, "price is -100"), ("34200.1,8,5,10,100,1\n", 1, "none of 1 to 7"),
    ("34200.1,1,-5,10,100,1\n", 1, "order id"), ("34200.1,1,5,10,100,0\n", 1, "direction"),
    ("34200.1,1,5,10,100\n", 1, "price"), ("34200.1,1,5,10,100,1,9\n", 1, "more columns"),
    ("x,1,5,10,100,1\n", 1, "seconds after midnight"),
    ("34200.1,1,99999999999999999999,1,1,1\n", 1, "order id"),
    ("34200.1,1,5,10,100,1\n\n", 2, "seconds after midnight"), ("34200.1,1,5,1e3,100,1\n", 1, "size"),
  ]

  @Test(arguments: brokenMessages)
  func `a broken message is named by its line`(text: String, line: Int, phrase: String) throws {
    let error = try #require(fault { try messages(text) })
    #expect(error.code == .invalidData && error.location?.line == line)
    #expect(error.message.contains(phrase), "\(error)")
  }

  @Test func `a LOBSTER row has its levels, and those it lacks are left out`() throws {
    let found = try rows("101,5,100,6,102,7,99,8\n101,5,100,6,9999999999,0,-9999999999,0\n")
    #expect(found[0].asks.map(\.price) == [101, 102] && found[0].bids.map(\.size) == [6, 8])
    #expect(found[1].asks.count == 1 && found[1].bids.count == 1)
    #expect(fault { try rows("101,5,100,6\n101,5,100\n") }?.location?.line == 2)
    #expect(fault { try rows("101,5,100,6,1\n") }?.message.contains("5 columns") == true)
    #expect(fault { try rows("101,-5,100,6\n") }?.message.contains("-5") == true)
    #expect(fault { try rows("101,a,100,6\n") }?.message.contains("column 2") == true)
  }

  private func stream(_ text: String) throws -> [(BinanceMessage, [BinanceLevel], [BinanceLevel])] {
    let space = try Workspace()
    var reader = try BinanceStreamReader(path: space.file("stream.jsonl", text))
    var found: [(BinanceMessage, [BinanceLevel], [BinanceLevel])] = []
    while let message = try reader.next() { found.append((message, reader.bids, reader.asks)) }
    return found
  }

  @Test func `each message of Binance's streams is understood`() throws {
    let found = try stream(
      #"""
      17 {"stream":"x@depth","data":{"e":"depthUpdate","E":1,"s":"X","U":5,"u":7,"pu":4,"b":[["1.50","0.2"]],"a":[]}}
      18 {"lastUpdateId":6,"bids":[["1.5","1"],["1.4","2.00000001"]],"asks":[["1.6","3"]]}
      {"u":8,"s":"X","b":"1.50","B":"2","a":"1.60","A":"3"}
      19 {"stream":"x@trade","data":{"e":"trade","t":9,"p":"1.6","q":"0.5","m":false,"M":true}}
      20 {"result":null,"id":[1,{"a":"}"}]}
      """#)
    #expect(found.count == 5)
    #expect(found[0].0 == .diff(BinanceDiff(firstID: 5, finalID: 7, previousID: 4)))
    #expect(found[0].1 == [BinanceLevel(price: 150_000_000, quantity: 20_000_000)] && found[0].2.isEmpty)
    #expect(
      found[1].0 == .snapshot(lastID: 6) && found[1].1.count == 2 && found[1].1[1].quantity == 200_000_001)
    #expect(
      found[2].0
        == .ticker(
          BinanceTicker(
            updateID: 8, bid: BinanceLevel(price: 150_000_000, quantity: 200_000_000),
            ask: BinanceLevel(price: 160_000_000, quantity: 300_000_000))))
    #expect(
      found[3].0 == .trade(BinanceTrade(id: 9, price: 160_000_000, quantity: 50_000_000, taker: .buy)))
    #expect(found[4].0 == .other)
  }

  static let brokenStreams = [
    (#"2 {"u":1}"# + "\n" + #"1 {"u":2}"#, 2, "comes after 2"),
    (#"1 {"data":{"e":"depthUpdate","U":5,"u":7,"b":[["1","-2"]],"a":[]}}"#, 1, "quantity '-2'"),
    (#"1 {"data":{"e":"depthUpdate","U":5,"u":7,"b":[["0","2"]],"a":[]}}"#, 1, "price '0'"),
    (#"1 {"data":{"e":"depthUpdate","U":5,"u":7,"b":[["1","2"]]"#, 1, "cut off"),
    (#"1 {"data":{"e":"depthUpdate","U":8,"u":7,"b":[],"a":[]}}"#, 1, "first and last update"),
    (#"1 {"data":{"e":"trade","t":5}}"#, 1, "trade lacks"), ("hello", 1, "no JSON object"),
    (#"1 {"a":"unclosed"#, 1, "cut off"), (#"1 {"a":1}}"#, 1, "cut off"), (#"1 {"a"}"#, 1, "cut off"),
    (#"1 {"lastUpdateId":1,"bids":[["1","2","3"]],"asks":[]}"#, 1, "cut off"),
  ]

  @Test(arguments: brokenStreams)
  func `a broken line of a stream is named`(text: String, line: Int, phrase: String) throws {
    let error = try #require(fault { try stream(text) })
    #expect(error.code == .invalidData && error.location?.line == line)
    #expect(error.message.contains(phrase), "\(error)")
  }

  @Test func `no cut and no changed byte of a file makes a reader fail otherwise`() throws {
    let sound =
      #"1 {"data":{"e":"depthUpdate","U":5,"u":7,"b":[["1.50","0.2"]],"a":[["9","1"]]}}"#
      + "\n34200.1,1,5,10,100,1\n101,5,100,6\n"
    var state: UInt64 = 1
    var refused = 0
    for round in 0..<1500 {
      var bytes = Array(sound.utf8)
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      if round % 3 == 0 { bytes.removeLast(Int(state >> 33) % bytes.count) }
      if !bytes.isEmpty { bytes[Int(state >> 40) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24) }
      let text = String(decoding: bytes, as: UTF8.self)
      for error in [fault { try stream(text) }, fault { try messages(text) }, fault { try rows(text) }] {
        guard let error else { continue }
        refused += 1
        #expect(error.code == .invalidData && error.location != nil, "\(error)")
      }
    }
    #expect(refused > 1500)
  }
}
