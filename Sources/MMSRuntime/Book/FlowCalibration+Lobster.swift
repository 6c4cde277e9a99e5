// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSData
public import MMSStudy

extension FlowCalibration {
  /// Observes a LOBSTER recording; several may follow one another.
  ///
  /// Hidden executions, auctions and halts are not observed; what happens while trading is halted is, and the time is
  /// not taken out.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` with the line of a row that cannot be.
  public mutating func observe(
    messages: String, orderbook: String, progress: (Int, Int) -> Void = { _, _ in }
  ) throws(MMSError) {
    // Whether a price lies between two cents is known only after reading: look before anything is counted.
    let tick = try LobsterReplay.tick(messages: messages, orderbook: orderbook)
    var messageReader = try LobsterMessageReader(path: messages)
    var rowReader = try LobsterBookReader(path: orderbook)
    var row = LobsterRow()
    guard try rowReader.next(into: &row), let first = try messageReader.next() else {
      throw MMSError(.noData, "'\(messages)' or '\(orderbook)' has no rows; there is nothing to observe")
    }
    var recorded = RecordedBook(tick: tick, depth: rowReader.depth, keepsOperations: false)
    _ = recorded.seed(row)
    begin(at: first.time)
    var count = 0
    while let message = try messageReader.next() {
      guard try rowReader.next(into: &row) else {
        throw MMSError(
          .invalidData, "'\(orderbook)' ends before '\(messages)': they must have the same rows",
          location: messageReader.location)
      }
      if let kind = Self.kind(message.kind) {
        observe(
          OrderFlowEvent(
            time: message.time, kind: kind, side: message.side, price: message.price / tick,
            quantity: message.size), in: recorded.book)
      } else {
        wait(until: message.time, in: recorded.book)
      }
      switch recorded.apply(message) {
      case .text(let text): throw MMSError(.invalidData, text, location: messageReader.location)
      case .offTick, nil: break
      }
      if recorded.settle(row) == .mismatch { _ = recorded.seed(row) }
      count += 1
      if count & 0x3FFF == 0 { progress(messageReader.progress.read, messageReader.progress.total) }
    }
  }

  private static func kind(_ kind: LobsterMessage.Kind) -> OrderFlowEvent.Kind? {
    switch kind {
    case .submission: .limit
    case .reduction, .deletion: .cancel
    case .execution: .market
    case .hiddenExecution, .cross, .halt: nil
    }
  }
}
