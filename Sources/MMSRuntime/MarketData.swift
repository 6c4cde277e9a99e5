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
  /// The recorded order flow of the window, when the scenario replays it.
  var recording: RecordedFlow?
}

/// Finds the bars of a request: a data URI, else the store, else what is bundled.
struct MarketDataFinder {
  let sources: DataSourceFactory
  let store: Store?
  let bundled: BundledData
  let registry: ModelRegistry
  /// What is known already about what is stored; nil to ask every time.
  var shared: PreparationCache?

  /// Reads the window and the warm-up before it.
  ///
  /// - Parameter warmUp: What the strategy wants; at least a day is read for the baselines.
  func find(
    _ request: SimulationRequest, scenario: ScenarioDefinition, warmUp: SimDuration
  ) throws(MMSError) -> MarketData {
    var warnings: [String] = []
    try check(request, fits: scenario)
    let resolution = scenario.data.resolution
    let wantedBars = BarRequest(
      symbol: request.symbol, resolution: resolution, source: scenario.data.source)
    let (source, coverage, note) = try open(wantedBars, data: request.data)
    if let note { warnings.append(note) }
    let held = try coverage.choice(for: wantedBars, in: source.name)
    let window = try window(request, scenario: scenario, held: held)
    let recording = try recording(source, request, scenario: scenario, window: window)
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
      digest: recording.map { "\(bars.digest)-\($0.digest)" } ?? bars.digest, warnings: warnings,
      recording: recording)
  }

  /// The order flow of a window, for scenarios that replay it.
  private func recording(
    _ source: any DataSource, _ request: SimulationRequest, scenario: ScenarioDefinition,
    window: SimulationWindow
  ) throws(MMSError) -> RecordedFlow? {
    guard scenario.data.path == .recordedFlow else { return nil }
    guard let source = source as? LobsterSource else {
      throw MMSError(
        .noData,
        "scenario '\(scenario.name)' replays recorded order flow, and \(source.name) holds bars only",
        path: "data", hint: "name a folder of LOBSTER files: data lobster:DIR")
    }
    let day = try source.recording(of: request.symbol, from: window.start, to: window.end)
    return try LobsterFeed.flow(of: day)
  }

  /// The window of a request, found without reading bars.
  func window(
    of request: SimulationRequest, scenario: ScenarioDefinition
  ) throws(MMSError) -> SimulationWindow {
    try check(request, fits: scenario)
    let wanted = BarRequest(
      symbol: request.symbol, resolution: scenario.data.resolution, source: scenario.data.source)
    let find = { () throws(MMSError) in
      let (source, coverage, _) = try open(wanted, data: request.data)
      return [try coverage.choice(for: wanted, in: source.name)]
    }
    let key = [
      wanted.symbol, "\(wanted.resolution.nanoseconds)", wanted.source ?? "", request.data ?? "",
    ].joined(separator: "\u{0}")
    let held = if let shared { try shared.coverage(key, find) } else { try find() }
    return try window(request, scenario: scenario, held: held[0])
  }

  private func check(_ request: SimulationRequest, fits scenario: ScenarioDefinition) throws(MMSError) {
    if scenario.data.path == .recordedFlow, request.data == nil {
      throw MMSError(
        .noData, "scenario '\(scenario.name)' replays recorded order flow, and no data are named",
        path: "data",
        hint: "name a folder of LOBSTER files: data lobster:DIR (--data lobster:DIR)")
    }
    guard let only = scenario.data.symbol, only != request.symbol else { return }
    throw MMSError(
      .invalidValue,
      "scenario '\(scenario.name)' replays \(only); it has nothing to say about \(request.symbol)",
      path: "symbol", hint: "ask for symbol \(only)")
  }

  /// Reads a span of bars as it is recorded.
  ///
  /// - Parameter data: A data URI; nil for the store, else what is bundled.
  func bars(_ request: BarRequest, data: String?) throws(MMSError) -> (bars: BarSeries, note: String?) {
    let (source, coverage, note) = try open(request, data: data)
    var asked = request
    asked.source = try coverage.choice(for: request, in: source.name).source
    return (try source.bars(asked), note)
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

  /// The source to read from, and what it holds.
  private func open(
    _ bars: BarRequest, data: String?
  ) throws(MMSError) -> (any DataSource, coverage: [DataCoverage], note: String?) {
    if let uri = data {
      let plugin = try PluginData(uri)
      let source = if let plugin { try plugin.open(in: registry) } else { try sources.open(uri) }
      return (source, try source.coverage(for: bars), nil)
    }
    var stored: [DataCoverage] = []
    if let store {
      let source = SQLiteSource(store: store)
      stored = try source.coverage()
      let holds = stored.contains {
        $0.symbol == bars.symbol && $0.resolution == bars.resolution
          && (bars.source == nil || $0.source == bars.source)
      }
      if holds { return (source, stored, nil) }
    }
    let fitsOrigin = bars.source == nil || bars.source == "binance-spot"
    if fitsOrigin, let source = try bundled.source(for: bars.symbol) {
      return (
        source, try source.coverage(),
        "the database has no \(bars.symbol) bars at \(bars.resolution): the bundled ones are used"
      )
    }
    throw unknownSymbol(bars, stored: stored)
  }

  private func unknownSymbol(_ bars: BarRequest, stored: [DataCoverage]) -> MMSError {
    let symbol = bars.symbol
    let names = bundled.symbols + stored.map(\.symbol)
    let held = stored.map { "\($0.symbol) \($0.resolution) \($0.source) (\($0.start) … \($0.end))" }
    let near = names.contains(symbol) ? nil : Suggestion.hint(for: symbol, among: Array(Set(names)))
    let wanted = bars.source.map { " of \($0)" } ?? ""
    let known =
      held.isEmpty ? "bundled: \(bundled.symbols.joined(separator: ", "))" : held.joined(separator: "; ")
    return MMSError(
      .noData, "there are no \(bars.resolution) bars\(wanted) for symbol '\(symbol)'; there is: \(known)",
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
