// SPDX-License-Identifier: Apache-2.0

/// The two ratios of one class of hours to the normal ones.
struct HourFactors {
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
