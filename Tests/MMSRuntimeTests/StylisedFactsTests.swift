// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSEngine
import MMSModels
import MMSRuntime
import MMSStudy
import Testing

/// The tables of measured facts in the models' pages: models fitted to the bundled 30 days of BTCUSDT minutes.
struct StylisedFactsTests {
  struct Case: Sendable {
    let name: String
    let model: @Sendable () throws -> any ScenarioModel
    /// Hill 1 %, excess kurtosis, autocorrelation of r and of |r| at 1, 10, 60 and 1,440 minutes.
    let facts: [String]
  }

  static func model<M: ScenarioModel & NativeModel>(
    _ type: M.Type, _ inputs: [(name: String, input: ParameterInput)] = []
  )
    -> @Sendable () throws -> any ScenarioModel
  {
    {
      try M(
        ParameterResolver.resolve(
          inputs, schema: M.descriptor.parameters, owner: M.descriptor.id, path: "params"))
    }
  }

  static let cases = [
    Case(
      name: "GarchT-v1", model: model(GarchTScenario.self),
      facts: ["3.64", "13.2", "0.004", "0.002", "-0.003", "0.001", "0.195", "0.184", "0.140", "-0.009"]),
    Case(
      name: "RegimeSwitch-v1, 2 regimes", model: model(RegimeSwitchScenario.self),
      facts: ["8.13", "0.9", "0.001", "0.002", "-0.003", "-0.000", "0.138", "0.139", "0.129", "0.011"]),
    Case(
      name: "RegimeSwitch-v1, 3 regimes", model: model(RegimeSwitchScenario.self, [("regimes", .number(3))]),
      facts: ["6.68", "1.9", "0.000", "-0.000", "-0.000", "-0.001", "0.204", "0.201", "0.179", "0.003"]),
    Case(
      name: "Hawkes-v1", model: model(HawkesScenario.self),
      facts: ["5.16", "4.1", "0.002", "-0.004", "-0.002", "-0.001", "0.312", "0.268", "0.129", "0.002"]),
  ]

  static func facts(_ prices: [Double]) throws -> [Double] {
    let statistics = try ReturnStatistics(prices: prices)
    var values = [statistics.hill, statistics.excessKurtosis]
    for absolute in [false, true] {
      for lag in [1, 10, 60, 1440] {
        values.append(statistics.autocorrelation(lag: lag, absolute: absolute))
      }
    }
    return values
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["MMS_SLOW"] == "1", "a minute without optimisation"),
    arguments: cases.indices)
  func `the measured facts in a model's page are met`(index: Int) throws {
    let (test, paths) = (Self.cases[index], 10)
    let plan = try Checkout.runtime().prepare(Checkout.example("normal")).plan
    let market = plan.base.block
    var model = try test.model()
    try model.prepare(history: market, context: plan.context)
    var sums = [Double](repeating: 0, count: test.facts.count)
    for number in 0..<paths {
      let path = PathContext(seed: 1, path: number, isCentral: false)
      var block = MarketBlock(firstStep: 0, count: plan.base.steps)
      try model.begin(path)
      try model.advance(&block, rows: block.rows, flow: OwnFlow(), random: path.random(.scenario))
      for (place, value) in try Self.facts(block.mid).enumerated() { sums[place] += value }
    }
    for (sum, expected) in zip(sums, test.facts) {
      let digits = expected.split(separator: ".")[1].count
      #expect(String(format: "%.\(digits)f", sum / Double(paths)) == expected, "\(test.name)")
    }
  }
}
