// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

@testable import MMSModels

struct GarchTScenarioTests {
  typealias Inputs = [(name: String, input: ParameterInput)]
  static let normal: Inputs = [
    ("omega", .number(1e-8)), ("alpha", .number(0.1)), ("beta", .number(0.85)),
    ("innovations", .text("normal")),
  ]
  static let student: Inputs = [
    ("omega", .number(2e-9)), ("alpha", .number(0.06)), ("beta", .number(0.92)), ("nu", .number(6)),
  ]

  @Test func `stationary variance and kurtosis are those of the closed form`() throws {
    // alpha .1, beta .85, normal: omega ÷ .05 and 3.7742. The kurtosis is 3·E h² ÷ (E h)², h known before each
    // step. Shocks last some 40 steps: 120,000 steps are 3,000 independent ones, 1 % and 1.5 % of standard error.
    let steps = runsSlowTests ? 6_000_000 : 120_000
    let path = try generated(GarchTScenario.self, Self.normal, over: flatMarket(steps: steps))
    let variances = path.volatility.map { $0 * $0 / 1440 }
    let level = mean(variances)
    let kurtosis = 3 * mean(variances.map { $0 * $0 }) / (level * level)
    #expect((level / (1e-8 / 0.05) - 1).magnitude < (runsSlowTests ? 0.01 : 0.03))
    #expect((kurtosis / 3.7742 - 1).magnitude < 0.05, "\(kurtosis)")
    #expect((GarchFit.kurtosis(0.1, 0.85, 1e12) - 3.7742).magnitude < 5e-5)
    // Squares of returns agree with what was known of them, at twice the noise.
    let squares = meanPower(logReturns(path), 2)
    #expect((squares / level - 1).magnitude < 0.03)
  }

  @Test func `half of a shock is gone after 13.51 steps`() throws {
    var core = GarchCore()
    (core.omega, core.alpha, core.beta) = (1e-8, 0.1, 0.85)
    core.start()
    core.pass(scale: 1, normal: 5)
    // Over many spans the shock's excess adds up to itself ÷ (1 − φ), half of it in the first 13.51.
    func excess(_ spans: Int) -> Double {
      var copy = core
      copy.spans = spans
      copy.open(scale: 1)
      _ = copy.step(normal: 0)
      return copy.expected * copy.expected - Double(spans) * core.variance
    }
    let left = 1 - excess(1_351) / excess(1_000_000)
    #expect(left.magnitude < 1e-6)
    let halves = -MMSMath.log(1 - excess(27) / excess(1_000_000)) / MMSMath.log(2)
    #expect((27 / halves - 13.51).magnitude < 0.005)
  }

  @Test func `steps that hold several spans are those spans, one after the other`() throws {
    let minutes = try generated(GarchTScenario.self, Self.student, over: flatMarket(steps: 6_000))
    let hours = try generated(
      GarchTScenario.self, Self.student, over: flatMarket(steps: 100, resolution: .hours(1)),
      resolution: .hours(1))
    for row in 0..<100 { #expect((hours.mid[row] / minutes.mid[60 * row + 59] - 1).magnitude < 1e-12) }
  }

  @Test func `halving the step below the span leaves the law unchanged`() throws {
    // Minutes of 1-minute, 30-second and 15-second paths, every 25th: 600 each, the half-life being 34. Two-sample Kolmogorov-Smirnov, p = .001 at 1.95.
    func minutes(_ parts: Int, path: Int) throws -> [Double] {
      let resolution = SimDuration.seconds(60 / Int64(parts))
      let block = try generated(
        GarchTScenario.self, Self.student, over: flatMarket(steps: 15_000 * parts, resolution: resolution),
        resolution: resolution, path: path)
      let returns = logReturns(block, every: parts)
      return stride(from: 0, to: returns.count, by: 25).map { returns[$0] }
    }
    let whole = try minutes(1, path: 0)
    for (parts, path) in [(2, 10), (4, 20)] {
      let divided = try minutes(parts, path: path)
      #expect(kolmogorov(whole, divided) < 1.95)
      #expect(kolmogorov(whole.map(\.magnitude), divided.map(\.magnitude)) < 1.95)
    }
  }

  @Test func `innovations are Student t of variance one`() throws {
    // alpha = beta = 0 and four degrees: F(t) = ½ + (3 ÷ 8)·t ÷ r·(1 − t² ÷ (12 r²)), r = √(1 + t² ÷ 4); n = 10,000.
    let path = try generated(
      GarchTScenario.self,
      [("omega", .number(1e-8)), ("alpha", .number(0)), ("beta", .number(0)), ("nu", .number(4))],
      over: flatMarket(steps: 10_000))
    let values = logReturns(path).map { $0 / 1e-4 * 2.0.squareRoot() }
    let distance = kolmogorov(values) { t in
      let square = 1 + t * t / 4
      return 0.5 + 0.375 * t / square.squareRoot() * (1 - t * t / (12 * square))
    }
    #expect(distance < 1.95)
  }

  @Test func `a fit finds the parameters a path was made with`() throws {
    // 10,000 minutes; the standard errors are about .01, .014 and .5.
    let path = try generated(GarchTScenario.self, Self.student, over: flatMarket(steps: 10_000))
    let returns = logReturns(path)
    let scale = 1 / meanPower(returns, 2).squareRoot()
    let fit = try #require(GarchFit(returns: returns.map { $0 * scale }, given: GarchFit.Given()))
    #expect((fit.alpha - 0.06).magnitude < 0.03 && (fit.beta - 0.92).magnitude < 0.045)
    #expect((fit.nu - 6).magnitude < 1.5)
    // What is given is kept; a limit of the kurtosis holds.
    let limited = try #require(
      GarchFit(
        returns: returns.prefix(2_000).map { $0 * scale }, given: GarchFit.Given(alpha: 0.1, maxKurtosis: 12))
    )
    #expect(limited.alpha == 0.1 && GarchFit.kurtosis(0.1, limited.beta, limited.nu) <= 12)
  }

  @Test func `what is auto keeps the recorded volatility, and the market goes on from the recorded price`()
    throws
  {
    let market = testMarket(steps: 3_000, warmUp: 60, seed: 31)
    let path = try generated(GarchTScenario.self, [], over: market)
    let recorded = meanPower(logReturns(part(market, 60..<3_060)), 2)
    #expect((meanPower(logReturns(path), 2) / recorded - 1).magnitude < 0.15)
    #expect(path.open[0] == market.mid[59])
    #expect((mean(path.volume) / mean(Array(market.volume[60...])) - 1).magnitude < 0.15)
  }

  @Test(arguments: [(60, 1), (60, 4), (600, 1)])
  func `any split gives the same bits`(seconds: Int64, parts: Int64) throws {
    let resolution = SimDuration.seconds(seconds / parts)
    try checkSplits(
      GarchTScenario.self, Self.student, over: flatMarket(steps: 600, resolution: resolution),
      resolution: resolution)
  }

  @Test func `too little history and contradictions are told apart`() throws {
    let short = #expect(throws: MMSError.self) {
      try generated(GarchTScenario.self, [], over: testMarket(steps: 499))
    }
    #expect(short?.code == .noData)
    #expect(short?.message.contains("scenario/GarchT-v1") == true && short?.message.contains("499") == true)
    #expect(short?.hint?.contains("longer period") == true)
    let flat = #expect(throws: MMSError.self) {
      try generated(GarchTScenario.self, [], over: flatMarket(steps: 900))
    }
    #expect(flat?.code == .noData && flat?.message.contains("never moves") == true)
    let long = #expect(throws: MMSError.self) {
      try generated(
        GarchTScenario.self, [], over: testMarket(steps: 900, resolution: .hours(1)), resolution: .hours(1))
    }
    #expect(long?.code == .noData && long?.hint?.contains("per to 1h") == true)
    let unstable = #expect(throws: MMSError.self) {
      try make(GarchTScenario.self, [("alpha", .number(0.2)), ("beta", .number(0.8))])
    }
    #expect(unstable?.message.contains("alpha (0.2) + beta (0.8)") == true)
    let span = #expect(throws: MMSError.self) {
      try generated(
        GarchTScenario.self, Self.student + [("per", .text("45 s"))], over: flatMarket(steps: 10))
    }
    #expect(span?.code == .invalidValue && span?.path == "per")
    let kurtosis = #expect(throws: MMSError.self) {
      try generated(
        GarchTScenario.self, [("nu", .number(4.1)), ("maxKurtosis", .number(20))],
        over: testMarket(steps: 600))
    }
    #expect(kurtosis?.path == "maxKurtosis")
  }

  @Test func `the reference output is met`() throws {
    let path = try generated(GarchTScenario.self, [], over: testMarket(steps: 600, warmUp: 20, seed: 12))
    try checkReference(
      "Scenario/GarchT", header: marketHeader, rows: table(path, stride(from: 0, to: 600, by: 5)))
  }
}
