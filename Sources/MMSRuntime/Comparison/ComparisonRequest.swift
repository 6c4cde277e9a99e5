// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSScenario
public import MMSStudy

/// What somebody wants compared: two simulations that share everything but what their sides say.
public struct ComparisonRequest: Sendable {
  /// How many pairs of paths are run unless somebody says otherwise.
  public static let defaultPaths = 200

  /// One side.
  public struct Side: Sendable {
    /// What it is called: the scenario with its overrides.
    public var label: String
    /// What is run for it.
    public var request: SimulationRequest
  }

  /// The first side.
  public var a: Side
  /// The second side.
  public var b: Side
  /// The metrics, in the order of the answer.
  public var metrics: [Metric]
  /// The metric that decides.
  public var primary: Metric

  /// Pairs of paths.
  public var paths: Int { a.request.paths }

  /// Asks for a comparison.
  ///
  /// - Parameters:
  ///   - base: What both sides have in common; its scenario does not count.
  ///   - a: The first side: a scenario, with `?path=value&…` behind it where values of it are to change.
  ///     `strategy` and `strategy_params.NAME` are paths too.
  ///   - b: The second side.
  ///   - metrics: Names of metrics; empty for all.
  ///   - primary: The metric that decides: total_return unless another is named, or the first when it is not asked for.
  ///   - isRemote: Whether a client asks, who may only reach what a request may override.
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` for a name or value that is wrong.
  public init(
    base: SimulationRequest, a: String, b: String, metrics: [String] = [], primary: String? = nil,
    isRemote: Bool = false
  ) throws(MMSError) {
    self.a = try SideText(a, path: "a").side(over: base, isRemote: isRemote)
    self.b = try SideText(b, path: "b").side(over: base, isRemote: isRemote)
    (self.metrics, self.primary) = try Self.metrics(metrics, primary: primary)
  }

  /// Asks for what a file says.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` for a name or value that is wrong.
  public init(_ definition: ComparisonDefinition) throws(MMSError) {
    var base = SimulationRequest(symbol: definition.symbol, period: definition.period, scenario: "")
    base.startTime = definition.startTime
    base.endTime = definition.endTime
    base.seed = definition.seed
    base.data = definition.data
    base.antithetic = definition.antithetic
    base.paths = definition.paths ?? Self.defaultPaths
    base.overrides = definition.base.overrides
    base.strategy = definition.base.strategy ?? base.strategy
    base.strategyParameters = definition.base.strategyParameters
    func side(_ own: ComparisonDefinition.Side, _ path: String) throws(MMSError) -> Side {
      let text = own.scenario ?? definition.base.scenario ?? ""
      var parsed = try SideText(text, path: path)
      parsed.overrides += own.overrides
      if let strategy = own.strategy { parsed.strategy = strategy }
      parsed.parameters += own.strategyParameters
      return try parsed.side(over: base, isRemote: false)
    }
    a = try side(definition.a, "a")
    b = try side(definition.b, "b")
    (metrics, primary) = try Self.metrics(definition.metrics, primary: definition.primary)
  }

  private static func metrics(
    _ names: [String], primary: String?
  ) throws(MMSError) -> ([Metric], Metric) {
    var metrics: [Metric] = []
    for name in names {
      let metric = try Self.metric(name, path: "metrics")
      guard !metrics.contains(metric) else {
        throw MMSError(.invalidValue, "the metric '\(name)' is named twice; name each once", path: "metrics")
      }
      metrics.append(metric)
    }
    let chosen = try primary.map { (name) throws(MMSError) in try Self.metric(name, path: "primary") }
    if let chosen, !metrics.isEmpty, !metrics.contains(chosen) {
      throw MMSError(
        .invalidValue,
        "the primary metric '\(chosen.rawValue)' is not among the metrics; add it, or leave metrics out",
        path: "primary")
    }
    let first = metrics.first { $0 == .totalReturn } ?? metrics.first ?? .totalReturn
    return (metrics.isEmpty ? Metric.allCases : metrics, chosen ?? first)
  }

  private static func metric(_ name: String, path: String) throws(MMSError) -> Metric {
    if let metric = Metric(rawValue: name) { return metric }
    throw MMSError(
      .invalidValue, "there is no metric '\(name.prefix(100))'", path: path,
      hint: Suggestion.hint(for: String(name.prefix(100)), among: Metric.allCases.map(\.rawValue)))
  }
}
