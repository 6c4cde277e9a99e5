// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Bars and order flow of a folder of LOBSTER files, `lobster:DIR`.
///
/// A bar's prices are those of the mid of the visible book, in the currency; bid and ask are the best prices at its
/// close, volume is what traded, hidden orders included and auctions apart. A bar without a message repeats the last
/// mid with volume 0. Times are Greenwich's; the files' are New York's.
public struct LobsterSource: DataSource {
  /// `lobster:` and the folder.
  public let name: String
  /// The days that are held, by symbol and day.
  public let recordings: [LobsterRecording]

  /// The lengths of bars that can be asked for: whole parts of an hour.
  public static let resolutions: [SimDuration] = [
    .seconds(1), .seconds(5), .seconds(10), .seconds(30), .minutes(1), .minutes(5), .minutes(15),
    .minutes(30),
  ]

  /// Looks at a folder; files are read when bars are.
  ///
  /// - Parameter level: Only recordings of so many levels; nil for the deepest of each day.
  /// - Throws: ``MMSError/Code/notFound`` without the folder; ``MMSError/Code/noData`` when it holds no recording.
  public init(folder: String, level: Int? = nil) throws(MMSError) {
    name = "lobster:\(folder)"
    recordings = try LobsterFolder.recordings(in: folder, level: level)
    if recordings.isEmpty {
      throw MMSError(
        .noData,
        "the folder '\(folder)' holds no LOBSTER recording\(level.map { " of level \($0)" } ?? "")",
        path: "data",
        hint: "put SYMBOL_YYYY-MM-DD_START_END_message_N.csv and its _orderbook_N.csv there, .gz or not")
    }
  }

  /// What is held, at every resolution there is.
  public func coverage() throws(MMSError) -> [DataCoverage] {
    var all: [DataCoverage] = []
    for symbol in Set(recordings.map(\.symbol)).sorted() {
      let days = recordings.filter { $0.symbol == symbol }
      guard let first = days.first, let last = days.last else { continue }
      for resolution in Self.resolutions {
        let step = resolution.nanoseconds
        let count = days.reduce(0) { $0 + Int(($1.closing(step) - $1.opening(step)) / step) }
        all.append(
          DataCoverage(
            symbol: symbol, resolution: resolution, source: "lobster",
            start: first.midnight + SimDuration(nanoseconds: first.opening(step)),
            end: last.midnight + SimDuration(nanoseconds: last.closing(step)), count: count))
      }
    }
    return all
  }

  /// The bars of the span.
  public func bars(_ request: BarRequest) throws(MMSError) -> BarSeries {
    _ = try coverage().choice(for: request, in: name)
    let step = request.resolution.nanoseconds
    var series = BarSeries(symbol: request.symbol, resolution: request.resolution, source: "lobster")
    for day in recordings where day.symbol == request.symbol {
      let (open, close) = (
        day.midnight + SimDuration(nanoseconds: day.opening(step)),
        day.midnight + SimDuration(nanoseconds: day.closing(step))
      )
      if let start = request.start, close <= start { continue }
      if let end = request.end, open >= end { continue }
      try day.append(to: &series)
    }
    return try series.rows(for: request, in: name)
  }

  /// The recording a span lies in.
  ///
  /// - Throws: ``MMSError/Code/noData`` when it lies in none, since flow goes on within a day only.
  public func recording(
    of symbol: String, from start: SimTime, to end: SimTime
  ) throws(MMSError) -> LobsterRecording {
    let days = recordings.filter { $0.symbol == symbol }
    let minute = SimDuration.minutes(30).nanoseconds
    for day in days
    where day.midnight + SimDuration(nanoseconds: day.opening(minute)) <= start
      && end <= day.midnight + SimDuration(nanoseconds: day.closing(minute))
    {
      return day
    }
    let held = days.map {
      "\($0.midnight + SimDuration(nanoseconds: $0.start)) … \($0.midnight + SimDuration(nanoseconds: $0.end))"
    }
    throw MMSError(
      .noData,
      "\(name) has no recording of \(symbol) that holds \(start) … \(end) whole; it has"
        + " \(held.joined(separator: ", "))",
      path: "period", hint: "ask for a period within one recorded day")
  }
}

extension LobsterRecording {
  /// When the first bar opens, and when the last one closes, in nanoseconds after midnight.
  func opening(_ step: Int64) -> Int64 { start / step * step }
  func closing(_ step: Int64) -> Int64 { (end + step - 1) / step * step }

  /// Adds the day's bars.
  func append(to series: inout BarSeries) throws(MMSError) {
    let step = series.resolution.nanoseconds
    var reader = try LobsterMessageReader(path: messages)
    var rows = try LobsterBookReader(path: orderbook)
    var row = LobsterRow()
    var close = opening(step) + step
    var bar = Bar()
    while let message = try reader.next() {
      guard try rows.next(into: &row) else {
        throw MMSError(
          .invalidData, "'\(orderbook)' ends before '\(messages)': they must have the same rows",
          location: reader.location)
      }
      while message.time >= close, close < closing(step) {
        bar.close(into: &series, at: midnight + SimDuration(nanoseconds: close))
        close += step
      }
      bar.see(row)
      if message.kind == .execution || message.kind == .hiddenExecution { bar.volume += Double(message.size) }
    }
    while close <= closing(step) {
      bar.close(into: &series, at: midnight + SimDuration(nanoseconds: close))
      close += step
    }
  }

  /// The bar that is being made, prices in 1/10,000.
  private struct Bar {
    var (bid, ask) = (Double.nan, Double.nan)
    var (open, high, low, last) = (Double.nan, Double.nan, Double.nan, Double.nan)
    var volume = 0.0

    mutating func see(_ row: LobsterRow) {
      guard let bid = row.bids.first?.price, let ask = row.asks.first?.price else { return }
      (self.bid, self.ask) = (Double(bid), Double(ask))
      last = 0.5 * (self.bid + self.ask)
      if open.isNaN { (open, high, low) = (last, last, last) }
      high = max(high, last)
      low = min(low, last)
    }

    /// Bars before the first quote are left out.
    mutating func close(into series: inout BarSeries, at time: SimTime) {
      guard !last.isNaN else { return }
      if open.isNaN { (open, high, low) = (last, last, last) }
      series.time.append(time.nanoseconds)
      series.open.append(open / 10_000)
      series.high.append(high / 10_000)
      series.low.append(low / 10_000)
      series.close.append(last / 10_000)
      series.volume.append(volume)
      series.bid.append(bid / 10_000)
      series.ask.append(ask / 10_000)
      (open, high, low, volume) = (.nan, .nan, .nan, 0)
    }
  }
}
