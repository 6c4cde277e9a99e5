// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// Intervals and p-values of a difference between two runs over the same stretch of time.
///
/// Stationary bootstrap (Politis & Romano, JASA 89, 1994) of pairs of hourly summaries: both sides' hours stay
/// together, blocks have a mean length of one day. Return and Sharpe ratio are studentised as in Ledoit & Wolf,
/// "Robust performance hypothesis testing with the Sharpe ratio", J. Empirical Finance 15 (2008): the error of the
/// sample from the autocovariances that the bootstrap itself implies, that of a resample from the sums of its blocks.
/// The drawdown is no smooth function of the returns; its interval is the plain one around the difference, as wide
/// as the resamples spread around their own mean.
struct TimeBootstrap {
  static let resamples = PairedBootstrap.resamples

  private let a: [ReturnSummary]
  private let b: [ReturnSummary]
  private let logsA: [Double]
  private let logsB: [Double]
  private let periodsPerYear: Double
  private let restart: Double

  /// Pairs the stretches of two runs; nil when they are too few or do not fit together.
  init?(_ a: ComparisonSample, _ b: ComparisonSample) {
    guard a.stretches.count >= StationaryBootstrap.minimumStretches, a.stretches.count == b.stretches.count,
      a.stepsPerStretch == b.stepsPerStretch, a.stepsPerStretch > 0, a.periodsPerYear == b.periodsPerYear,
      zip(a.stretches, b.stretches).allSatisfy({ $0.steps == $1.steps })
    else { return nil }
    self.a = a.stretches
    self.b = b.stretches
    func logs(_ stretches: [ReturnSummary]) -> [Double] {
      stretches.map { MMSMath.log(max($0.growth, .leastNormalMagnitude)) }
    }
    logsA = logs(a.stretches)
    logsB = logs(b.stretches)
    periodsPerYear = a.periodsPerYear
    let perDay = a.periodsPerYear / 365 / Double(a.stepsPerStretch)
    restart = 1 / max(2, perDay)
  }

  /// The share of stretches in which both did the same.
  var ties: Double {
    Double(zip(a, b).count { $0.growth == $1.growth }) / Double(a.count)
  }

  /// The shares of stretches in which one has earned more.
  var leads: (a: Double, b: Double) {
    let n = Double(a.count)
    return (
      Double(zip(a, b).count { $0.growth > $1.growth }) / n,
      Double(zip(a, b).count { $0.growth < $1.growth }) / n
    )
  }

  /// Tests return, Sharpe ratio and drawdown.
  func test(
    level: Double = 0.95, seed: UInt64 = 0, threads: Int = 1
  ) -> [Metric: PairedBootstrap.Finding] {
    let count = a.count
    let whole = Array(0..<count)
    let observed = look(whole)
    let pieces = OrderedWork.groups(of: Self.resamples, atMost: 64)
    let parts = OrderedWork.map(pieces.count, threads: threads) { piece -> [Distances] in
      let random = RandomSource(seed: seed, path: 4, role: .study)
      var uniforms = [Double](repeating: 0, count: count)
      var order = whole
      return pieces[piece].map { resample in
        var span = uniforms.mutableSpan
        random.uniforms(step: Int64(resample * count), lane: 0, into: &span)
        StationaryBootstrap.resample(count: count, restart: restart, uniform: { uniforms[$0] }) {
          order[$1] = $0
        }
        return distances(look(order), order, from: observed)
      }
    }.flatMap { $0 }
    var found: [Metric: PairedBootstrap.Finding] = [:]
    let errors = errorsOfSample
    found[.totalReturn] = PairedBootstrap.finding(
      .init(value: observed.growth, standardError: errors[.totalReturn] ?? 0),
      distances: parts.map(\.growth).sorted(), level: level)
    found[.sharpeRatio] = PairedBootstrap.finding(
      .init(value: observed.sharpe, standardError: errors[.sharpeRatio] ?? 0),
      distances: parts.map(\.sharpe).sorted(), level: level)
    // Plain: distances around the resamples' own mean, in units of their spread.
    let falls = parts.map(\.drawdown)
    let centre = Estimates.mean(falls)
    let spread = Estimates.deviation(falls, centre)
    found[.maxDrawdown] = PairedBootstrap.finding(
      .init(value: observed.drawdown, standardError: spread),
      distances: falls.map { spread > 0 ? ($0 - centre).magnitude / spread : 0 }.sorted(), level: level)
    return found
  }

  /// Standard errors of the differences in return and Sharpe ratio, of the sample as it is.
  var errorsOfSample: [Metric: Double] {
    let whole = Array(a.indices)
    let observed = look(whole)
    return [
      .totalReturn: error(influence(observed.growths, whole)),
      .sharpeRatio: error(influence(observed.ratios, whole)),
    ]
  }

  // MARK: One arrangement of the stretches

  private struct Distances {
    var growth: Double
    var sharpe: Double
    var drawdown: Double
  }

  private struct Look {
    var growths: Pair
    var ratios: Pair
    var drawdown: Double

    var growth: Double { growths.a.value - growths.b.value }
    var sharpe: Double { ratios.a.value - ratios.b.value }
  }

  private struct Pair {
    var a: Side
    var b: Side
  }

  /// A statistic of one side, and the weights of what a stretch adds to it.
  private struct Side {
    var value: Double
    /// Of the log growth.
    var log = 0.0
    /// Of a step.
    var step = 0.0
    /// Of the sum of returns.
    var sum = 0.0
    /// Of the sum of their squares.
    var square = 0.0
    /// Of the stretch itself.
    var each = 0.0

    func part(_ stretch: ReturnSummary, _ logGrowth: Double) -> Double {
      each + log * logGrowth + step * Double(stretch.steps) + sum * stretch.sum
        + square * stretch.sumOfSquares
    }
  }

  private func look(_ order: [Int]) -> Look {
    let (first, second) = (joined(a, order), joined(b, order))
    return Look(
      growths: Pair(a: growth(first, order.count), b: growth(second, order.count)),
      ratios: Pair(a: sharpe(first), b: sharpe(second)), drawdown: first.drawdown - second.drawdown)
  }

  private func joined(_ stretches: [ReturnSummary], _ order: [Int]) -> ReturnSummary {
    var whole = ReturnSummary()
    for index in order { whole.append(stretches[index]) }
    return whole
  }

  /// G − 1 with dG = G Σ (ln g − mean of ln g).
  private func growth(_ whole: ReturnSummary, _ count: Int) -> Side {
    var side = Side(value: whole.growth - 1)
    side.log = whole.growth
    side.each = -whole.growth * MMSMath.log(max(whole.growth, .leastNormalMagnitude)) / Double(count)
    return side
  }

  /// m ÷ s · √P with dm = Σ (S − m n) ÷ N and dv = Σ (Q − q n) ÷ N − 2 m dm.
  private func sharpe(_ whole: ReturnSummary) -> Side {
    let value = whole.sharpe(periodsPerYear: periodsPerYear)
    var side = Side(value: value)
    let n = Double(whole.steps)
    let mean = whole.sum / n
    guard value != 0 else { return side }
    let deviation = (mean / value).magnitude * periodsPerYear.squareRoot()
    let scale = periodsPerYear.squareRoot() / n
    let bend = mean / (2 * deviation * deviation * deviation)
    side.sum = scale * (1 / deviation + 2 * mean * bend)
    side.square = -scale * bend
    side.step = -side.sum * mean - side.square * whole.sumOfSquares / n
    return side
  }

  private func influence(_ pair: Pair, _ order: [Int]) -> [Double] {
    order.map { pair.a.part(a[$0], logsA[$0]) - pair.b.part(b[$0], logsB[$0]) }
  }

  private func distances(_ resampled: Look, _ order: [Int], from observed: Look) -> Distances {
    func distance(_ pair: Pair, _ value: Double, _ origin: Double) -> Double {
      PairedBootstrap.distance(
        .init(value: value, standardError: blockError(influence(pair, order), order)), from: origin)
    }
    return Distances(
      growth: distance(resampled.growths, resampled.growth, observed.growth),
      sharpe: distance(resampled.ratios, resampled.sharpe, observed.sharpe), drawdown: resampled.drawdown)
  }

  // MARK: Errors of sums

  /// Σ over blocks of (sum in the block)², the natural error of a resample.
  private func blockError(_ parts: [Double], _ order: [Int]) -> Double {
    var (squares, block, blocks) = (0.0, 0.0, 0.0)
    for position in order.indices {
      let follows = position > 0 && order[position] == (order[position - 1] + 1) % a.count
      if !follows {
        squares += block * block
        block = 0
        blocks += 1
      }
      block += parts[position]
    }
    squares += block * block
    return blocks > 1 ? (squares * blocks / (blocks - 1)).squareRoot() : 0
  }

  /// √(n (γ₀ + 2 Σ (1 − k ÷ n)(1 − p)ᵏ γₖ)), γ on the circle: the variance that the resamples have in the limit.
  private func error(_ parts: [Double]) -> Double {
    let n = parts.count
    var variance = 0.0
    for part in parts { variance += part * part }
    var weight = 1.0
    for lag in 1..<n {
      weight *= 1 - restart
      if weight < 1e-9 { break }
      var product = 0.0
      for index in 0..<n { product += parts[index] * parts[(index + lag) % n] }
      variance += 2 * (1 - Double(lag) / Double(n)) * weight * product
    }
    return max(0, variance).squareRoot()
  }
}
