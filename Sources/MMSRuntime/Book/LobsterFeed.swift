// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSData
import MMSEngine

/// Makes a feed of a LOBSTER recording: levels, trades, and of which order each share was.
///
/// Times are nanoseconds after midnight, ticks those of the recording, lots shares. An execution is a trade and a
/// level; a hidden one a trade of nothing at the next tick for who took, since it passes visible orders that are
/// better than its price and takes nothing of a visible level. A level that leaves the shown ones keeps what it had:
/// nothing is known of it until it comes back, or is missing where the shown ones reach.
public enum LobsterFeed {
  /// Reads a message file beside its orderbook file.
  ///
  /// - Parameters:
  ///   - messages: The message file, plain or gzip.
  ///   - orderbook: The orderbook file of the same rows.
  ///   - latency: Nanoseconds until an event is known here.
  /// - Throws: ``MMSCore/MMSError/Code/invalidData`` with the line of a row that cannot be.
  public static func read(
    messages: String, orderbook: String, latency: Int64 = 0
  ) throws(MMSError) -> RecordedFeed {
    for tick in [Int64(100), 1] {
      var builder = Builder(tick: tick, latency: max(0, latency))
      if try builder.read(messages, orderbook) { return builder.feed }
    }
    throw MMSError(.internal, "every price is a multiple of 1")
  }

  /// Reads a day as the market of a simulation.
  static func flow(of day: LobsterRecording) throws(MMSError) -> RecordedFlow {
    let feed = try read(messages: day.messages, orderbook: day.orderbook)
    return RecordedFlow(
      events: feed.events, births: feed.births, origin: day.midnight, tick: feed.tick, lot: feed.lot,
      halts: feed.halts)
  }

  private struct Builder: ~Copyable {
    let tick: Int64
    let latency: Int64
    var feed = RecordedFeed()
    private var births: [UInt64: Int] = [:]
    /// When the halt began that goes on.
    private var haltStart: Int64?
    private var lastTime: Int64 = 0
    /// Levels out of sight whose last known quantity the feed still tells, by side, the nearest last.
    private var hidden: [[Int64]] = [[], []]

    init(tick: Int64, latency: Int64) {
      self.tick = tick
      self.latency = latency
      feed.tick = Double(tick) / 10_000
    }

    /// Nil when a price is between two ticks.
    mutating func read(_ messagePath: String, _ bookPath: String) throws(MMSError) -> Bool {
      var messages = try LobsterMessageReader(path: messagePath)
      var rows = try LobsterBookReader(path: bookPath)
      var row = LobsterRow()
      guard try rows.next(into: &row), let first = try messages.next() else {
        throw MMSError(.noData, "'\(messagePath)' or '\(bookPath)' has no rows; there is nothing to replay")
      }
      var recorded = RecordedBook(tick: tick, depth: rows.depth, keepsOperations: false)
      if !recorded.seed(row) { return false }
      tell(recorded.book, first.time)
      note(first)
      while let message = try messages.next() {
        note(message)
        lastTime = message.time
        guard try rows.next(into: &row) else {
          throw MMSError(
            .invalidData, "'\(bookPath)' ends before '\(messagePath)': they must have the same rows",
            location: messages.location)
        }
        switch recorded.apply(message) {
        case .offTick: return false
        case .text(let text): throw MMSError(.invalidData, text, location: messages.location)
        case nil: if !recorded.isFar(message.price / tick) { tell(message, recorded.book) }
        }
        switch recorded.settle(row) {
        case .exact, .adopted: follow(recorded, message.time)
        case .offTick: return false
        case .mismatch:
          if !recorded.seed(row) { return false }
          clear(message.time)
          tell(recorded.book, message.time)
        }
      }
      if let haltStart, haltStart < lastTime { feed.halts.append(haltStart..<lastTime) }
      return true
    }

    /// A halt says −1 where the price is; quotes come back with 0, trading with 1.
    private mutating func note(_ message: LobsterMessage) {
      if message.kind != .halt { return }
      if message.price < 0 {
        haltStart = haltStart ?? message.time
      } else if message.price > 0, let start = haltStart {
        if start < message.time { feed.halts.append(start..<message.time) }
        haltStart = nil
      }
    }

    private mutating func tell(_ message: LobsterMessage, _ book: borrowing OrderBook) {
      let (time, side) = (message.time, message.side)
      switch message.kind {
      case .cross, .halt: return
      case .hiddenExecution:
        // Who took paid the price or better: it passed what is strictly better than the next tick.
        let (low, rest) = message.price.quotientAndRemainder(dividingBy: tick)
        let price = side == .sell && rest != 0 ? low + 1 : low
        feed.add(
          time, latency, DepthUpdate(side.opposite, price: price, quantity: 0, isTrade: true), birth: .max)
        return
      case .submission, .reduction, .deletion, .execution: break
      }
      let price = message.price / tick
      let level = DepthUpdate(side, price: price, quantity: book.quantity(side, at: price))
      switch message.kind {
      case .submission:
        births[message.id] = feed.events.count
        feed.add(time, latency, level, birth: .max)
      case .execution:
        feed.add(
          time, latency, DepthUpdate(side.opposite, price: price, quantity: message.size, isTrade: true),
          birth: births[message.id] ?? -1)
        feed.add(time, latency, level, birth: .max)
      default: feed.add(time, latency, level, birth: births[message.id] ?? -1)
      }
      if message.kind != .submission, book.order(message.id) == nil { births[message.id] = nil }
    }

    /// What came into sight is told, and what was thought to be there and is not.
    private mutating func follow(_ recorded: borrowing RecordedBook, _ time: Int64) {
      for (side, price) in recorded.forgotten { hide(side, price) }
      for (side, price) in recorded.adopted {
        let quantity = recorded.book.quantity(side, at: price)
        feed.add(time, latency, DepthUpdate(side, price: price, quantity: quantity), birth: .max)
      }
      for side in [Side.buy, .sell] {
        guard let last = recorded.book.worstPrice(side) else { continue }
        let sight = Self.key(side, last)
        while let nearest = hidden[Int(side.rawValue)].last, nearest >= sight {
          hidden[Int(side.rawValue)].removeLast()
          let price = Self.key(side, nearest)
          if recorded.book.quantity(side, at: price) == 0 {
            feed.add(time, latency, DepthUpdate(side, price: price, quantity: 0), birth: -1)
          }
        }
      }
    }

    /// Larger is nearer to the market; its own inverse.
    private static func key(_ side: Side, _ price: Int64) -> Int64 { side == .buy ? price : -price }

    private mutating func hide(_ side: Side, _ price: Int64) {
      let (index, key) = (Int(side.rawValue), Self.key(side, price))
      var place = hidden[index].count
      while place > 0, hidden[index][place - 1] > key { place -= 1 }
      if place == 0 || hidden[index][place - 1] != key { hidden[index].insert(key, at: place) }
    }

    private mutating func clear(_ time: Int64) {
      var book = DepthBook()
      for event in feed.events where !event.update.isTrade {
        book.set(event.update.side, price: event.update.price, quantity: event.update.quantity)
      }
      for side in [Side.buy, .sell] {
        for level in book.levels(side) {
          feed.add(time, latency, DepthUpdate(side, price: level.price, quantity: 0), birth: -1)
        }
        hidden[Int(side.rawValue)].removeAll()
      }
      births.removeAll()
    }

    private mutating func tell(_ book: borrowing OrderBook, _ time: Int64) {
      for side in [Side.buy, .sell] {
        var price = book.nextPrice(side, behind: nil)
        while let at = price {
          feed.add(
            time, latency, DepthUpdate(side, price: at, quantity: book.quantity(side, at: at)), birth: -1)
          price = book.nextPrice(side, behind: at)
        }
      }
    }
  }
}

extension RecordedFlow {
  /// SHA-256 over everything that is replayed.
  var digest: String {
    var hash = SHA256()
    hash.update("\(origin.nanoseconds)|\(tick)|\(lot)|\(events.count)")
    // Field by field: the padding of a struct is nobody's.
    var words: [Int64] = []
    words.reserveCapacity(4 * events.count)
    for event in events {
      let update = event.update
      let flags = Int64(update.side.rawValue) | (update.isTrade ? 2 : 0)
      words += [event.exchangeTime, update.price, update.quantity, flags]
    }
    unsafe words.withUnsafeBytes { unsafe hash.update($0) }
    unsafe births.withUnsafeBytes { unsafe hash.update($0) }
    return hash.finalize()
  }
}
