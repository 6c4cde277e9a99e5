// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// Runs many paths of a plan side by side: the same numbers as ``PathRunner``, path by path, to the bit.
///
/// For plans that quote both sides of a generated market (see ``init(_:)``); values of all paths at one step
/// lie side by side, and every loop over them is a loop of vectors. A path in which something happens that
/// the loop does not know (a quote through the touch, an account with nothing left) is run again alone.
public struct LaneRunner: Sendable {
  /// How many paths run side by side: their values stay in the first cache.
  public static let width = 64

  private let plan: RunPlan
  private let scenario: any LaneScenarioModel
  private let fill: any LaneFillModel
  private let strategy: any LaneQuotingStrategy
  private let quantity: Double

  /// Makes a runner; nil when a model or a rule of the plan has to be run path by path.
  ///
  /// Runs side by side: a ``MMSCore/LaneScenarioModel`` without resampling and events, a ``MMSCore/LaneFillModel``, no
  /// impact, a ``MMSCore/LaneQuotingStrategy``, latency below a step, no tick, lot, smallest notional or sale at the end,
  /// neither margin nor outage.
  public init?(_ plan: RunPlan) {
    let rules = plan.execution
    guard case .constant(let latency) = rules.latency,
      latency.nanoseconds < plan.context.resolution.nanoseconds,
      rules.tick == 0, rules.lot == 0, rules.minNotional == 0, !rules.closeAtEnd, rules.perpetual == nil,
      rules.outage == nil, plan.impact.isNone, !plan.meetsBook, !plan.isAntithetic,
      plan.resampler == nil, plan.events.isEmpty, !plan.recordsSeries, !plan.recordsFills,
      !plan.keepsStretches,
      let scenario = plan.scenario as? any LaneScenarioModel, let fill = plan.fill as? any LaneFillModel,
      let strategy = plan.strategy as? any LaneQuotingStrategy, let quantity = strategy.laneQuantity,
      let market = scenario.lanes(seed: plan.seed, paths: 0..<1),
      // Either side fills whole, whatever the other has taken of the row.
      rules.volumeCap * market.volume >= 4 * quantity
    else { return nil }
    self.plan = plan
    self.scenario = scenario
    self.fill = fill
    self.strategy = strategy
    self.quantity = quantity
  }

  /// Runs consecutive paths.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/modelFailed`` when a model failed or broke its contract.
  public func run(paths: Range<Int>) throws(MMSError) -> [LaneOutcome] {
    var outcomes: [LaneOutcome] = []
    outcomes.reserveCapacity(paths.count)
    var first = paths.lowerBound
    while first < paths.upperBound {
      let group = first..<min(paths.upperBound, first + Self.width)
      try run(group: group, into: &outcomes)
      first = group.upperBound
    }
    return outcomes
  }

  private func run(group: Range<Int>, into outcomes: inout [LaneOutcome]) throws(MMSError) {
    guard var market = scenario.lanes(seed: plan.seed, paths: group) else {
      throw MMSError(
        .internal, "\(scenario.descriptor.id) runs path 0 in lanes but not path \(group)")
    }
    var strategy: any LaneQuotingStrategy = strategy
    strategy.begin(
      PathContext(seed: plan.seed, path: group.lowerBound, isCentral: plan.isCentral), context: plan.context)
    let count = group.count
    // Each column its own storage, as in MarketBlock.
    func zeros() -> [Double] { Array(repeating: 0, count: count) }
    var mids = [Double](repeating: market.origin, count: count)
    var book = LaneBook(
      count: count, settings: plan.execution, origin: market.origin, quantity: quantity,
      halfSpread: market.halfSpread)
    var (bids, asks) = (zeros(), zeros())
    var (bidDraws, askDraws) = (zeros(), zeros())
    var (bidProbabilities, askProbabilities) = (zeros(), zeros())
    func draws(_ side: Side) -> PathDraws {
      PathDraws(
        seed: plan.seed, firstPath: UInt64(group.lowerBound), count: count, role: .fill,
        lane: Int(side.rawValue))
    }
    var (buys, sells) = (draws(.buy), draws(.sell))
    let steps = plan.context.steps
    for step in 0..<steps {
      if step > 0 {
        var a = bidDraws.mutableSpan
        var b = askDraws.mutableSpan
        buys.uniforms(step: Int64(step), into: &a)
        sells.uniforms(step: Int64(step), into: &b)
        var p = bidProbabilities.mutableSpan
        var q = askProbabilities.mutableSpan
        fill.probabilities(
          .buy, limits: bids.span, opens: mids.span, resolution: plan.context.resolution, into: &p)
        fill.probabilities(
          .sell, limits: asks.span, opens: mids.span, resolution: plan.context.resolution, into: &q)
        book.fill(
          mids, bids: bids, asks: asks, bidDraws, askDraws, bidProbabilities, askProbabilities)
      }
      var m = mids.mutableSpan
      market.advance(step: step, mids: &m)
      book.mark(mids)
      if step < steps - 1 {
        var a = bids.mutableSpan
        var b = asks.mutableSpan
        strategy.quote(
          step: step, mids: mids.span, positions: book.positions.span, bids: &a, asks: &b)
      }
    }
    var alone: PathRunner?
    for (index, path) in group.enumerated() {
      if book.isRegular(index) {
        outcomes.append(book.outcome(index, path: path, mid: mids[index]))
      } else {
        if alone == nil { alone = try PathRunner(plan) }
        if let result = try alone?.run(path: path) { outcomes.append(LaneOutcome(result)) }
      }
    }
  }
}
