// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// One number of a calibration, with what is known about it.
public struct CalibratedValue: Sendable, Hashable {
  /// `base_slippage`, `volatility_factor` or `liquidity_factor`.
  public let name: String
  /// What to use: the estimate, or the prior where the data do not identify one.
  public let value: Double
  /// What the data say, whether or not it is used; nil when they say nothing.
  public let estimate: Double?
  /// Of the estimate, by block bootstrap over hours; nil when it cannot be had.
  public let standardError: Double?
  /// Whether the data identify it.
  public let isIdentified: Bool
  /// What was in use before.
  public let prior: Double
  /// The part of the value that sweeping a known book costs.
  public var sweep = 0.0
  /// Hours behind the estimate.
  public let count: Int
  /// How it was estimated, or why it was not.
  public let method: String
}

/// What a recorded market says about the factors of a scenario: volatility, liquidity and the cost of a small trade.
///
/// Hours are the unit. *normal* is the middle half of them by realised volatility, *high_volatility* the top tenth,
/// *black_swan* the twelve hours around the one with the deepest fall. With σ the root of a class's mean realised
/// variance and V its mean volume, volatility_factor = σ ÷ σ(normal) and liquidity_factor = (√V/σ) ÷ (√V/σ)(normal).
/// base_slippage is half of the quoted spread where there are quotes, else half of EDGE (see ``EdgeSpread``) over the
/// hours of the class where that exceeds twice its error, else the prior. Errors come from a stationary bootstrap over
/// hours that classifies them anew each time.
public struct MarketCalibration: Sendable {
  /// The classes of hours that can be calibrated, by the scenario's name.
  public enum HourClass: String, Sendable, Hashable, CaseIterable {
    /// The middle half by realised volatility.
    case normal
    /// The top tenth.
    case highVolatility = "high_volatility"
    /// Twelve hours around the deepest fall within an hour.
    case blackSwan = "black_swan"
  }

  /// Below this many hours nothing is estimated: four days.
  public static let fewestHours = 96
  /// Falls at least half as deep as the deepest, a day apart, that make a black swan more than an anecdote.
  private static let fewestEvents = 3
  private static let resamples = 400
  /// Mean length of a block of hours: volatility keeps its level for about a day.
  private static let block = 24.0

  private let hours: [MarketHour]
  /// Hours in the series that were too short to use.
  public let omittedHours: Int

  /// Cuts a series into hours.
  ///
  /// - Throws: ``MMSError/Code/noData`` when there are fewer than four days of hours, or bars are longer than 20 minutes.
  public init(_ bars: BarSeries) throws(MMSError) {
    guard bars.resolution.nanoseconds <= 1_200_000_000_000 else {
      throw MMSError(
        .noData, "bars of \(bars.resolution) are too long to see hours with; at most 20 min will do",
        hint: "import bars of 1m")
    }
    let cut = MarketHours(bars)
    guard cut.hours.count >= Self.fewestHours else {
      throw MMSError(
        .noData,
        "\(bars.symbol) has \(cut.hours.count) whole hours there; a calibration needs \(Self.fewestHours)",
        hint: "widen --from and --to, or import more bars")
    }
    hours = cut.hours
    omittedHours = cut.omitted
  }

  /// How many hours there are.
  public var hourCount: Int { hours.count }

  /// The numbers of a class.
  ///
  /// - Parameters:
  ///   - prior: What is in use now.
  ///   - sweep: What an order costs beyond the best price; added to base_slippage.
  ///   - priorSweep: The part of the prior base_slippage that a sweep was; it does not stay.
  public func values(
    of hourClass: HourClass, prior: Calibration, sweep: BookSweep.Cost? = nil, priorSweep: Double = 0
  ) -> [CalibratedValue] {
    let factors = HourFactors(hours, hourClass)
    let errors = bootstrap(hourClass)
    let isIdentified = hourClass != .blackSwan || events >= Self.fewestEvents
    let what =
      switch hourClass {
      case .normal: "by definition"
      case .highVolatility: "top tenth of the hours over their middle half"
      case .blackSwan:
        isIdentified
          ? "twelve hours around the deepest of \(events) falls over the middle half"
          : "\(events == 1 ? "one fall" : "\(events) separate falls"); \(Self.fewestEvents) are needed"
      }
    func factor(_ name: String, _ estimate: Double, _ error: Double, _ prior: Double) -> CalibratedValue {
      CalibratedValue(
        name: name, value: isIdentified ? estimate : prior, estimate: estimate,
        standardError: hourClass == .normal ? 0 : error, isIdentified: isIdentified, prior: prior,
        count: factors.count, method: what)
    }
    return [
      slippage(
        hourClass, prior: (prior.baseSlippage, priorSweep), errors: errors,
        unless: isIdentified ? nil : what, sweep),
      factor("volatility_factor", factors.volatility, errors.volatility, prior.volatilityFactor),
      factor("liquidity_factor", factors.liquidity, errors.liquidity, prior.liquidityFactor),
    ]
  }

  /// Falls within an hour at least half as deep as the deepest one, a day apart.
  public var events: Int {
    guard let deepest = hours.map(\.drawdown).min(), deepest < 0 else { return 0 }
    var (count, last) = (0, -24)
    for (index, hour) in hours.enumerated() where hour.drawdown <= deepest / 2 && index - last >= 24 {
      count += 1
      last = index
    }
    return count
  }

  // MARK: Slippage

  private func slippage(
    _ hourClass: HourClass, prior: (value: Double, sweep: Double), errors: Errors, unless reason: String?,
    _ sweep: BookSweep.Cost?
  ) -> CalibratedValue {
    let cost = HourCost(HourFactors.members(hours, hourClass).map { hours[$0] })
    let swept = sweep?.fraction ?? 0
    func value(_ isIdentified: Bool, _ method: String) -> CalibratedValue {
      CalibratedValue(
        name: "base_slippage",
        value: (isIdentified ? cost.value : max(0, prior.value - prior.sweep)) + swept,
        estimate: cost.count < 2 ? nil : cost.value + swept,
        standardError: cost.count < 2 ? nil : errors.cost, isIdentified: isIdentified, prior: prior.value,
        sweep: swept, count: cost.count, method: sweep.map { "\(method); \($0)" } ?? method)
    }
    if cost.count < 2 { return value(false, "the bars carry no information on spreads") }
    let name = cost.isQuoted ? "half of the quoted spread" : "half of EDGE"
    if let reason { return value(false, "\(name), but \(reason)") }
    if cost.isQuoted { return value(true, name) }
    guard cost.level > 2 * errors.level else { return value(false, "\(name) is below resolution") }
    return value(true, name)
  }

  // MARK: Errors

  /// Standard deviations over resampled hours.
  private struct Errors {
    var volatility = 0.0
    var liquidity = 0.0
    var cost = 0.0
    var level = 0.0
  }

  /// Resamples the hours, classifying them anew each time.
  private func bootstrap(_ hourClass: HourClass) -> Errors {
    let random = RandomSource(seed: 0, path: 1, role: .study)
    let window = hourClass == .blackSwan ? HourFactors.members(hours, .blackSwan) : []
    var samples = [[Double]](repeating: [], count: 4)
    for resample in 0..<Self.resamples {
      var drawn: [MarketHour] = []
      drawn.reserveCapacity(hours.count)
      StationaryBootstrap.resample(
        count: hours.count, restart: 1 / Self.block,
        uniform: { random.uniform(step: Int64(resample * hours.count + $0)) }
      ) { index, _ in drawn.append(hours[index]) }
      let factors: HourFactors
      let members: [MarketHour]
      if hourClass == .blackSwan {
        // The event stays the event: its own hours are resampled beside the normal ones.
        members = window.indices.map { place in
          let draw = random.uniform(step: Int64(resample * 64 + place), lane: 1)
          return hours[window[min(window.count - 1, Int(draw * Double(window.count)))]]
        }
        factors = HourFactors(members, over: HourFactors.members(drawn, .normal).map { drawn[$0] })
      } else {
        members = HourFactors.members(drawn, hourClass).map { drawn[$0] }
        factors = HourFactors(drawn, hourClass)
      }
      let cost = HourCost(members)
      let figures = [factors.volatility, factors.liquidity, cost.value, cost.level]
      // A sample without an hour that tells of spreads says nothing about them.
      for (place, figure) in figures.enumerated() where figure.isFinite { samples[place].append(figure) }
    }
    let errors = samples.map { Estimates.deviation($0, Estimates.mean($0)) }
    return Errors(volatility: errors[0], liquidity: errors[1], cost: errors[2], level: errors[3])
  }
}
