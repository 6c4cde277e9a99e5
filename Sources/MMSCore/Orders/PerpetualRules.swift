// SPDX-License-Identifier: Apache-2.0

/// What a venue of perpetual contracts adds to a spot venue: margin, its cap, and funding payments.
///
/// Margin is that of one position in quote currency against the whole equity (cross margin), at one rate
/// whatever the position's size.
public struct PerpetualRules: Sendable, Hashable {
  /// The share of the position's value that equity has to exceed; at or below it the venue takes the position.
  public var maintenanceMargin: Double
  /// What the venue charges for a takeover, a fraction of the notional it closes.
  public var liquidationFee: Double
  /// The largest position an order may ask for, as a multiple of equity.
  public var leverageCap: Double
  /// Payments between longs and shorts; nil for none.
  public var funding: FundingRule?

  /// States the rules.
  public init(
    maintenanceMargin: Double, liquidationFee: Double = 0, leverageCap: Double, funding: FundingRule? = nil
  ) {
    self.maintenanceMargin = maintenanceMargin
    self.liquidationFee = liquidationFee
    self.leverageCap = leverageCap
    self.funding = funding
  }

  /// The mid at which equity has fallen to the maintenance margin of a position.
  ///
  /// At or below it for a long, at or above it for a short, cash + position · mid ≤ margin · |position| · mid.
  /// Of a long that owes nothing it is not positive: no price is that low.
  public func liquidationPrice(cash: Double, position: Double) -> Double {
    let sign: Double = position > 0 ? 1 : -1
    return -cash / (position * (1 - sign * maintenanceMargin))
  }
}

/// Payments from longs to shorts at fixed instants: position · mid · rate, from shorts to longs below zero.
public struct FundingRule: Sendable, Hashable {
  /// Fraction of the position's value per payment in the market as recorded.
  public var rate: Double
  /// The same at full stress; rates between follow the stress level in proportion.
  public var stressRate: Double
  /// Payments fall on the multiples of this span since the Unix epoch, such as 00:00, 08:00 and 16:00 UTC.
  public var interval: SimDuration

  /// States a rule; without a rate of its own stress changes nothing.
  public init(rate: Double, stressRate: Double? = nil, interval: SimDuration = .hours(8)) {
    self.rate = rate
    self.stressRate = stressRate ?? rate
    self.interval = interval
  }

  /// The rate at a stress level.
  public func rate(at stress: Double) -> Double {
    stressRate == rate ? rate : rate * (1 - stress) + stressRate * stress
  }

  /// The first instant of payment after a time, both in nanoseconds since the Unix epoch.
  public func firstPayment(after time: Int64) -> Int64 {
    let (whole, rest) = time.quotientAndRemainder(dividingBy: interval.nanoseconds)
    return (rest < 0 ? whole : whole + 1) * interval.nanoseconds
  }
}
