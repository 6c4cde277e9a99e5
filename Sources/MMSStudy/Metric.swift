// SPDX-License-Identifier: Apache-2.0

public import MMSEngine

/// The six numbers of every answer.
public enum Metric: String, Sendable, Hashable, CaseIterable {
  /// Mean cost of fills against the mid at the decision, a fraction; positive is a cost.
  case slippage
  /// Expected share of the wanted quantity that fills.
  case fillProbability = "fill_probability"
  /// Temporary plus lasting displacement our orders caused, a fraction.
  case priceImpact = "price_impact"
  /// Last equity over first − 1.
  case totalReturn = "total_return"
  /// Deepest fall from a running maximum, ≤ 0.
  case maxDrawdown = "max_drawdown"
  /// Annualised mean over standard deviation of per-step returns.
  case sharpeRatio = "sharpe_ratio"

  /// Whether it pools orders over all paths rather than averaging paths.
  public var isPooled: Bool {
    switch self {
    case .slippage, .fillProbability, .priceImpact: true
    case .totalReturn, .maxDrawdown, .sharpeRatio: false
    }
  }

  /// One path's value.
  public func value(of result: PathResult) -> Double {
    switch self {
    case .slippage: result.slippage.ratio
    case .fillProbability: result.fillProbability.ratio
    case .priceImpact: result.priceImpact.ratio
    case .totalReturn: result.totalReturn
    case .maxDrawdown: result.maxDrawdown
    case .sharpeRatio: result.sharpe
    }
  }

  /// One path's sums, of a pooled metric.
  func sums(of result: PathResult) -> RatioSums {
    switch self {
    case .fillProbability: result.fillProbability
    case .priceImpact: result.priceImpact
    default: result.slippage
    }
  }
}
