// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSData
import MMSEngine

extension LobsterReplay {
  /// Replays a message file alone, from an empty book.
  ///
  /// What concerns orders from before the file is counted as ``BookReplaySummary/unknown`` and changes nothing. A new
  /// order that reaches the other side's best price says that what stands there has left out of sight: it is taken
  /// away and counted as ``BookReplaySummary/stale``. Rows are those of another, shallower recording of the same time,
  /// when there is one: after each of its messages the best prices and quantities are compared with its row.
  ///
  /// - Parameters:
  ///   - path: The message file, plain or gzip.
  ///   - check: Message and orderbook file of the recording to compare with.
  ///   - progress: Called now and then with bytes read and their total.
  public static func run(
    messages path: String, check: (messages: String, orderbook: String)? = nil,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws(MMSError) -> BookReplaySummary {
    for tick in [Int64(100), 1] {
      var replay = try MessageReplay(tick, check)
      if try replay.read(path, progress) { return replay.summary }
    }
    throw MMSError(.internal, "every price is a multiple of 1")
  }
}

/// A message file on its way through a book that began empty.
private struct MessageReplay: ~Copyable {
  var summary = BookReplaySummary()

  private var book = OrderBook(BookSettings(maximumLevels: 1 << 24))
  private var events = BookEvents(.trades)
  private let tick: Int64
  private let hasCheck: Bool
  private var checkMessages: LobsterMessageReader?
  private var checkRows: LobsterBookReader?
  private var row = LobsterRow()
  private var wanted: LobsterMessage?

  init(_ tick: Int64, _ check: (messages: String, orderbook: String)?) throws(MMSError) {
    self.tick = tick
    hasCheck = check != nil
    if let check {
      checkMessages = try LobsterMessageReader(path: check.messages)
      checkRows = try LobsterBookReader(path: check.orderbook)
      try nextCheck()
    }
    summary.executionsAtBest = 0
    summary.executionsOfKnown = 0
    summary.executionsAtHead = 0
  }

  private mutating func nextCheck() throws(MMSError) {
    wanted = try checkMessages?.next()
    if wanted != nil, try checkRows?.next(into: &row) != true { wanted = nil }
  }

  /// - Returns: False when a price is between two ticks.
  mutating func read(_ path: String, _ progress: (Int, Int) -> Void) throws(MMSError) -> Bool {
    var reader = try LobsterMessageReader(path: path)
    var count = 0
    while let message = try reader.next() {
      count += 1
      if !apply(message) { return false }
      if let fault = fault() {
        throw MMSError(.invalidData, "the book refuses the message: \(fault)", location: reader.location)
      }
      if !hasCheck { summary.rows += 1 }
      if wanted == message {
        compare("\(reader.location)")
        try nextCheck()
      }
      if count & 0x3FFF == 0 { progress(reader.progress.read, reader.progress.total) }
    }
    if count == 0 { throw MMSError(.noData, "'\(path)' has no rows; there is nothing to replay") }
    return true
  }

  private mutating func apply(_ message: LobsterMessage) -> Bool {
    events.removeAll()
    switch message.kind {
    case .hiddenExecution, .cross, .halt: return true
    case .submission, .reduction, .deletion, .execution: break
    }
    let (price, rest) = message.price.quotientAndRemainder(dividingBy: tick)
    if rest != 0 { return false }
    if message.kind == .submission {
      uncross(message.side, price)
      book.apply(.limit(message.id, message.side, message.size, at: price), into: &events)
      return true
    }
    if message.kind == .execution { summary.executions += 1 }
    guard let order = book.order(message.id), order.side == message.side, order.price == price,
      order.quantity >= message.size
    else {
      summary.unknown += 1
      return true
    }
    switch message.kind {
    case .execution:
      note(message, price)
      book.apply(
        BookOperation(.execute, id: message.id, side: order.side, price: price, quantity: message.size),
        into: &events)
    case .deletion: book.apply(.cancel(message.id), into: &events)
    default:
      book.apply(
        BookOperation(.reduce, id: message.id, side: order.side, price: price, quantity: message.size),
        into: &events)
    }
    return true
  }

  private mutating func note(_ message: LobsterMessage, _ price: Int64) {
    summary.executionsOfKnown = (summary.executionsOfKnown ?? 0) + 1
    if price == (message.side == .buy ? book.bestBid : book.bestAsk) {
      summary.executionsAtBest = (summary.executionsAtBest ?? 0) + 1
    }
    if book.first(message.side, at: price) == message.id {
      summary.executionsAtHead = (summary.executionsAtHead ?? 0) + 1
    }
  }

  private mutating func uncross(_ side: Side, _ price: Int64) {
    while let best = side == .buy ? book.bestAsk : book.bestBid, side == .buy ? price >= best : price <= best
    {
      book.clear(side.opposite, at: best, into: &events)
      summary.stale += 1
    }
  }

  private func fault() -> BookReason? {
    for index in 0..<events.count where events[index].kind == .rejected { return events[index].reason }
    return nil
  }

  private mutating func compare(_ place: String) {
    summary.rows += 1
    if isEqual(.buy, row.bids.first), isEqual(.sell, row.asks.first) {
      summary.exact += 1
    } else {
      summary.noteMismatch(place)
    }
  }

  private func isEqual(_ side: Side, _ level: LobsterRow.Level?) -> Bool {
    guard let price = side == .buy ? book.bestBid : book.bestAsk, let level else { return false }
    return price * tick == level.price && book.quantity(side, at: price) == level.size
  }
}
