// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension MarketStatistic {
  /// The statistic of a generated market beside the recorded one it was made from.
  ///
  /// - Parameters:
  ///   - market: The path's rows.
  ///   - recorded: The same period as recorded.
  ///   - resolution: The length of a step.
  public func value(
    of market: borrowing MarketBlock, recorded: borrowing MarketBlock, resolution: SimDuration
  ) throws(MMSError) -> Double {
    switch self {
    case .maxDrawdownOfMid: return try ReturnStatistics(prices: market.mid).maxDrawdown
    case .returnOfMid: return market.mid[market.count - 1] / market.open[0] - 1
    case .volatilityRatio:
      return Self.ratio(
        try ReturnStatistics(prices: market.mid).deviation,
        try ReturnStatistics(prices: recorded.mid).deviation)
    case .hill: return try ReturnStatistics(prices: market.mid).hill
    case .excessKurtosis: return try ReturnStatistics(prices: market.mid).excessKurtosis
    case .spreadRatio: return Self.ratio(Self.mean(market.halfSpread), Self.mean(recorded.halfSpread))
    case .depthRatio:
      return Self.ratio(
        Self.mean(market.bidDepth) + Self.mean(market.askDepth),
        Self.mean(recorded.bidDepth) + Self.mean(recorded.askDepth))
    case .volumeRatio: return Self.ratio(Self.mean(market.volume), Self.mean(recorded.volume))
    case .worstStep: return Self.worst(market.mid, over: 1)
    case .worst40Minutes:
      return Self.worst(market.mid, over: max(1, Int(2_400_000_000_000 / resolution.nanoseconds)))
    }
  }

  private static func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? (a == 0 ? 1 : 0) : a / b }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  private static func worst(_ prices: [Double], over steps: Int) -> Double {
    var lowest = 0.0
    for index in prices.indices where index >= steps {
      lowest = min(lowest, prices[index] / prices[index - steps] - 1)
    }
    return lowest
  }
}
