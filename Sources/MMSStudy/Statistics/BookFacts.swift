// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Stylised facts of a book that was looked at once a second, and of its trades.
///
/// r = change of the mid in ticks from second to second; moments with divisor n; an autocorrelation at lag l is
/// Σ z_t z_(t+l) ÷ (n − l) ÷ mean z², z without its mean; signs are +1 for a buying taker, one for each order.
public struct BookFacts: Sendable, Hashable {
  /// Seconds looked at.
  public private(set) var seconds = 0
  /// Trades looked at.
  public private(set) var trades = 0
  /// Standard deviation of r in ticks.
  public private(set) var deviation = 0.0
  /// Fourth standardised moment of r less 3.
  public private(set) var excessKurtosis = 0.0
  /// Autocorrelation of r at 1 s.
  public private(set) var returnMemory = 0.0
  /// Autocorrelation of |r| at 1, 10 and 60 s.
  public private(set) var volatilityMemory: [Double] = []
  /// Mean, 10 %, 50 % and 90 % of the spread in ticks.
  public private(set) var spread: [Double] = []
  /// Mean of the size of a best queue, and its 10 %, 50 % and 90 % as multiples of the mean.
  public private(set) var depth: [Double] = []
  /// Autocorrelation of the signs of taking orders at 1, 10 and 100 orders.
  public private(set) var signMemory: [Double] = []

  /// Measures what was seen.
  ///
  /// - Parameters:
  ///   - mids: The mid at every second in ticks.
  ///   - spreads: The spread at every second in ticks.
  ///   - depths: Sizes of best queues.
  ///   - signs: +1 or −1 for every taking order.
  /// - Throws: ``MMSError/Code/noData`` with fewer than 200 seconds or 200 trades.
  public init(mids: [Double], spreads: [Double], depths: [Double], signs: [Double]) throws(MMSError) {
    guard mids.count >= 200, signs.count >= 200, !spreads.isEmpty, !depths.isEmpty else {
      throw MMSError(
        .noData, "\(mids.count) seconds and \(signs.count) trades are too few for the facts of a book",
        hint: "look at 200 seconds and 200 trades at least")
    }
    (seconds, trades) = (mids.count, signs.count)
    let moves = zip(mids.dropFirst(), mids).map { $0 - $1 }
    let n = Double(moves.count)
    let mean = moves.reduce(0, +) / n
    var (second, fourth) = (0.0, 0.0)
    for move in moves {
      let square = (move - mean) * (move - mean)
      second += square / n
      fourth += square * square / n
    }
    deviation = second.squareRoot()
    excessKurtosis = second > 0 ? fourth / (second * second) - 3 : 0
    returnMemory = Self.memory(moves, 1)
    volatilityMemory = [1, 10, 60].map { Self.memory(moves.map(\.magnitude), $0) }
    spread = Self.distribution(spreads)
    let sizes = Self.distribution(depths)
    depth = [sizes[0]] + sizes.dropFirst().map { sizes[0] > 0 ? $0 / sizes[0] : 0 }
    signMemory = [1, 10, 100].map { Self.memory(signs, $0) }
  }

  /// Mean, then 10 %, 50 %, 90 %.
  private static func distribution(_ values: [Double]) -> [Double] {
    let sorted = values.sorted()
    let mean = values.reduce(0, +) / Double(values.count)
    return [mean] + [0.1, 0.5, 0.9].map { sorted[Int($0 * Double(sorted.count - 1))] }
  }

  /// The autocorrelation at a lag.
  private static func memory(_ values: [Double], _ lag: Int) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    var (products, squares) = (0.0, 0.0)
    for index in values.indices {
      let z = values[index] - mean
      squares += z * z
      if index + lag < values.count { products += z * (values[index + lag] - mean) }
    }
    guard squares > 0, values.count > lag else { return 0 }
    return products / Double(values.count - lag) / (squares / Double(values.count))
  }
}
