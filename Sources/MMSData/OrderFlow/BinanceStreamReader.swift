// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Streams recorded messages of Binance's market streams, plain or gzip: one JSON object in a line, or CSV.
///
/// CSV is told by its header: `local_ns,event_ms,first_id,final_id,side,price,qty` (rows of one diff follow one another),
/// `local_ns,event_ms,trade_ms,trade_id,price,qty,buyer_is_maker` or `local_ns,update_id,bid,bid_qty,ask,ask_qty`.
///
/// The local time in nanoseconds may stand before the object, as recorders write it. Messages may be wrapped as in
/// a combined stream, or bare; a REST depth snapshot is a line like any other.
public struct BinanceStreamReader: ~Copyable {
  /// Bids of the diff or snapshot last read.
  public private(set) var bids: [BinanceLevel] = []
  /// Asks of the diff or snapshot last read.
  public private(set) var asks: [BinanceLevel] = []

  /// When the message last read was recorded, in nanoseconds; 0 when no time stands before it.
  public private(set) var localTime: Int64 = 0
  /// When the exchange says the message last read happened, in nanoseconds (its `T` or `E`); 0 when it does not.
  public private(set) var exchangeTime: Int64 = 0

  /// Quantities are in units of 10 to the minus this.
  public let quantityDecimals: Int
  /// What ``quantityDecimals`` may be, to be tried in this order: coins of a millionth of a cent are traded by the
  /// hundred thousand million, which has no room for eight decimals.
  public static let quantityScales = [8, 4, 0]

  private var file: TextFile
  private var lastTime: Int64 = 0
  /// The symbol of the messages so far; empty before one names it.
  private var symbol = ""
  /// What the rows of a CSV file are; nil in a file of JSON.
  private var dump: BinanceDump.Kind?
  /// The row that begins the next diff.
  private var waiting: BinanceDump.Row?

  /// Ids and times are below this, so that no sum or difference of two overflows.
  private static let limit: Int64 = 1 << 62

  /// The values of the line being read, by their short names.
  private struct Fields {
    var event: Range<Int>?
    var lastID, first, final, previous, id: Int64?
    var price, quantity, bid, bidQuantity, ask, askQuantity: Int64?
    var isBuyerMaker: Bool?
    var eventTime, tradeTime: Int64?
    var hasLevels = false
    var symbol: Range<Int>?
  }

  /// Opens a file.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when there is none.
  public init(path: String, quantityDecimals: Int = 8) throws(MMSError) {
    file = try TextFile(path: path)
    self.quantityDecimals = quantityDecimals
  }

  /// The place of the message last read.
  public var location: SourceLocation { file.location }

  /// How far reading has come, in bytes on disk.
  public var progress: (read: Int, total: Int) { (file.bytesRead, file.byteCount) }

  /// Reads the next message.
  ///
  /// - Returns: Nil at the end of the file.
  /// - Throws: ``MMSError/Code/invalidData`` with the line of a message that is malformed, out of order or of another
  ///   symbol; ``MMSError/Code/exhausted`` with that of a quantity that fits with fewer decimals only.
  public mutating func next() throws(MMSError) -> BinanceMessage? {
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    if dump != nil { return try nextRow() }
    guard let line = try file.nextLine() else { return nil }
    if file.line == 1, let kind = BinanceDump.Kind(header: file.buffer.span, line) {
      dump = kind
      return try nextRow()
    }
    var (newBids, newAsks): ([BinanceLevel], [BinanceLevel]) = ([], [])
    swap(&newBids, &bids)
    swap(&newAsks, &asks)
    defer {
      swap(&newBids, &bids)
      swap(&newAsks, &asks)
    }
    var time: Int64 = 0
    var stated: Int64 = 0
    var named: Range<Int>?
    let message = try parse(line, &time, &stated, &named, &newBids, &newAsks)
    if let named { try check(symbol: named, of: message) }
    (localTime, exchangeTime) = (time, stated)
    if time > 0 {
      if time < lastTime { throw fault("the local time \(time) comes after \(lastTime); sort the file") }
      lastTime = time
    }
    return message
  }

  /// Two symbols in one book would be neither's.
  private mutating func check(symbol named: Range<Int>, of message: BinanceMessage) throws(MMSError) {
    if message == .other { return }
    let found = FieldParser.text(file.buffer.span, named)
    if symbol.isEmpty { symbol = found }
    if found != symbol {
      throw fault(
        "the message is of '\(found)', those before it of '\(symbol)';"
          + " keep a file for each symbol")
    }
  }

  /// The message of a row, or of all rows of a diff.
  private mutating func nextRow() throws(MMSError) -> BinanceMessage? {
    var first = waiting
    if let first { take(first) }
    waiting = nil
    while let line = try file.nextLine() {
      if line.isEmpty { continue }
      guard let kind = dump, let row = BinanceDump.Row(kind, file.buffer.span, line, quantityDecimals) else {
        if let kind = dump, fewer(where: { BinanceDump.Row(kind, file.buffer.span, line, $0) != nil }) {
          throw tooLarge()
        }
        throw fault("the row is not what the header says, or a number is out of range; correct or remove it")
      }
      if row.localTime < lastTime {
        throw fault("the local time \(row.localTime) comes after \(lastTime); sort the file")
      }
      lastTime = row.localTime
      if kind != .depth {
        (localTime, exchangeTime) = (row.localTime, Self.nanoseconds(row.time))
        return row.message
      }
      guard let begun = first else {
        first = row
        take(row)
        continue
      }
      if row.firstID != begun.firstID || row.id != begun.id {
        waiting = row
        break
      }
      take(row)
    }
    guard let first else { return nil }
    (localTime, exchangeTime) = (first.localTime, Self.nanoseconds(first.time))
    return first.message
  }

  private mutating func take(_ row: BinanceDump.Row) {
    let level = BinanceLevel(price: row.price, quantity: row.quantity)
    if row.isFirst { bids.append(level) } else { asks.append(level) }
  }

  private func parse(
    _ line: Range<Int>, _ time: inout Int64, _ stated: inout Int64, _ named: inout Range<Int>?,
    _ bids: inout [BinanceLevel],
    _ asks: inout [BinanceLevel]
  ) throws(MMSError) -> BinanceMessage {
    let bytes = file.buffer.span
    if line.isEmpty { return .other }
    var start = line.lowerBound
    if bytes[start] != 123 {
      var prefix = LineScanner(line)
      guard let found = prefix.integer(bytes), found >= 0, found < Self.limit, prefix.skip(32, bytes)
      else {
        throw fault("the line is no JSON object, nor one after a time in nanoseconds; remove it")
      }
      time = found
      start = prefix.index
    }
    var scanner = JSONScanner(start..<line.upperBound)
    var fields = Fields()
    guard try object(bytes, &scanner, &fields, &bids, &asks), scanner.peek(bytes) == 0 else {
      throw fault("the JSON is cut off or malformed; remove the line")
    }
    named = fields.symbol
    stated = Self.nanoseconds(fields.tradeTime ?? fields.eventTime ?? 0)
    return try message(bytes, fields)
  }

  /// Recordings state milliseconds, newer ones of the spot market may state microseconds.
  private static func nanoseconds(_ time: Int64) -> Int64 {
    if time <= 0 { return 0 }
    let (product, overflow) = time.multipliedReportingOverflow(
      by: time < 100_000_000_000_000 ? 1_000_000 : 1_000)
    return overflow || product >= limit ? 0 : product
  }

  /// Reads an object, and the one under `data` as if it were this one.
  private func object(
    _ bytes: Span<UInt8>, _ scanner: inout JSONScanner, _ fields: inout Fields,
    _ bids: inout [BinanceLevel], _ asks: inout [BinanceLevel], depth: Int = 0
  ) throws(MMSError) -> Bool {
    guard scanner.skip(123, bytes) else { return false }
    if scanner.skip(125, bytes) { return true }
    repeat {
      guard let key = scanner.string(bytes), scanner.skip(58, bytes) else { return false }
      let isKnown = try value(key, bytes, &scanner, &fields, &bids, &asks, depth)
      if !isKnown { return false }
    } while scanner.skip(44, bytes)
    return scanner.skip(125, bytes)
  }

  /// Reads the value of a key that matters, or steps over it.
  private func value(
    _ key: Range<Int>, _ bytes: Span<UInt8>, _ scanner: inout JSONScanner, _ fields: inout Fields,
    _ bids: inout [BinanceLevel], _ asks: inout [BinanceLevel], _ depth: Int
  ) throws(MMSError) -> Bool {
    let next = scanner.peek(bytes)
    if key.count == 1 {
      let name = bytes[key.lowerBound]
      if next == 91, name == 98 || name == 97 {
        fields.hasLevels = true
        return name == 98 ? try levels(bytes, &scanner, &bids) : try levels(bytes, &scanner, &asks)
      }
      if next == 123 || next == 91 { return scanner.skipValue(bytes) }
      guard let scalar = scanner.scalar(bytes) else { return false }
      switch name {
      case 101: fields.event = scalar  // e
      case 85: fields.first = whole(bytes, scalar)  // U
      case 117: fields.final = whole(bytes, scalar)  // u
      case 116: fields.id = whole(bytes, scalar)  // t
      case 112: fields.price = fraction(bytes, scalar)  // p
      case 113: fields.quantity = try quantity(bytes, scalar)  // q
      case 115: fields.symbol = scalar  // s
      case 98: fields.bid = fraction(bytes, scalar)  // b
      case 66: fields.bidQuantity = try quantity(bytes, scalar)  // B
      case 97: fields.ask = fraction(bytes, scalar)  // a
      case 65: fields.askQuantity = try quantity(bytes, scalar)  // A
      case 69: fields.eventTime = whole(bytes, scalar)  // E
      case 84: fields.tradeTime = whole(bytes, scalar)  // T
      case 109: fields.isBuyerMaker = scalar.count == 4  // m: true or false
      default: break
      }
      return true
    }
    if Self.equals(bytes, key, "data"), next == 123, depth == 0 {
      return try object(bytes, &scanner, &fields, &bids, &asks, depth: 1)
    }
    if next == 91, Self.equals(bytes, key, "bids") { return try levels(bytes, &scanner, &bids) }
    if next == 91, Self.equals(bytes, key, "asks") { return try levels(bytes, &scanner, &asks) }
    if next == 123 || next == 91 { return scanner.skipValue(bytes) }
    guard let scalar = scanner.scalar(bytes) else { return false }
    if Self.equals(bytes, key, "pu") { fields.previous = whole(bytes, scalar) }
    if Self.equals(bytes, key, "lastUpdateId") { fields.lastID = whole(bytes, scalar) }
    return true
  }

  private func levels(
    _ bytes: Span<UInt8>, _ scanner: inout JSONScanner, _ levels: inout [BinanceLevel]
  ) throws(MMSError) -> Bool {
    guard scanner.skip(91, bytes) else { return false }
    if scanner.skip(93, bytes) { return true }
    repeat {
      guard scanner.skip(91, bytes), let price = scanner.scalar(bytes), scanner.skip(44, bytes),
        let quantity = scanner.scalar(bytes), scanner.skip(93, bytes)
      else { return false }
      guard let at = fraction(bytes, price), at > 0 else {
        throw fault(
          "the price '\(FieldParser.text(bytes, price))' is no number above 0 of at most 8 decimals")
      }
      guard let open = try self.quantity(bytes, quantity), open >= 0 else {
        throw fault(
          "the quantity '\(FieldParser.text(bytes, quantity))' is no number from 0 of at most \(quantityDecimals)"
            + " decimals")
      }
      levels.append(BinanceLevel(price: at, quantity: open))
    } while scanner.skip(44, bytes)
    return scanner.skip(93, bytes)
  }

  private func message(_ bytes: Span<UInt8>, _ fields: Fields) throws(MMSError) -> BinanceMessage {
    for case let id? in [fields.lastID, fields.first, fields.final, fields.previous, fields.id]
    where id < 0 || id >= Self.limit {
      throw fault("the id \(id) is not within 0 to \(Self.limit - 1); correct or remove the line")
    }
    if let lastID = fields.lastID { return .snapshot(lastID: lastID) }
    if let event = fields.event, Self.equals(bytes, event, "depthUpdate") {
      guard let first = fields.first, let final = fields.final, first <= final else {
        throw fault("the diff names no first and last update (U, u) in order")
      }
      return .diff(BinanceDiff(firstID: first, finalID: final, previousID: fields.previous))
    }
    if let event = fields.event, Self.equals(bytes, event, "trade") {
      guard let id = fields.id, let price = fields.price, let quantity = fields.quantity,
        let isBuyerMaker = fields.isBuyerMaker, quantity >= 0
      else { throw fault("the trade lacks one of t, p, q and m, or has it malformed") }
      return .trade(
        BinanceTrade(id: id, price: price, quantity: quantity, taker: isBuyerMaker ? .sell : .buy))
    }
    if let id = fields.final, let bid = fields.bid, let ask = fields.ask,
      let bidQuantity = fields.bidQuantity, let askQuantity = fields.askQuantity
    {
      return .ticker(
        BinanceTicker(
          updateID: id, bid: BinanceLevel(price: bid, quantity: bidQuantity),
          ask: BinanceLevel(price: ask, quantity: askQuantity)))
    }
    return .other
  }

  private func whole(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Int64? {
    var scanner = LineScanner(field)
    let value = scanner.integer(bytes)
    return scanner.isAtEnd ? value : nil
  }

  private func fraction(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Int64? {
    var scanner = LineScanner(field)
    let value = scanner.fixed(bytes, decimals: 8)
    return scanner.isAtEnd ? value : nil
  }

  private func quantity(_ bytes: Span<UInt8>, _ field: Range<Int>) throws(MMSError) -> Int64? {
    func read(_ decimals: Int) -> Int64? {
      var scanner = LineScanner(field)
      let value = scanner.fixed(bytes, decimals: decimals)
      return scanner.isAtEnd ? value : nil
    }
    if let value = read(quantityDecimals) { return value }
    if fewer(where: { read($0) != nil }) { throw tooLarge() }
    return nil
  }

  /// Whether something can be read with fewer decimals.
  private func fewer(where reads: (Int) -> Bool) -> Bool {
    Self.quantityScales.contains { $0 < quantityDecimals && reads($0) }
  }

  private func tooLarge() -> MMSError {
    MMSError(
      .exhausted, "a quantity is too large for \(quantityDecimals) decimals; read it with fewer",
      location: file.location)
  }

  private static func equals(_ bytes: Span<UInt8>, _ field: Range<Int>, _ text: StaticString) -> Bool {
    guard field.count == text.utf8CodeUnitCount else { return false }
    for offset in 0..<field.count where unsafe bytes[field.lowerBound + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  private func fault(_ text: String) -> MMSError { MMSError(.invalidData, text, location: file.location) }
}
