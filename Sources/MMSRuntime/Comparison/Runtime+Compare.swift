// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSReport
import MMSStudy

extension Runtime {
  /// Checks both sides of a comparison as far as that goes without reading bars or running foreign code.
  ///
  /// - Throws: what ``check(_:)`` throws, saying which side it is about.
  public func check(_ request: ComparisonRequest) throws(MMSError) {
    for (name, side) in [("a", request.a), ("b", request.b)] {
      try about(name) { () throws(MMSError) in try check(side.request) }
    }
  }

  /// Runs both sides with the same draws and compares them.
  ///
  /// Each side runs wherever it has to, as ``outcome(of:parts:isIsolated:text:log:progress:)`` says.
  ///
  /// - Parameters:
  ///   - request: What both sides share and where they differ.
  ///   - log: Told what plugins said.
  ///   - progress: Told how many paths of both sides are done.
  ///   - isCancelled: Asked between paths of models of our own; true ends the run.
  public func compare(
    _ request: ComparisonRequest, log: (String) -> Void = { _ in },
    progress: (@Sendable (_ done: Int, _ wanted: Int) -> Void)? = nil,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(MMSError) -> ComparisonSummary {
    let clock = ContinuousClock()
    let began = clock.now
    let paths = request.paths
    let a = try about("a") { () throws(MMSError) in
      try side(request.a.request, log, isCancelled) { done, _ in progress?(done, 2 * paths) }
    }
    // A derived seed follows from the window: the second side has the first one's in any case.
    var second = request.b.request
    second.seed = second.seed ?? a.seed
    let b = try about("b") { () throws(MMSError) in
      try side(second, log, isCancelled) { done, _ in progress?(paths + done, 2 * paths) }
    }
    guard let first = a.sample, let other = b.sample else {
      throw MMSError(.internal, "a side of a comparison came back without its paths; report this")
    }
    let windows = [a, b].map { $0.answer["details"]?["window"] }
    let isPaired = windows[0] == windows[1]
    let comparison = try Comparison(
      first, other, metrics: request.metrics, primary: request.primary,
      hasEvents: a.hasEvents || b.hasEvents, isPaired: isPaired, threads: configuration.threads)
    var summary = ComparisonSummary(
      a: .init(label: request.a.label, answer: a.answer, sample: first),
      b: .init(label: request.b.label, answer: b.answer, sample: other), comparison: comparison,
      symbol: request.a.request.symbol, period: request.a.request.period, seed: a.seed)
    if !isPaired {
      summary.warnings.append(
        "the sides run over different times or steps: their paths are no pairs, and pairing saves nothing")
    }
    summary.executionTime = (clock.now - began) / .seconds(1)
    return summary
  }

  private func side(
    _ request: SimulationRequest, _ log: (String) -> Void, _ isCancelled: (@Sendable () -> Bool)?,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) throws(MMSError) -> SimulationOutcome {
    let parts = SimulationOutcome.Parts(sample: true)
    let foreign = try foreignModels(of: request)
    guard foreign.isEmpty || configuration.mayRunForeignCode else {
      if isCancelled?() == true { throw MMSError(.interrupted, "stopped on request") }
      return try outcome(of: request, parts: parts, log: log, progress: progress)
    }
    let summary = try simulate(request, progress: progress, isCancelled: isCancelled)
    return SimulationOutcome(summary, parts: parts, text: "")
  }

  /// Says which side an error is about.
  private func about<Value>(
    _ side: String, _ work: () throws(MMSError) -> Value
  ) throws(MMSError) -> Value {
    do throws(MMSError) { return try work() } catch {
      guard error.code != .interrupted, error.code != .internal else { throw error }
      var error = error
      error.message = "side \(side): \(error.message)"
      if error.path == "scenario" { error.path = side }
      throw error
    }
  }
}
