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
/// hours of the class where that exceeds twice its error, else the prior.
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
  /// - Parameter prior: What is in use now.
  public func values(of hourClass: HourClass, prior: Calibration) -> [CalibratedValue] {
    let factors = Factors(hours, hourClass)
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
    func factor(_ name: String, _ estimate: Double, _ error: Double?, _ prior: Double) -> CalibratedValue {
      CalibratedValue(
        name: name, value: isIdentified ? estimate : prior, estimate: estimate,
        standardError: hourClass == .normal ? 0 : error, isIdentified: isIdentified, prior: prior,
        count: factors.count, method: what)
    }
    return [
      slippage(hourClass, prior: prior.baseSlippage),
      factor("volatility_factor", factors.volatility, errors?.volatility, prior.volatilityFactor),
      factor("liquidity_factor", factors.liquidity, errors?.liquidity, prior.liquidityFactor),
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

  private func slippage(_ hourClass: HourClass, prior: Double) -> CalibratedValue {
    let members = Factors.members(hours, hourClass).map { hours[$0] }
    let quoted = members.map(\.quotedHalfSpread).filter { !$0.isNaN }
    func value(
      _ estimate: Double?, _ error: Double?, _ isIdentified: Bool, _ count: Int, _ method: String
    ) -> CalibratedValue {
      CalibratedValue(
        name: "base_slippage", value: isIdentified ? estimate ?? prior : prior, estimate: estimate,
        standardError: error, isIdentified: isIdentified, prior: prior, count: count, method: method)
    }
    if quoted.count >= 2 {
      let mean = Estimates.mean(quoted)
      let error = Estimates.deviation(quoted, mean) / Double(quoted.count).squareRoot()
      return value(mean, error, true, quoted.count, "half of the quoted spread")
    }
    // Squares are averaged: the mean of roots would depend on how many bars an hour has.
    let squares = members.map(\.squaredSpread).filter { !$0.isNaN }
    guard squares.count >= 2 else {
      return value(nil, nil, false, squares.count, "the bars carry no information on spreads")
    }
    let mean = Estimates.mean(squares)
    let error = Estimates.deviation(squares, mean) / Double(squares.count).squareRoot()
    guard mean > 2 * error else {
      let root = mean < 0 ? -(-mean).squareRoot() : mean.squareRoot()
      return value(root / 2, nil, false, squares.count, "half of EDGE is below resolution")
    }
    let spread = mean.squareRoot()
    return value(spread / 2, error / (2 * spread) / 2, true, squares.count, "half of EDGE")
  }

  // MARK: Errors

  /// Standard deviations over resampled hours, classified anew each time; nil when there is no spread.
  private func bootstrap(_ hourClass: HourClass) -> (volatility: Double, liquidity: Double)? {
    if hourClass == .normal { return nil }
    let random = RandomSource(seed: 0, path: 1, role: .study)
    let window = hourClass == .blackSwan ? Factors.members(hours, .blackSwan) : []
    var (volatilities, liquidities): ([Double], [Double]) = ([], [])
    for resample in 0..<Self.resamples {
      var drawn: [MarketHour] = []
      drawn.reserveCapacity(hours.count)
      var index = 0
      for position in hours.indices {
        index = StationaryBootstrap.next(
          index, random.uniform(step: Int64(resample * hours.count + position)), isFirst: position == 0,
          restart: 1 / Self.block, count: hours.count)
        drawn.append(hours[index])
      }
      let factors: Factors
      if hourClass == .blackSwan {
        // The event stays the event: its own hours are resampled beside the normal ones.
        let event = window.indices.map { place in
          hours[
            window[
              min(
                window.count - 1,
                Int(random.uniform(step: Int64(resample * 64 + place), lane: 1) * Double(window.count)))]]
        }
        factors = Factors(event, over: Factors.members(drawn, .normal).map { drawn[$0] })
      } else {
        factors = Factors(drawn, hourClass)
      }
      volatilities.append(factors.volatility)
      liquidities.append(factors.liquidity)
    }
    return (
      Estimates.deviation(volatilities, Estimates.mean(volatilities)),
      Estimates.deviation(liquidities, Estimates.mean(liquidities))
    )
  }
}

/// The two ratios of one class of hours to the normal ones.
private struct Factors {
  let volatility: Double
  let liquidity: Double
  let count: Int

  init(_ hours: [MarketHour], _ hourClass: MarketCalibration.HourClass) {
    let order = Self.order(hours)
    let normal = Self.members(hours, .normal, order).map { hours[$0] }
    self.init(
      hourClass == .normal ? normal : Self.members(hours, hourClass, order).map { hours[$0] }, over: normal)
  }

  init(_ some: [MarketHour], over normal: [MarketHour]) {
    let (own, other) = (Self.level(some), Self.level(normal))
    volatility = own.sigma / other.sigma
    liquidity = (own.volume.squareRoot() / own.sigma) / (other.volume.squareRoot() / other.sigma)
    count = some.count
  }

  private static func level(_ hours: [MarketHour]) -> (sigma: Double, volume: Double) {
    (Estimates.mean(hours.map(\.variance)).squareRoot(), Estimates.mean(hours.map(\.volume)))
  }

  /// The hours by realised volatility.
  private static func order(_ hours: [MarketHour]) -> [Int] {
    let variances = hours.map(\.variance)
    return variances.indices.sorted { (variances[$0], $0) < (variances[$1], $1) }
  }

  /// The indices of a class's hours.
  static func members(
    _ hours: [MarketHour], _ hourClass: MarketCalibration.HourClass, _ known: [Int]? = nil
  ) -> [Int] {
    let count = hours.count
    switch hourClass {
    case .normal: return (known ?? order(hours))[count / 4..<count - count / 4].sorted()
    case .highVolatility: return (known ?? order(hours))[(count - max(1, count / 10))...].sorted()
    case .blackSwan:
      let deepest = hours.indices.min { (hours[$0].drawdown, $0) < (hours[$1].drawdown, $1) } ?? 0
      let start = max(0, min(count - 12, deepest - 6))
      return Array(start..<min(count, start + 12))
    }
  }
}
