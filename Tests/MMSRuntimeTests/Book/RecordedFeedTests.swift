// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import MMSEngine
import MMSModels
import MMSRuntime
import Testing

/// Recordings as feeds that orders of ours can join.
struct RecordedFeedTests {
  static let data = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../../shared/data"
  ).standardizedFileURL.path
  static let hasData = FileManager.default.fileExists(atPath: "\(data)/lobster")

  static func lobster(_ name: String, _ kind: String, _ level: Int) -> String {
    "\(data)/lobster/\(name)_2012-06-21_34200000_57600000_\(kind)_\(level).csv.gz"
  }

  /// Writes a file into a folder of its own.
  static func write(_ text: String, to name: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mms-feed-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appending(path: name).path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test(.enabled(if: hasData, "the recordings are not beside the repository"), arguments: [5])
  func `a LOBSTER feed has the best prices of the recording at every time`(level: Int) throws {
    let paths = (Self.lobster("AMZN", "message", level), Self.lobster("AMZN", "orderbook", level))
    let feed = try LobsterFeed.read(messages: paths.0, orderbook: paths.1)
    #expect(feed.births.count == feed.events.count && feed.tick == 0.01 && feed.lot == 1)
    var messages = try LobsterMessageReader(path: paths.0)
    var rows = try LobsterBookReader(path: paths.1)
    var row = LobsterRow()
    var last: (time: Int64, bid: LobsterRow.Level?, ask: LobsterRow.Level?)?
    var book = DepthBook()
    var (next, checked, wrong) = (0, 0, 0)
    while let message = try messages.next(), try rows.next(into: &row) {
      if let last, message.time > last.time {
        while next < feed.events.count, feed.events[next].exchangeTime <= last.time {
          let update = feed.events[next].update
          if !update.isTrade { book.set(update.side, price: update.price, quantity: update.quantity) }
          next += 1
        }
        checked += 1
        let (bid, ask) = (book.bestBid ?? 0, book.bestAsk ?? 0)
        if bid * 100 != last.bid?.price || book.quantity(.buy, at: bid) != last.bid?.size { wrong += 1 }
        if ask * 100 != last.ask?.price || book.quantity(.sell, at: ask) != last.ask?.size { wrong += 1 }
      }
      last = (message.time, row.bids.first, row.asks.first)
    }
    #expect(wrong == 0 && checked > 20_000, "\(wrong) of \(checked)")
  }

  @Test(.enabled(if: hasData, "the recordings are not beside the repository"))
  func `models of levels come near the known places, and the pessimist is never early`() throws {
    let feed = try LobsterFeed.read(
      messages: Self.lobster("AMZN", "message", 5), orderbook: Self.lobster("AMZN", "orderbook", 5))
    let study = try QueueStudy.run(feed, interval: 20_000_000_000)
    #expect(study.orders > 2_000 && study.filled > 0.4 && study.filled < 0.65)
    let pessimist = try #require(study.rows.first)
    #expect(pessimist.falseFills == 0 && pessimist.bias >= 0 && pessimist.missed < 0.01)
    for row in study.rows {
      #expect(abs(row.filled - study.filled) < 0.03 && row.meanError < 1, "\(row)")
    }
  }

  @Test func `births tell whose share has left, and a level out of sight is told when it is missed`() throws {
    // Order 7 joins at 1.02 and pushes the level at 1.00 out of sight; it trades away, and 1.01 comes in: what
    // stood at 1.00 is still told, since it is behind.
    let messages = try Self.write(
      "34200.0,6,0,1,10050,1\n34200.1,1,7,3,10200,1\n34200.2,4,7,1,10200,1\n34200.3,3,7,2,10200,1\n",
      to: "message_1.csv")
    let rows = try Self.write(
      "10300,5,10000,6\n10300,5,10200,3\n10300,5,10200,2\n10300,5,10100,4\n", to: "orderbook_1.csv")
    let feed = try LobsterFeed.read(messages: messages, orderbook: rows, latency: 5)
    let wanted = [
      DepthUpdate(.buy, price: 100, quantity: 6), DepthUpdate(.sell, price: 103, quantity: 5),
      DepthUpdate(.buy, price: 102, quantity: 3), DepthUpdate(.sell, price: 102, quantity: 1, isTrade: true),
      DepthUpdate(.buy, price: 102, quantity: 2), DepthUpdate(.buy, price: 102, quantity: 0),
      DepthUpdate(.buy, price: 101, quantity: 4),
    ]
    #expect(feed.events.map(\.update) == wanted)
    #expect(feed.births == [-1, -1, .max, 2, .max, 2, .max])
    #expect(feed.events.allSatisfy { $0.localTime == $0.exchangeTime + 5 })
  }

  @Test(.enabled(if: hasData, "the recordings are not beside the repository"), arguments: ["spot"])
  func `a Binance feed carries a market maker`(market: String) throws {
    let raw = "\(Self.data)/ticks/binance_2024-08-08/raw/\(market)_btcusdt_20240808.jsonl.gz"
    let feed = try BinanceFeed.read(messages: [raw], snapshot: nil, market: market == "spot" ? .spot : .usdm)
    #expect(feed.births.isEmpty)
    #expect(feed.tick == (market == "spot" ? 0.01 : 0.1))
    // The recorder's clock is about 1.25 seconds behind.
    #expect(feed.clockOffset > 1_000_000_000 && feed.clockOffset < 1_600_000_000, "\(feed.clockOffset)")
    let model = try PowerQueueFill(
      ParameterResolver.resolve(
        [], schema: PowerQueueFill.descriptor.parameters, owner: "test", path: "params"))
    let settings = L2Settings(
      tick: feed.tick, lot: feed.lot, entryLatency: 1_000_000, responseLatency: 1_000_000)
    var recorded = try L2Market(settings, events: feed.events, model: model)
    var (crossed, steps) = (0, 0)
    while recorded.advance(by: 1_000_000_000) {
      recorded.clearInactive()
      steps += 1
      guard let bid = recorded.bestBid, let ask = recorded.bestAsk else { continue }
      if bid >= ask { crossed += 1 }
      for order in recorded.orders where order.price != (order.side == .buy ? bid : ask) {
        recorded.cancel(order.id)
      }
      if recorded.orders.isEmpty {
        recorded.submit(.buy, price: bid, quantity: 10, timeInForce: .postOnly)
        recorded.submit(.sell, price: ask, quantity: 10, timeInForce: .postOnly)
      }
    }
    #expect(crossed == 0 && steps > 300 && recorded.fills > 20)
  }

  @Test(.enabled(if: hasData, "the recordings are not beside the repository"))
  func `a Binance feed of CSV files is that of the recording they are from`() throws {
    let folder = "\(Self.data)/ticks/binance_2024-08-08"
    let json = try BinanceFeed.read(
      messages: ["\(folder)/raw/usdm_btcusdt_20240808.jsonl.gz"], snapshot: nil, market: .usdm)
    let csv = try BinanceFeed.read(
      messages: ["\(folder)/usdm_BTCUSDT_depth_updates.csv.gz", "\(folder)/usdm_BTCUSDT_trades.csv.gz"],
      snapshot: "\(folder)/usdm_BTCUSDT_rest_depth_snapshot.json", market: .usdm)
    #expect(csv.tick == json.tick && csv.lot == json.lot && csv.events.count == json.events.count)
    func end(_ feed: RecordedFeed) -> [Int64?] {
      var book = DepthBook()
      for event in feed.events where !event.update.isTrade {
        book.set(event.update.side, price: event.update.price, quantity: event.update.quantity)
      }
      return [book.bestBid, book.bestAsk, book.bestBid.map { book.quantity(.buy, at: $0) }]
    }
    #expect(end(csv) == end(json))
  }
}
