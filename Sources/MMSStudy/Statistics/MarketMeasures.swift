// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// One market measured once, for every ``MarketStatistic`` that asks.
public struct MarketMeasures: Sendable {
  private let returns: ReturnStatistics
  private let change: Double
  private let halfSpread: Double
  private let depth: Double
  private let volume: Double
  private let worstStep: Double
  private let worst40Minutes: Double

  /// Measures a path's rows.
  ///
  /// - Throws: ``MMSError/Code/noData`` when there are fewer than three.
  public init(_ market: borrowing MarketBlock, resolution: SimDuration) throws(MMSError) {
    returns = try ReturnStatistics(prices: market.mid)
    change = market.mid[market.count - 1] / market.open[0] - 1
    halfSpread = Estimates.mean(market.halfSpread)
    depth = Estimates.mean(market.bidDepth) + Estimates.mean(market.askDepth)
    volume = Estimates.mean(market.volume)
    worstStep = Self.worst(market.mid, over: 1)
    worst40Minutes = Self.worst(
      market.mid, over: max(1, Int(2_400_000_000_000 / resolution.nanoseconds)))
  }

  /// A statistic of this market beside the recorded one it was made from.
  public func value(of statistic: MarketStatistic, recorded: MarketMeasures) -> Double {
    switch statistic {
    case .maxDrawdownOfMid: returns.maxDrawdown
    case .returnOfMid: change
    case .volatilityRatio: Self.ratio(returns.deviation, recorded.returns.deviation)
    case .hill: returns.hill
    case .excessKurtosis: returns.excessKurtosis
    case .spreadRatio: Self.ratio(halfSpread, recorded.halfSpread)
    case .depthRatio: Self.ratio(depth, recorded.depth)
    case .volumeRatio: Self.ratio(volume, recorded.volume)
    case .worstStep: worstStep
    case .worst40Minutes: worst40Minutes
    }
  }

  private static func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? (a == 0 ? 1 : 0) : a / b }

  private static func worst(_ prices: [Double], over steps: Int) -> Double {
    var lowest = 0.0
    for index in prices.indices where index >= steps {
      lowest = min(lowest, prices[index] / prices[index - steps] - 1)
    }
    return lowest
  }
}
