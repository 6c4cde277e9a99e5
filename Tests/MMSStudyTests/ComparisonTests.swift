// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import Testing

@testable import MMSStudy

/// Closed forms and rules of a comparison over paths.
struct ComparisonTests {
  /// Paths whose returns are given; their drawdowns and Sharpe ratios follow them.
  static func sample(_ returns: [Double]) -> ComparisonSample {
    ComparisonSample(
      paths: returns.map { value in
        ComparisonSample.Path(totalReturn: value, maxDrawdown: min(0, value), sharpe: 10 * value)
      })
  }

  static func normals(_ count: Int, path: UInt64, seed: UInt64 = 1) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    var span = values.mutableSpan
    RandomSource(seed: seed, path: path, role: .scenario).normals(step: 0, lane: 0, into: &span)
    return values
  }

  private func item(_ comparison: Comparison, _ metric: Metric) throws -> MetricComparison {
    try #require(comparison.metrics.first { $0.metric == metric })
  }

  @Test("Difference, error, effect size, ties and paths for 80 % power have their closed forms")
  func closedForms() throws {
    let a = [0.05, 0.02, -0.01, 0.04, 0.03, 0.00, 0.02, 0.01]
    let b = [0.03, 0.02, -0.02, 0.05, 0.01, -0.01, 0.01, 0.00]
    let found = try item(try Comparison(Self.sample(a), Self.sample(b)), .totalReturn)
    let differences = zip(a, b).map { $0 - $1 }
    let mean = differences.reduce(0, +) / 8
    let deviation = (differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 7).squareRoot()
    #expect(abs(found.difference - mean) < 1e-15)
    #expect(abs(try #require(found.standardError) - deviation / 8.0.squareRoot()) < 1e-15)
    #expect(abs(try #require(found.effectSize) - mean / deviation) < 1e-12)
    #expect(found.ties == 1.0 / 8)
    #expect(found.shareA == 6.0 / 8)
    #expect(found.shareB == 1.0 / 8)
    // ((1.959964 + 0.841621) ÷ d)²
    let paths = (7.848_879_734_349_1 * deviation * deviation / (mean * mean)).rounded(.up)
    #expect(found.pathsForPower == Int(paths))
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / 8
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 7
    }
    let saved = 1 - deviation * deviation / (variance(a) + variance(b))
    #expect(abs(try #require(found.varianceSaved) - saved) < 1e-12)
  }

  @Test("A pooled ratio is compared by its sums, with the error of the paired delta method")
  func pooledRatios() throws {
    let a = [(2.0, 100.0), (3, 120), (1, 80), (4, 150), (2, 90), (3, 110), (2, 100), (5, 160)]
    let b = [(1.0, 100.0), (3, 100), (2, 80), (2, 150), (1, 90), (2, 110), (2, 90), (3, 160)]
    func sample(_ pairs: [(Double, Double)]) -> ComparisonSample {
      ComparisonSample(
        paths: pairs.map { pair in
          ComparisonSample.Path(slippage: .init(numerator: pair.0, denominator: pair.1))
        })
    }
    let found = try item(
      try Comparison(sample(a), sample(b), metrics: [.slippage], primary: .slippage), .slippage)
    let (ra, rb) = (22.0 / 910, 16.0 / 880)
    #expect(abs(found.difference - (ra - rb)) < 1e-15)
    let squares = zip(a, b).reduce(0.0) { sum, pair in
      let u = (pair.0.0 - ra * pair.0.1) / 910 - (pair.1.0 - rb * pair.1.1) / 880
      return sum + u * u
    }
    #expect(abs(try #require(found.standardError) - (8.0 / 7 * squares).squareRoot()) < 1e-15)
    // Costs are better when they are less.
    #expect(found.leader == .b)
  }

  @Test(
    "Of antithetic paths a pair is one observation: its mean difference, its sums, and 30 of them for events")
  func antithetic() throws {
    let (luck, noise) = (Self.normals(40, path: 1), Self.normals(40, path: 2))
    // What differs is a wager that the mirror image undoes, and a constant.
    func side(_ edge: Double, _ stake: Double, isAntithetic: Bool = true) -> ComparisonSample {
      let paths = luck.indices.flatMap { index in
        [1.0, -1.0].map { sign in
          let own = sign * luck[index]
          return ComparisonSample.Path(
            totalReturn: edge + stake * own + 0.001 * noise[index] * stake,
            slippage: .init(numerator: 2 + edge + stake * own * 0.1, denominator: 100 + stake))
        }
      }
      return ComparisonSample(paths: paths, isAntithetic: isAntithetic)
    }
    let (a, b) = (side(0.002, 1.5), side(0, 1))
    let paired = try Comparison(a, b)
    #expect(paired.method == .pairs && paired.paths == 80)
    let found = try item(paired, .totalReturn)
    let means = noise.map { 0.002 + 0.0005 * $0 }
    let mean = means.reduce(0, +) / 40
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(abs(try #require(found.standardError) - (squares / 39 / 40).squareRoot()) < 1e-14)
    #expect(paired.verdict == .a)
    let spread = (squares / 39).squareRoot()
    let wanted = max(2, (7.848_879_734_349_1 * spread * spread / (mean * mean)).rounded(.up)) * 2
    #expect(found.pathsForPower == Int(wanted))
    // The same paths taken for independent ones: the wager drowns the edge.
    let apart = try Comparison(
      side(0.002, 1.5, isAntithetic: false), side(0, 1, isAntithetic: false))
    #expect(apart.method == .paths && apart.verdict == .cannotTell)
    #expect(try #require(try item(apart, .totalReturn).standardError) > 50 * (squares / 39 / 40).squareRoot())
    // Sums of a pair: the wager is gone, one constant is left in every observation.
    let cost = try item(paired, .slippage)
    #expect(abs(cost.difference - (2.002 / 101.5 - 2.0 / 101)) < 1e-12)
    #expect(try #require(cost.standardError) < 1e-12)

    let less = try Comparison(Self.fewer(a, 29), Self.fewer(b, 29), hasEvents: true)
    #expect(
      less.verdict == .cannotTell && less.warnings.contains { $0.contains("29 antithetic pairs of events") })
    #expect(try Comparison(Self.fewer(a, 30), Self.fewer(b, 30), hasEvents: true).verdict == .a)
    #expect(try Comparison(Self.fewer(a, 7), Self.fewer(b, 7)).method == .none)
    #expect(throws: MMSError.self) { try Comparison(a, side(0, 1, isAntithetic: false)) }
  }

  @Test("Differences that mirror images undo to the last bit are no difference")
  func undone() throws {
    let luck = Self.normals(20, path: 1)
    func side(_ stake: Double) -> ComparisonSample {
      ComparisonSample(
        paths: luck.flatMap { own in
          [ComparisonSample.Path(totalReturn: stake * own), ComparisonSample.Path(totalReturn: -stake * own)]
        }, isAntithetic: true)
    }
    let found = try item(try Comparison(side(0.3), side(0.1)), .totalReturn)
    #expect(found.verdict == .cannotTell && found.pValue == 1 && found.standardError == 0)
  }

  @Test("A difference that is the same in every observation, up to rounding, is one")
  func constant() throws {
    let luck = Self.normals(16, path: 1)
    let a = Self.sample(luck.map { 0.1 * $0 + 0.003 })
    let b = Self.sample(luck.map { 0.1 * $0 })
    let comparison = try Comparison(a, b)
    #expect(comparison.verdict == .a)
    let found = try item(comparison, .totalReturn)
    let interval = try #require(found.interval)
    #expect(interval.contains(found.difference) && interval.upperBound - interval.lowerBound < 1e-12)
  }

  /// The first antithetic pairs of a sample.
  private static func fewer(_ sample: ComparisonSample, _ pairs: Int) -> ComparisonSample {
    ComparisonSample(paths: Array(sample.paths.prefix(2 * pairs)), isAntithetic: true)
  }

  @Test("Sides that did the same in every pair are equal, with no p-value; one pair that differs ends it")
  func equal() throws {
    let returns = Self.normals(40, path: 1).map { $0 * 0.01 }
    let same = try Comparison(Self.sample(returns), Self.sample(returns))
    #expect(same.verdict == .equal)
    #expect(same.metrics.allSatisfy { $0.verdict == .equal && $0.pValue == nil && $0.ties == 1 })
    var other = returns
    other[7] += 0.001
    let nearly = try Comparison(Self.sample(returns), Self.sample(other))
    #expect(nearly.verdict == .cannotTell)
    #expect(try item(nearly, .totalReturn).ties == 39.0 / 40)
  }

  @Test("A difference of rounding is no difference")
  func rounding() throws {
    let returns = Self.normals(40, path: 1).map { $0 * 0.01 }
    let comparison = try Comparison(Self.sample(returns), Self.sample(returns.map { $0 + 1e-16 }))
    #expect(comparison.verdict == .equal)
  }

  @Test("A clear difference is seen on either side, and the interval and the p-value agree")
  func clear() throws {
    let noise = Self.normals(60, path: 1)
    let wobble = Self.normals(60, path: 2)
    let a = noise.map { $0 * 0.01 + 0.002 }
    let b = zip(noise, wobble).map { $0 * 0.01 + $1 * 0.001 }
    let first = try Comparison(Self.sample(a), Self.sample(b))
    let second = try Comparison(Self.sample(b), Self.sample(a))
    #expect(first.verdict == .a)
    #expect(second.verdict == .b)
    let found = try item(first, .totalReturn)
    #expect(try #require(found.interval).lowerBound > 0)
    #expect(try #require(found.pValue) == 1.0 / 2000)
    #expect(try #require(found.varianceSaved) > 0.9)
  }

  @Test("Under 30 paths of a scenario with events nobody can tell, and 30 are enough")
  func events() throws {
    func comparison(_ count: Int, hasEvents: Bool) throws -> Comparison {
      let noise = Self.normals(count, path: 1).map { $0 * 0.01 }
      let better = zip(noise, Self.normals(count, path: 2)).map { $0 + 0.05 + 0.001 * $1 }
      return try Comparison(Self.sample(better), Self.sample(noise), hasEvents: hasEvents)
    }
    #expect(try comparison(29, hasEvents: false).verdict == .a)
    let few = try comparison(29, hasEvents: true)
    #expect(few.metrics.allSatisfy { $0.verdict == .cannotTell || $0.verdict == .equal })
    #expect(few.warnings.contains { $0.contains("29 paths of events") })
    #expect(try comparison(30, hasEvents: true).verdict == .a)
    #expect(try comparison(7, hasEvents: false).verdict == .cannotTell)
    let one = try comparison(1, hasEvents: true)
    #expect(one.verdict == .cannotTell)
    #expect(one.metrics.allSatisfy { $0.pValue == nil })
  }

  @Test("Paths that repeat each other are one path")
  func repeated() throws {
    let comparison = try Comparison(
      Self.sample(Array(repeating: 0.05, count: 50)), Self.sample(Array(repeating: 0.01, count: 50)))
    #expect(comparison.verdict == .cannotTell)
    #expect(comparison.warnings.contains { $0.contains("all 50 paths are the same") })
  }

  @Test("The primary metric stands alone, the others take Holm's steps")
  func holm() throws {
    func item(_ metric: Metric, _ p: Double?) -> MetricComparison {
      var item = MetricComparison(metric, a: 1, b: 0)
      item.pValue = p
      return item
    }
    let items = [
      item(.totalReturn, 0.04), item(.slippage, 0.01), item(.priceImpact, 0.02), item(.sharpeRatio, 0.03),
      item(.maxDrawdown, nil),
    ]
    let found = Comparison.verdicts(items, primary: .totalReturn, mayDecide: true)
    #expect(found.map(\.adjustedPValue) == [0.04, 0.03, 0.04, 0.04, nil])
    #expect(found.map(\.verdict) == [.a, .b, .b, .a, .cannotTell])
    let weaker = Comparison.verdicts(
      [item(.totalReturn, 0.06), item(.slippage, 0.03), item(.priceImpact, 0.03)], primary: .totalReturn,
      mayDecide: true)
    #expect(weaker.map(\.adjustedPValue) == [0.06, 0.06, 0.06])
    #expect(weaker.allSatisfy { $0.verdict == .cannotTell })
    let barred = Comparison.verdicts(items, primary: .totalReturn, mayDecide: false)
    #expect(barred.allSatisfy { $0.verdict == .cannotTell })
  }

  @Test("Threads change no bit")
  func threads() throws {
    let a = Self.sample(Self.normals(33, path: 1))
    let b = Self.sample(Self.normals(33, path: 2))
    let one = try Comparison(a, b)
    #expect(try Comparison(a, b, threads: 2) == one)
    #expect(try Comparison(a, b, threads: 5) == one)
  }

  @Test("Sides of different lengths are our own fault, said as an error")
  func unequalLengths() {
    #expect(throws: MMSError.self) { try Comparison(Self.sample([1, 2]), Self.sample([1])) }
    #expect(throws: MMSError.self) { try Comparison(Self.sample([]), Self.sample([])) }
  }
}
