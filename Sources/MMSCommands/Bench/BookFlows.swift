// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSEngine
import MMSRuntime

/// The operations of a recorded day.
struct LobsterFlow {
  let operations: [BookOperation]
  let rows: Int
  /// Where they come from, in words.
  let origin: String

  /// The recording that `MMS_LOBSTER` names (a folder with a message and an orderbook file), or the first one of
  /// `shared/data/lobster` beside the repository; without either, the mixed stream told as LOBSTER would.
  static func find() throws(MMSError) -> LobsterFlow {
    var folders: [String] = []
    if let named = Surroundings.variable("MMS_LOBSTER") { folders.append(named) }
    if let checkout = Surroundings.checkout { folders.append("\(checkout)/../shared/data/lobster") }
    for folder in folders {
      let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
      // The deepest recording: its name ends with the number of levels.
      for messages in names.reversed() where messages.contains("_message_") {
        let rows = messages.replacingOccurrences(of: "_message_", with: "_orderbook_")
        guard names.contains(rows), messages.contains("_5.") else { continue }
        let found = try LobsterReplay.operations(
          messages: "\(folder)/\(messages)", orderbook: "\(folder)/\(rows)")
        return LobsterFlow(operations: found.operations, rows: found.rows, origin: messages)
      }
    }
    return converted()
  }

  /// The mixed stream as a recording has it: orders that rest, executions and deletions, each by the order's id.
  private static func converted() -> LobsterFlow {
    var operations: [BookOperation] = []
    var book = OrderBook()
    var events = BookEvents()
    for operation in MixedOrderStream().operations {
      events.removeAll()
      book.apply(operation, into: &events)
      if operation.kind == .cancel { operations.append(operation) }
      for index in 0..<events.count where events[index].kind == .trade {
        let trade = events[index]
        operations.append(
          BookOperation(.execute, id: trade.maker, price: trade.price, quantity: trade.quantity))
      }
      if operation.kind == .limit, let rests = book.order(operation.id) {
        operations.append(.limit(operation.id, rests.side, rests.quantity, at: rests.price))
      }
    }
    return LobsterFlow(
      operations: operations, rows: operations.count,
      origin: "no recording found: the mixed stream told as one")
  }
}

/// Made-up updates of the twenty best levels of both sides.
enum LevelFeed {
  /// 85 % set one of twenty levels of a side, 15 % are trades at the best price; the mid walks by ticks, and the
  /// level it leaves behind is taken away.
  static func updates(count: Int) -> [DepthUpdate] {
    var generator = NumPyGenerator(seed: 11)
    var updates: [DepthUpdate] = []
    updates.reserveCapacity(count + 2)
    var bid: Int64 = 500_000
    let block = 4096
    while updates.count < count {
      let chances = generator.uniforms(block)
      let sides = generator.integers(0..<2, block)
      let levels = generator.integers(0..<20, block)
      let quantities = generator.integers(1..<500, block)
      for index in 0..<block where updates.count < count {
        let isBuy = sides[index] == 0
        let quantity = quantities[index]
        if chances[index] < 0.02 {
          // Up: the best ask is taken and becomes the bid. Down: the mirror image.
          let price = isBuy ? bid + 1 : bid
          updates.append(DepthUpdate(isBuy ? .sell : .buy, price: price, quantity: 0))
          updates.append(DepthUpdate(isBuy ? .buy : .sell, price: price, quantity: quantity))
          bid += isBuy ? 1 : -1
        } else if chances[index] < 0.17 {
          updates.append(
            DepthUpdate(
              isBuy ? .buy : .sell, price: isBuy ? bid + 1 : bid, quantity: quantity, isTrade: true))
        } else {
          let price = isBuy ? bid - levels[index] : bid + 1 + levels[index]
          updates.append(DepthUpdate(isBuy ? .buy : .sell, price: price, quantity: quantity))
        }
      }
    }
    return updates
  }
}
