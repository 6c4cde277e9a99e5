// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Streams checked bars out of a CSV file, a batch at a time.
struct CSVBarReader: ~Copyable {
  /// The bars of the batch last read; symbol, resolution and origin are set.
  private(set) var batch = BarSeries(symbol: "", resolution: SimDuration(nanoseconds: 0), source: "")
  /// The line each bar of the batch stands on.
  private(set) var lines: [Int] = []
  /// Rows that repeat the one before them, in the whole file so far.
  private(set) var repeated = 0

  private var file: TextFile
  private let options: CSVOptions
  private let layout: CSVLayout
  private var fields: [Range<Int>] = []
  /// The first line, when it is a row: a file without a header.
  private var firstLine: Range<Int>?
  private var closeRounding: Int64 = 0
  private var lastTime: Int64?
  private var symbol: String?
  private var source: String?
  private var otherSymbols: Set<String> = []

  /// Rows a batch holds, and rows looked at to learn the resolution.
  private static let batchSize = 4096

  /// Opens a file and reads its header.
  init(path: String, options: CSVOptions) throws(MMSError) {
    if let resolution = options.resolution { try Self.check(resolution, path) }
    var file = try TextFile(path: path)
    guard let line = try file.nextLine() else {
      throw MMSError(.invalidData, "'\(path)' is empty; a CSV of bars has a row for each bar")
    }
    var fields: [Range<Int>] = []
    let isWhole = FieldParser.split(file.buffer.span, line, into: &fields)
    let header = fields.map { FieldParser.text(file.buffer.span, $0) }
    if let magic = Self.foreignFormat(file.buffer.span, line) {
      throw MMSError(.invalidData, "'\(path)' is \(magic), not CSV; convert or unpack it first")
    }
    if !isWhole { throw MMSError(.invalidData, "a quote is not closed", location: file.location) }
    let hasHeader = fields.first.map { FieldParser.time(file.buffer.span, $0) == nil } ?? true
    let shape: CSVLayout
    if !hasHeader {
      guard let plain = CSVLayout.headerless(width: fields.count) else {
        throw MMSError(
          .invalidData,
          "the file has no header and \(fields.count) columns; without a header it must be Binance's 12"
            + " columns or the first 6 of them: add a header line that names the columns",
          location: file.location)
      }
      shape = plain
    } else {
      do { shape = try CSVLayout(header: header) } catch {
        var error = error
        error.location = file.location
        throw error
      }
    }
    if options.format == .binance, !shape.guessedSource.hasPrefix("binance") {
      throw MMSError(
        .invalidData, "the columns are not those of Binance's kline files; import it with --format csv",
        location: file.location)
    }
    if options.format == .csv, !hasHeader {
      throw MMSError(
        .invalidData, "the file has no header that names its columns; import it with --format binance",
        location: file.location)
    }
    layout = shape
    firstLine = hasHeader ? nil : line
    self.file = file
    self.options = options
    symbol = options.symbol
    source = options.source
  }

  /// How far reading has come, in bytes on disk.
  var progress: (read: Int, total: Int) { (file.bytesRead, file.byteCount) }

  /// Reads the next batch.
  ///
  /// - Returns: Whether there was one.
  mutating func next() throws(MMSError) -> Bool {
    let isFirst = batch.resolution.nanoseconds == 0
    clear()
    while batch.count < Self.batchSize {
      if let line = firstLine {
        firstLine = nil
        try readRow(line)
      } else {
        guard let line = try file.nextLine() else { break }
        if !line.isEmpty { try readRow(line) }
      }
    }
    if batch.count == 0 {
      if isFirst { throw noRows() }
      return false
    }
    if isFirst { try settle() }
    let shift = closeRounding + (layout.timesAreCloses ? 0 : batch.resolution.nanoseconds)
    for row in 0..<batch.count {
      batch.time[row] += shift
      if let fault = batch.fault(inRow: row) {
        throw MMSError(.invalidData, "\(fault); correct or remove the row", location: place(row))
      }
    }
    return true
  }

  /// Where a bar of the batch stands.
  func place(_ row: Int) -> SourceLocation { SourceLocation(file: file.path, line: lines[row]) }

  private mutating func clear() {
    let resolution = batch.resolution
    batch = BarSeries(symbol: symbol ?? "", resolution: resolution, source: source ?? "")
    batch.reserveCapacity(Self.batchSize)
    lines.removeAll(keepingCapacity: true)
  }

  private mutating func readRow(_ line: Range<Int>) throws(MMSError) {
    // Swapped out and back: the array is reused, and is not written while its owner is read.
    var parts: [Range<Int>] = []
    swap(&parts, &fields)
    let isWhole = FieldParser.split(file.buffer.span, line, into: &parts)
    swap(&parts, &fields)
    if !isWhole { throw MMSError(.invalidData, "a quote is not closed", location: file.location) }
    if fields.count == 1, fields[0].isEmpty { return }
    guard fields.count == layout.width else {
      throw MMSError(
        .invalidData,
        "the line has \(fields.count) field\(fields.count == 1 ? "" : "s") where the first line has"
          + " \(layout.width); correct or remove it", location: file.location)
    }
    if let column = layout.symbol, !(try takeSymbol(text(column))) { return }
    if options.source == nil, let column = layout.source { try takeSource(text(column)) }
    guard let time = FieldParser.time(file.buffer.span, fields[layout.time]) else {
      throw MMSError(
        .invalidData,
        "the time '\(text(layout.time))' is neither a count of s, ms, us or ns since 1970 nor ISO 8601",
        location: file.location)
    }
    let open = try number(layout.open, "open")
    let high = try number(layout.high, "high")
    let low = try number(layout.low, "low")
    let close = try number(layout.close, "close")
    let volume = try number(layout.volume, "volume")
    let bid = try quote(layout.bid, "bid")
    let ask = try quote(layout.ask, "ask")
    if let last = lastTime, time <= last {
      try repeatOf(last, time, [open, high, low, close, volume, bid, ask])
      return
    }
    try checkStep(time)
    lastTime = time
    lastValues = [open, high, low, close, volume, bid, ask]
    batch.append(time: time, open: open, high: high, low: low, close: close, volume: volume)
    if layout.bid != nil {
      batch.bid.append(bid)
      batch.ask.append(ask)
    }
    lines.append(file.line)
  }

  private var lastValues: [Double] = []

  /// A row at the time of the one before may only repeat it; an earlier time is out of order.
  private mutating func repeatOf(_ last: Int64, _ time: Int64, _ values: [Double]) throws(MMSError) {
    let (now, before) = (SimTime(nanoseconds: time), SimTime(nanoseconds: last))
    if time < last {
      throw MMSError(
        .invalidData,
        "time \(now) comes after a row of \(before): rows must be in order of time; sort the file",
        location: file.location)
    }
    for (value, known) in zip(values, lastValues) where value != known && !(value.isNaN && known.isNaN) {
      throw MMSError(
        .invalidData,
        "the row repeats the time \(now) of the row before with other values; remove one of them",
        location: file.location)
    }
    repeated += 1
  }

  /// Once the resolution is known, bars may be further apart but not closer.
  private func checkStep(_ time: Int64) throws(MMSError) {
    guard let last = lastTime, batch.resolution.nanoseconds > 0 else { return }
    if time - last < batch.resolution.nanoseconds {
      throw tooClose(SimDuration(nanoseconds: time - last), batch.resolution, file.location)
    }
  }

  private func tooClose(_ step: SimDuration, _ resolution: SimDuration, _ place: SourceLocation) -> MMSError {
    MMSError(
      .invalidData,
      "the row is \(step) after the one before it, but a bar is \(resolution) long; give the right length"
        + " with --resolution, or remove the row", location: place)
  }

  private func number(_ column: Int, _ name: String) throws(MMSError) -> Double {
    if let value = FieldParser.double(file.buffer.span, fields[column]) { return value }
    throw MMSError(
      .invalidData, "\(name) is '\(text(column))', which is no decimal number; correct or remove the row",
      location: file.location)
  }

  /// An empty bid or ask is an unknown one.
  private func quote(_ column: Int?, _ name: String) throws(MMSError) -> Double {
    guard let column, !fields[column].isEmpty else { return .nan }
    let text = fields[column].count == 3 ? text(column).lowercased() : ""
    return text == "nan" ? .nan : try number(column, name)
  }

  private func text(_ column: Int) -> String { FieldParser.text(file.buffer.span, fields[column]) }

  /// Whether a row with this symbol is wanted.
  private mutating func takeSymbol(_ found: String) throws(MMSError) -> Bool {
    if let wanted = options.symbol {
      if found != wanted { otherSymbols.insert(found) }
      return found == wanted
    }
    if symbol == nil {
      symbol = found
      batch.symbol = found
    }
    if symbol == found { return true }
    throw MMSError(
      .invalidData,
      "the row is of '\(found)' after rows of '\(symbol ?? "")'; read one symbol at a time with --symbol",
      location: file.location)
  }

  private mutating func takeSource(_ found: String) throws(MMSError) {
    if source == nil { source = found }
    if source == found { return }
    throw MMSError(
      .invalidData,
      "the row is from '\(found)' after rows from '\(source ?? "")'; split the file, or name one"
        + " origin for all with --source", location: file.location)
  }
}

/// What the first rows tell about all of them.
extension CSVBarReader {
  /// Fixes symbol, origin and resolution from the first batch.
  private mutating func settle() throws(MMSError) {
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    guard let symbol = symbol ?? Self.symbol(inName: name), !symbol.isEmpty else {
      throw MMSError(
        .usage, "'\(file.path)' does not say which symbol it is of; name it with --symbol", path: "symbol")
    }
    let source = source.flatMap { $0.isEmpty ? nil : $0 } ?? layout.guessedSource
    self.symbol = symbol
    self.source = source
    let known = options.resolution ?? commonStep() ?? Self.resolution(inName: name)
    guard let resolution = known else {
      throw MMSError(
        .usage, "'\(file.path)' has one row, which does not tell how long a bar is; say so with --resolution",
        path: "resolution")
    }
    try Self.check(resolution, file.path)
    for row in 1..<max(1, batch.count) where batch.time[row] - batch.time[row - 1] < resolution.nanoseconds {
      throw tooClose(
        SimDuration(nanoseconds: batch.time[row] - batch.time[row - 1]), resolution, place(row))
    }
    if layout.timesAreCloses {
      // Binance's close_time is the last instant inside the bar: one unit short of the close.
      closeRounding =
        [0, 1, 1_000, 1_000_000].first { (batch.time[0] + $0) % resolution.nanoseconds == 0 } ?? 0
    }
    var settled = BarSeries(symbol: symbol, resolution: resolution, source: source)
    swap(&settled, &batch)
    batch.time = settled.time
    batch.open = settled.open
    batch.high = settled.high
    batch.low = settled.low
    batch.close = settled.close
    batch.volume = settled.volume
    batch.bid = settled.bid
    batch.ask = settled.ask
  }

  /// The most common step between the rows of the batch, the smallest of equals.
  private func commonStep() -> SimDuration? {
    var counts: [Int64: Int] = [:]
    for row in 1..<max(1, batch.count) { counts[batch.time[row] - batch.time[row - 1], default: 0] += 1 }
    return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }.map { SimDuration(nanoseconds: $0.key) }
  }

  private func noRows() -> MMSError {
    if let wanted = options.symbol, !otherSymbols.isEmpty {
      return MMSError(
        .noData, "'\(file.path)' holds no rows of '\(wanted)'", path: "symbol",
        hint: Suggestion.hint(for: wanted, among: otherSymbols.sorted()))
    }
    return MMSError(.invalidData, "'\(file.path)' holds a header and no rows")
  }

  private static func check(_ resolution: SimDuration, _ path: String) throws(MMSError) {
    if resolution > SimDuration(nanoseconds: 0), resolution <= .days(100) { return }
    throw MMSError(
      .invalidValue,
      "a bar of \(resolution) in '\(path)' is out of range; a bar is longer than 0 and at most 100d",
      path: "resolution")
  }

  /// `BTCUSDT` of `BTCUSDT-1m-2022-11.csv.gz`.
  private static func symbol(inName name: String) -> String? {
    let first = name.split(separator: "-", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    let isSymbol =
      name.contains("-") && first.utf8.count >= 2
      && first.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
    return isSymbol ? first : nil
  }

  /// `1m` of the same name.
  private static func resolution(inName name: String) -> SimDuration? {
    let parts = name.prefix { $0 != "." }.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count > 1 ? SimDuration(String(parts[1])) : nil
  }

  /// What a file that is certainly no CSV is, by its first bytes.
  private static func foreignFormat(_ bytes: Span<UInt8>, _ line: Range<Int>) -> String? {
    if line.count >= 4, bytes[line.lowerBound] == 80, bytes[line.lowerBound + 1] == 75,
      bytes[line.lowerBound + 2] < 9
    {
      return "a zip archive"
    }
    for index in line where bytes[index] == 0 { return "a binary file (or text in UTF-16)" }
    return nil
  }
}
