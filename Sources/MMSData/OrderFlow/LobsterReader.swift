// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Streams the messages of a LOBSTER message file, plain or gzip, checked row by row.
public struct LobsterMessageReader: ~Copyable {
  private var file: TextFile
  private var lastTime: Int64 = 0

  /// Opens a file.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when there is none.
  public init(path: String) throws(MMSError) { file = try TextFile(path: path) }

  /// The place of the message last read.
  public var location: SourceLocation { file.location }

  /// How far reading has come, in bytes on disk.
  public var progress: (read: Int, total: Int) { (file.bytesRead, file.byteCount) }

  /// Reads the next message.
  ///
  /// - Returns: Nil at the end of the file.
  /// - Throws: ``MMSError/Code/invalidData`` with the line of a row that is malformed or out of order.
  public mutating func next() throws(MMSError) -> LobsterMessage? {
    guard let line = try file.nextLine() else { return nil }
    let message = try parse(line)
    if message.time < lastTime {
      throw fault("the time \(seconds(message.time)) comes after \(seconds(lastTime)); sort the file")
    }
    lastTime = message.time
    return message
  }

  private func parse(_ line: Range<Int>) throws(MMSError) -> LobsterMessage {
    let bytes = file.buffer.span
    var scanner = LineScanner(line)
    // Some rows carry a digit or two beyond the nanosecond, left by the arithmetic of whoever wrote them.
    guard let time = scanner.fixed(bytes, decimals: 9, cuts: true), time >= 0, time < 1 << 62,
      scanner.skip(44, bytes)
    else {
      throw fault("the time is no number of seconds after midnight; \(Self.shape)")
    }
    guard let code = scanner.integer(bytes), scanner.skip(44, bytes), let kind = Self.kind(code) else {
      throw fault("the type is none of 1 to 7; \(Self.shape)")
    }
    // What concerns no visible order has no id: 0, or in some files −1.
    let isVisible = kind.rawValue <= LobsterMessage.Kind.execution.rawValue
    guard let id = scanner.integer(bytes), id >= 0 || !isVisible, scanner.skip(44, bytes) else {
      throw fault("the order id is no number from 0 on; \(Self.shape)")
    }
    guard let size = scanner.integer(bytes), scanner.skip(44, bytes) else {
      throw fault("the size is no whole number; \(Self.shape)")
    }
    guard let price = scanner.integer(bytes), scanner.skip(44, bytes) else {
      throw fault("the price is no whole number; \(Self.shape)")
    }
    guard let direction = scanner.integer(bytes), scanner.isAtEnd, direction == 1 || direction == -1 else {
      throw fault("the direction is neither 1 nor -1, or more columns follow; \(Self.shape)")
    }
    // A halt has neither size nor price: −1 halts, 0 lets quotes in again, 1 trades.
    // An auction that did not come about has a size of 0, and may have no price.
    if kind == .cross {
      if size < 0 || price < 0 {
        throw fault("an auction's size and price are \(size) and \(price); none is below 0: correct the row")
      }
    } else if kind != .halt {
      if size <= 0 { throw fault("the size is \(size); a size is above 0: correct or remove the row") }
      if price <= 0 { throw fault("the price is \(price); a price is above 0: correct or remove the row") }
    }
    return LobsterMessage(
      time: time, kind: kind, id: UInt64(max(0, id)), size: size, price: price,
      side: direction == 1 ? .buy : .sell)
  }

  private static func kind(_ code: Int64) -> LobsterMessage.Kind? {
    UInt8(exactly: code).flatMap(LobsterMessage.Kind.init(rawValue:))
  }

  private func seconds(_ time: Int64) -> String {
    let fraction = String(time % 1_000_000_000 + 1_000_000_000).dropFirst()
    return "\(time / 1_000_000_000).\(fraction)"
  }

  private func fault(_ text: String) -> MMSError { MMSError(.invalidData, text, location: file.location) }

  private static let shape = "a message is time,type,order id,size,price,direction"
}

/// Streams the rows of a LOBSTER orderbook file, plain or gzip.
public struct LobsterBookReader: ~Copyable {
  private var file: TextFile
  /// Levels of each side in every row; 0 before the first row is read.
  public private(set) var depth = 0

  /// Opens a file.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when there is none.
  public init(path: String) throws(MMSError) { file = try TextFile(path: path) }

  /// The place of the row last read.
  public var location: SourceLocation { file.location }

  /// Reads the next row into one that is used again.
  ///
  /// - Returns: Whether there was one.
  /// - Throws: ``MMSError/Code/invalidData`` with the line of a row that is malformed.
  public mutating func next(into row: inout LobsterRow) throws(MMSError) -> Bool {
    guard let line = try file.nextLine() else { return false }
    row.bids.removeAll(keepingCapacity: true)
    row.asks.removeAll(keepingCapacity: true)
    let columns = try parse(line, into: &row)
    let levels = depth == 0 ? max(1, columns / 4) : depth
    if columns != levels * 4 {
      throw MMSError(
        .invalidData, "the row has \(columns) columns where \(levels * 4) belong; \(Self.shape)",
        location: file.location)
    }
    depth = levels
    return true
  }

  /// Adds the levels of a line, and says how many columns it has.
  private func parse(_ line: Range<Int>, into row: inout LobsterRow) throws(MMSError) -> Int {
    var scanner = LineScanner(line)
    var column = 0
    let bytes = file.buffer.span
    var price: Int64 = 0
    while true {
      guard let value = scanner.integer(bytes) else {
        throw MMSError(
          .invalidData, "column \(column + 1) is no whole number; \(Self.shape)", location: file.location)
      }
      if column % 2 == 0 {
        price = value
      } else if value < 0 {
        throw MMSError(
          .invalidData, "the size in column \(column + 1) is \(value), below 0; correct or remove the row",
          location: file.location)
      } else if value > 0 {
        // A level that the book does not have stands there with size 0.
        let level = LobsterRow.Level(price: price, size: value)
        if column % 4 == 1 { row.asks.append(level) } else { row.bids.append(level) }
      }
      column += 1
      if scanner.isAtEnd { return column }
      if !scanner.skip(44, bytes) {
        throw MMSError(
          .invalidData, "column \(column) is no whole number; \(Self.shape)", location: file.location)
      }
    }
  }

  private static let shape = "a row is ask price,ask size,bid price,bid size for every level"
}
