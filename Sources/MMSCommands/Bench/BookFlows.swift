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
