// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Everything that is fixed before the first path: data, models, rules, seed.
///
/// A plan is a value, prepared once and shared by every thread; a path is a pure function of the plan and
/// its number.
public struct RunPlan: Sendable {
  /// The recorded market.
  public let base: BaseMarket
  /// What models are told about the simulation.
  public let context: MarketContext
  /// Resamples the recorded market before the scenario sees it; nil when the path is the history.
  public let resampler: (any ScenarioModel)?
  /// The scenario's model, prepared.
  public let scenario: any ScenarioModel
  /// Scripted shocks on top of it.
  public let events: [ScriptedEvent]
  /// Decides what fills.
  public var fill: any FillModel
  /// Decides how far we move the price.
  public let impact: any ImpactModel
  /// Makes the order flow of a book; nil where orders meet quotes.
  public var flow: (any FlowModel)?
  /// The recorded flow of a book; nil where the flow is generated or orders meet quotes.
  public var recording: RecordedFlow?
  /// Trades.
  public var strategy: any Strategy
  /// Rules of venue and account.
  public var execution: ExecutionSettings
  /// The seed; 0 is a seed like any other.
  public var seed: UInt64
  /// Whether the simulation has one path, which draws every size at its centre.
  public let isCentral: Bool
  /// Whether paths come in pairs, the second of each with the first's draws mirrored.
  public var isAntithetic = false
  /// Steps in a block; results do not depend on it.
  public var blockSize = 1024
  /// Whether series are kept for the report.
  public var recordsSeries = false
  /// Whether every fill and every parent is kept.
  public var recordsFills = false
  /// Whether path 0 returns its hourly summaries, for the bootstrap of a single path.
  public var keepsStretches = false
  /// Whether columns are checked after the models wrote them.
  public var guardsColumns = true

  /// The path that has a place among the results: with pairs, path j and its mirror image stand at 2j and 2j + 1.
  func path(at place: Int) -> PathContext {
    let number =
      isAntithetic
      ? (place & 1 == 0 ? place >> 1 : PathContext.mirror(of: place >> 1)) : place
    return PathContext(seed: seed, path: number, isCentral: isCentral)
  }

  /// Whether orders rest in a book.
  public var meetsBook: Bool { flow != nil || recording != nil }

  /// Prepares a plan: models look at the history here, once.
  ///
  /// - Throws: What a model's `prepare` throws.
  public init(
    base: BaseMarket, context: MarketContext, scenario: any ScenarioModel,
    resampler: (any ScenarioModel)? = nil, events: [ScriptedEvent] = [], fill: any FillModel,
    impact: any ImpactModel, strategy: any Strategy, execution: ExecutionSettings, seed: UInt64,
    isCentral: Bool
  ) throws(MMSError) {
    self.base = base
    self.context = context
    self.events = events
    self.fill = fill
    self.impact = impact
    self.strategy = strategy
    self.execution = execution
    self.seed = seed
    self.isCentral = isCentral
    var scenario = scenario
    try scenario.prepare(history: base.block, context: context)
    self.scenario = scenario
    var prepared = resampler
    try prepared?.prepare(history: base.block, context: context)
    self.resampler = prepared
  }
}
