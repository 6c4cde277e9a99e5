// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Moments, tails and memory of a price series: the facts a simulated market is compared with.
///
/// Log returns of consecutive prices; moments with divisor n.
public struct ReturnStatistics: Sendable, Hashable {
  /// Number of returns.
  public let count: Int
  /// Mean log return.
  public let mean: Double
  /// Standard deviation.
  public let deviation: Double
  /// Third standardised moment.
  public let skewness: Double
  /// Fourth standardised moment less 3.
  public let excessKurtosis: Double
  /// Hill estimate of the tail index of |r| over its largest 1 %.
  public let hill: Double
  /// Largest fall of the price from its running maximum, ≤ 0.
  public let maxDrawdown: Double
  private let returns: [Double]

  /// Looks at at least three positive prices.
  ///
  /// - Throws: ``MMSError/Code/noData`` when there are fewer.
  public init(prices: [Double]) throws(MMSError) {
    guard prices.count >= 3 else {
      throw MMSError(.noData, "\(prices.count) prices are too few for statistics of returns; 3 are needed")
    }
    var logs = prices
    var span = logs.mutableSpan
    MMSMath.log(&span)
    var moves: [Double] = []
    moves.reserveCapacity(logs.count - 1)
    for index in 1..<logs.count { moves.append(logs[index] - logs[index - 1]) }
    returns = moves
    count = moves.count
    let n = Double(moves.count)
    mean = moves.reduce(0, +) / n
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for move in moves {
      let d = move - mean
      second += d * d
      third += d * d * d
      fourth += d * d * d * d
    }
    deviation = (second / n).squareRoot()
    let isConstant = second == 0
    skewness = isConstant ? 0 : third / n / (deviation * deviation * deviation)
    excessKurtosis = isConstant ? 0 : fourth / n / (second / n * (second / n)) - 3
    hill = ReturnStatistics.hill(moves.map(\.magnitude), share: 0.01)
    var (top, worst) = (prices[0], 0.0)
    for price in prices {
      top = max(top, price)
      worst = min(worst, price / top - 1)
    }
    maxDrawdown = worst
  }

  /// Autocorrelation at a lag: Σ z_t z_{t+l} ÷ (n − l) ÷ mean(z²), z centred.
  ///
  /// - Parameter absolute: Whether to look at |r| (clustering of volatility) instead of r.
  public func autocorrelation(lag: Int, absolute: Bool) -> Double {
    guard lag >= 1, lag < returns.count else { return 0 }
    let values = absolute ? returns.map(\.magnitude) : returns
    let centre = values.reduce(0, +) / Double(values.count)
    var (product, square) = (0.0, 0.0)
    for index in values.indices {
      let z = values[index] - centre
      square += z * z
      if index + lag < values.count { product += z * (values[index + lag] - centre) }
    }
    guard square > 0 else { return 0 }
    return product / Double(values.count - lag) / (square / Double(values.count))
  }

  /// 1 ÷ mean(ln(x_i ÷ x_{k+1})) over the k = ⌊share · n⌋ largest values; 0 when there are too few.
  static func hill(_ values: [Double], share: Double) -> Double {
    let sorted = values.sorted(by: >)
    let k = Int(share * Double(sorted.count))
    guard k >= 1, k < sorted.count, sorted[k] > 0 else { return 0 }
    var sum = 0.0
    for index in 0..<k { sum += MMSMath.log(sorted[index] / sorted[k]) }
    return sum > 0 ? Double(k) / sum : 0
  }
}
