// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import MMSEngine
import MMSScenario
import MMSStore

/// The bars of one request: found, cut to the window, and said where they came from.
struct MarketData {
  let bars: BarSeries
  let window: SimulationWindow
  let warmUpRows: Int
  let sourceName: String
  let digest: String
  let warnings: [String]
}

/// Finds the bars of a request: a data URI, else the store, else what is bundled.
struct MarketDataFinder {
  let store: Store?
  let bundled: BundledData

  /// Reads the window and the warm-up before it.
  ///
  /// - Parameter warmUp: What the strategy wants; at least a day is read for the baselines.
  func find(
    _ request: SimulationRequest, scenario: ScenarioDefinition, warmUp: SimDuration
  ) throws(MMSError) -> MarketData {
    var warnings: [String] = []
    if let only = scenario.data.symbol, only != request.symbol {
      throw MMSError(
        .invalidValue,
        "scenario '\(scenario.name)' replays \(only); it has nothing to say about \(request.symbol)",
        path: "symbol", hint: "ask for symbol \(only)")
    }
    let resolution = scenario.data.resolution
    let (source, note) = try open(request, origin: scenario.data.source, resolution: resolution)
    if let note { warnings.append(note) }
    let held = try coverage(of: source, request.symbol, resolution: resolution, origin: scenario.data.source)
    let window = try window(request, scenario: scenario, held: held)
    let wanted = max(warmUp, .days(1))
    let bars = try source.bars(
      BarRequest(
        symbol: request.symbol, resolution: resolution, source: held.source,
        start: window.start - wanted, end: window.end))
    // A row's time is its close: rows that open at or after the start are traded.
    let warmUpRows = bars.firstRow(atOrAfter: window.start + resolution)
    let steps = bars.count - warmUpRows
    let expected = Int((window.end - window.start).nanoseconds / resolution.nanoseconds)
    guard steps >= 2 else {
      throw MMSError(.noData, "\(request.symbol) has no bars between \(window.start) and \(window.end)")
    }
    if steps < expected {
      let holes = bars.rows(max(0, warmUpRows - 1)..<bars.count).gaps()
      let largest = holes.max { $0.missingBars < $1.missingBars }
      warnings.append(
        "\(expected - steps) of \(expected) bars are missing in \(holes.count) gaps"
          + (largest.map { ", the largest after \($0.after)" } ?? "") + "; they are left out, not filled")
    }
    let missing = Int(wanted.nanoseconds / resolution.nanoseconds) - warmUpRows
    if missing > 0 {
      warnings.append(
        "the data begin \(held.start): \(missing) of the \(SimDuration(nanoseconds: wanted.nanoseconds)) of"
          + " warm-up bars are missing, so signals and baselines fill up first and trading starts later")
    }
    return MarketData(
      bars: bars, window: window, warmUpRows: warmUpRows, sourceName: source.name,
      digest: bars.digest, warnings: warnings)
  }

  private func window(
    _ request: SimulationRequest, scenario: ScenarioDefinition, held: DataCoverage
  ) throws(MMSError) -> SimulationWindow {
    var start = request.startTime
    let end = request.endTime
    // A scenario that replays a real window begins there unless the request says otherwise.
    if start == nil, end == nil, let pinned = scenario.data.start { start = pinned.description }
    return try SimulationWindow(
      period: request.period, start: start, end: end, resolution: held.resolution, coverage: held)
  }

  private func open(
    _ request: SimulationRequest, origin: String?, resolution: SimDuration
  ) throws(MMSError) -> (any DataSource, note: String?) {
    if let uri = request.data { return (try DataSourceFactory.open(uri), nil) }
    if let store {
      let source = SQLiteSource(store: store)
      let holds = try source.coverage().contains {
        $0.symbol == request.symbol && $0.resolution == resolution && (origin == nil || $0.source == origin)
      }
      if holds { return (source, nil) }
    }
    let fitsOrigin = origin == nil || origin == "binance-spot"
    if fitsOrigin, let source = try bundled.source(for: request.symbol) {
      return (
        source, "the database has no \(request.symbol) bars at \(resolution): the bundled ones are used"
      )
    }
    throw try unknownSymbol(request.symbol, origin: origin, resolution: resolution)
  }

  private func coverage(
    of source: any DataSource, _ symbol: String, resolution: SimDuration, origin: String?
  ) throws(MMSError) -> DataCoverage {
    let fitting = try source.coverage().filter {
      $0.symbol == symbol && $0.resolution == resolution && (origin == nil || $0.source == origin)
    }
    // The one with the latest end, ties by name: what DataSource.bars would choose.
    let best = fitting.max { ($0.end, $1.source) < ($1.end, $0.source) }
    guard let best else {
      let held = try source.coverage().map { "\($0.symbol) \($0.resolution) \($0.source)" }
      throw MMSError(
        .noData,
        "\(source.name) has no \(symbol) bars at \(resolution)"
          + (origin.map { " of \($0)" } ?? ""), path: "symbol",
        hint: held.isEmpty ? "it is empty" : "it has: \(held.joined(separator: "; "))")
    }
    return best
  }

  private func unknownSymbol(
    _ symbol: String, origin: String?, resolution: SimDuration
  ) throws(MMSError) -> MMSError {
    var names = bundled.symbols
    var held: [String] = []
    if let store {
      for item in try store.coverage() {
        names.append(item.symbol)
        held.append("\(item.symbol) \(item.resolution) \(item.source) (\(item.start) … \(item.end))")
      }
    }
    let near = names.contains(symbol) ? nil : Suggestion.hint(for: symbol, among: Array(Set(names)))
    let wanted = origin.map { " of \($0)" } ?? ""
    let known =
      held.isEmpty ? "bundled: \(bundled.symbols.joined(separator: ", "))" : held.joined(separator: "; ")
    return MMSError(
      .noData, "there are no \(resolution) bars\(wanted) for symbol '\(symbol)'; there is: \(known)",
      path: "symbol", hint: near ?? "import some with: mms data import FILE --symbol \(symbol)")
  }
}

extension BarSeries {
  /// SHA-256 over symbol, origin, resolution and every column's bits.
  var digest: String {
    var hash = SHA256()
    hash.update("\(symbol)|\(source)|\(resolution.nanoseconds)|\(count)")
    unsafe time.withUnsafeBytes { unsafe hash.update($0) }
    for column in [open, high, low, close, volume, bid, ask] {
      unsafe column.withUnsafeBytes { unsafe hash.update($0) }
    }
    return hash.finalize()
  }
}
