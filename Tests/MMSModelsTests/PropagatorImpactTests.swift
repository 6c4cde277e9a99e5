// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

@testable import MMSModels

struct PropagatorImpactTests {
  /// A market of one unit of volume a day and full volatility: f(v) = size · v^δ, time in days.
  static func market(_ resolution: SimDuration) -> ImpactConditions {
    ImpactConditions(volatility: 1, volume: 1, liquidity: 1, price: 100, resolution: resolution)
  }

  static func model(_ kernel: String, _ law: String, _ inputs: [(String, Double)] = []) throws
    -> PropagatorImpact
  {
    try make(
      PropagatorImpact.self,
      [("kernel", .text(kernel)), ("law", .text(law)), ("size", .number(1e-4))]
        + inputs.map { ($0.0, .number($0.1)) })
  }

  /// What trading a list of quantities costs, one per step, as a fraction of price · size.
  static func cost(_ quantities: [Double], _ model: PropagatorImpact, _ resolution: SimDuration) -> Double {
    var model = model
    var cost = 0.0
    for quantity in quantities {
      let before = model.displacement
      let quote = model.apply(quantity, in: market(resolution))
      cost += quantity * ((1 + before) * (1 + quote.temporary) - 1)
      model.decay(steps: 1, resolution: resolution)
    }
    return cost / 1e-4
  }

  @Test(arguments: [0.05, 0.2, 0.415037, 0.5, 0.65, 0.8, 0.95, 0.99])
  func `32 exponentials are a power law from a second to a hundred days`(gamma: Double) {
    let sum = ExponentialSum.power(gamma)
    #expect(sum.count == 32)
    var (worst, worstAverage) = (0.0, 0.0)
    for index in 0...600 {
      let days = exp(log(1 / 86_400.0) + Double(index) / 600 * log(8.64e6))
      worst = max(worst, abs(sum.value(days) * pow(days, gamma) - 1))
      let own = sum.step(SimDuration(nanoseconds: Int64(days * 86_400e9))).own
      let exact = pow(days, 1 - gamma) / ((1 - gamma) * (2 - gamma))
      worstAverage = max(worstAverage, abs(own / exact - 1))
    }
    // The bounds of the model's page.
    #expect(worst < 7e-5 && worstAverage < 3e-7)
    for term in 0..<sum.count { #expect(sum.weights[term] > 0 && sum.rates[term] > 0) }
  }

  @Test(arguments: [0.01, 0.3, 0.5, 0.9, 1]) func `the gamma function is the C library's`(x: Double) {
    #expect(abs(ExponentialSum.gammaFunction(x) / tgamma(x) - 1) < 1e-13)
  }

  /// 64 ns to 1,000 days against a rate of up to 1e9 a day: from 1e-21 to far beyond e^709.
  @Test(arguments: [0, 1e-6, 1, 33.27, 1e4, 1e9])
  func `an exponential kernel is integrated exactly at any rate and step`(rate: Double) throws {
    for nanoseconds in [64, 1e9, 60e9, 3_600e9, 86_400e9, 86_400e12] {
      let resolution = SimDuration(nanoseconds: Int64(nanoseconds))
      let step = ExponentialSum.exponential(rate: rate).step(resolution)
      let (t, z) = (resolution.days, rate * resolution.days)
      let gain = z == 0 ? t : -expm1(-z) / rate
      #expect(abs(step.gain[0] / gain - 1) < 1e-14)
      let own =
        z < 0.2
        ? t
          * (0..<12).reversed().reduce(0.0) { sum, n in
            // Σ (−z)ⁿ ÷ (n + 2)!
            sum + pow(-z, Double(n)) / tgamma(Double(n) + 3)
          } : (t - gain) / z
      #expect(abs(step.own / own - 1) < 1e-13)
      #expect(step.kept[0] >= 0 && step.kept[0] <= 1)
    }
  }

  @Test(arguments: [("power", "power"), ("power", "linear"), ("exponential", "linear")])
  func `halving the step leaves the law unchanged`(kernel: String, law: String) throws {
    // An hour of buying, a pause, two hours of selling at half the rate: in steps of 60, 30, 1 minutes.
    let model = try Self.model(kernel, law)
    let costs = [60, 30, 1].map { (minutes: Int64) in
      let hour = Int(60 / minutes)
      let rates = [1.0, 0, -0.5, -0.5].flatMap { Array(repeating: $0 / Double(hour), count: hour) }
      return Self.cost(rates, model, .minutes(minutes))
    }
    #expect(costs[0] > 0)
    // The exponential is exact; the sum for a power law errs by less than its bound.
    let bound = kernel == "power" ? 1e-6 : 1e-11
    #expect(abs(costs[1] / costs[0] - 1) < bound && abs(costs[2] / costs[0] - 1) < bound)
  }

  @Test func `with gamma and delta of one half impact depends on size alone: the square root law`() throws {
    // 0.35 · 2 · √(Q ÷ V̄) at the end of one minute or one hour.
    for minutes in [1, 10, 60, 1_440] as [Int64] {
      var model = try make(PropagatorImpact.self)
      var conditions = ImpactModelTests.conditions
      conditions.resolution = .minutes(minutes)
      let quote = model.apply(100, in: conditions)
      model.decay(steps: 1, resolution: .minutes(minutes))
      #expect(abs(model.displacement / 14e-4 - 1) < 3e-5)
      #expect(abs(quote.lasting / model.displacement - 1) < 1e-14)
      #expect(abs(quote.temporary / (2.0 / 3 * 14e-4) - 1) < 1e-6)
    }
  }

  @Test func `orders of one step pay together what their sum would`() throws {
    let fresh = try Self.model("power", "power")
    let conditions = Self.market(.minutes(1))
    let whole = 70 * fresh.quote(70, in: conditions).temporary
    var split = fresh
    let pieces = [5.0, 1e-9, 30, -20, 54.999999999].reduce(0.0) { sum, piece in
      sum + piece * split.apply(piece, in: conditions).temporary
    }
    #expect(abs(pieces / whole - 1) < 1e-9)
  }

  /// Gatheral 2010: refused, and what would have happened.
  @Test(arguments: [0.3, 0.5, 0.99])
  func `exponential decay with a nonlinear law is refused, and earns`(delta: Double) throws {
    let error = #expect(throws: MMSError.self) {
      _ = try Self.model("exponential", "power", [("delta", delta)])
    }
    #expect(error?.code == .invalidValue && error?.message.contains("Gatheral 2010") == true)
    #expect(error?.hint?.contains("linear") == true)
    #expect(try Self.model("exponential", "power", [("delta", 1)]).isIdle)
  }

  @Test(arguments: [(0.4, 0.8), (0.41, 1), (0.3, 0.7), (0.5, 0.49), (0.7, 0.2)])
  func `power decay is refused below its bounds`(gamma: Double, delta: Double) {
    let error = #expect(throws: MMSError.self) {
      _ = try Self.model("power", "power", [("gamma", gamma), ("delta", delta)])
    }
    #expect(error?.message.contains(gamma < 0.415 ? "0.415037" : "gamma + delta ≥ 1") == true)
    #expect(error?.message.contains("Gatheral 2010") == true)
  }

  @Test(arguments: [(0.415037, 0.6), (0.5, 0.5), (0.7, 0.3), (0.9, 0.1), (0.55, 0.45), (0.6, 1)])
  func `power decay is accepted within its bounds`(gamma: Double, delta: Double) throws {
    #expect(!(try Self.model("power", "power", [("gamma", gamma), ("delta", delta)]).isNone))
  }

  @Test func `a linear law takes any decay`() throws {
    #expect(!(try Self.model("power", "linear", [("gamma", 0.1), ("delta", 0.2)]).isNone))
  }
}
