// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// A market with nothing in it but time: what an experiment's models write on.
///
/// The unit of time is the day: an experiment with T = 1 and dt = 0.005 has steps of 432 s.
struct ExperimentMarket {
  let base: BaseMarket
  let context: MarketContext

  /// A flat market.
  ///
  /// - Parameters:
  ///   - steps: How many steps.
  ///   - days: The length of a step in days.
  ///   - price: The price throughout.
  ///   - volume: Base units traded in each step; plenty by default.
  ///   - halfSpread: Half of the quoted spread, a fraction of the price.
  /// - Throws: ``MMSError/Code/invalidValue`` when a step is shorter than 10 ms, or the whole too long.
  init(
    steps: Int, days: Double, price: Double, volume: Double = 1e15, halfSpread: Double = 0
  ) throws(MMSError) {
    let nanoseconds = (days * 86_400e9).rounded()
    guard steps >= 1, nanoseconds >= 1e7, nanoseconds * Double(steps) < 9e18 else {
      throw MMSError(
        .invalidValue, "\(steps) steps of \(days) days are too short, too long or too many to simulate",
        hint: "choose fewer steps, or a step between 10 ms (1.2e-7 days) and a few years")
    }
    let resolution = SimDuration(nanoseconds: Int64(nanoseconds))
    var bars = BarSeries(symbol: "EXPERIMENT", resolution: resolution, source: "synthetic")
    bars.time = (0..<steps).map { Int64($0 + 1) * resolution.nanoseconds }
    bars.open = Array(repeating: price, count: steps)
    (bars.high, bars.low, bars.close) = (bars.open, bars.open, bars.open)
    bars.volume = Array(repeating: volume, count: steps)
    if halfSpread > 0 {
      bars.bid = Array(repeating: price * (1 - halfSpread), count: steps)
      bars.ask = Array(repeating: price * (1 + halfSpread), count: steps)
    }
    base = try BaseMarket(bars: bars, warmUpRows: 0, tick: 0)
    context = MarketContext(
      symbol: bars.symbol, resolution: resolution, steps: steps, stress: .frictionless)
  }

  /// A venue that adds nothing of its own: no fee, no excess, no cap, no delay beyond the next open.
  static var frictionless: ExecutionSettings {
    ExecutionSettings(
      initialEquity: 1e9, takerFee: 0, makerFee: 0, latency: .constant(SimDuration(nanoseconds: 1)),
      volumeCap: 1)
  }

  /// A plan of the given models on this market.
  func plan(
    scenario: any ScenarioModel, fill: any FillModel, impact: any ImpactModel, strategy: any Strategy,
    execution: ExecutionSettings = Self.frictionless, seed: UInt64
  ) throws(MMSError) -> RunPlan {
    try RunPlan(
      base: base, context: context, scenario: scenario, fill: fill, impact: impact, strategy: strategy,
      execution: execution, seed: seed, isCentral: false)
  }

  /// Makes a model from parameters by name; what is not named takes its default.
  static func make<M: NativeModel>(
    _ type: M.Type, _ inputs: KeyValuePairs<String, ParameterInput> = [:]
  ) throws(MMSError) -> M {
    try M(
      ParameterResolver.resolve(
        inputs.map { ($0.key, $0.value) }, schema: M.descriptor.parameters,
        owner: "model '\(M.descriptor.id)'",
        path: "param"))
  }
}

extension StressRatios {
  /// No stress and no cost beyond the spread.
  static var frictionless: StressRatios {
    let none = Calibration(baseSlippage: 0, volatilityFactor: 1, liquidityFactor: 1)
    return StressRatios(scenario: none, normal: none)
  }
}
