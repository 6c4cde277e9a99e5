// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSStudy
import Testing

@testable import MMSReference

/// Paths side by side are the paths one by one, to the bit.
struct LaneRunnerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var scenario: [(String, ParameterInput)] = []
    var fill: [(String, ParameterInput)] = []
    var strategy: [(String, ParameterInput)] = []
    var halfSpread = 0.5
    var execution = ExperimentMarket.frictionless

    func plan(steps: Int = 60) throws -> RunPlan {
      try ExperimentMarket(steps: steps, days: 0.01, price: 100, volume: 1e6, halfSpread: halfSpread).plan(
        scenario: Self.make(BrownianScenario.self, scenario), fill: Self.make(ProbabilityFill.self, fill),
        impact: ExperimentMarket.make(NoImpact.self),
        strategy: Self.make(AvellanedaStoikovStrategy.self, strategy), execution: execution, seed: 5)
    }

    static func make<M: NativeModel>(_ type: M.Type, _ inputs: [(String, ParameterInput)]) throws -> M {
      try M(
        ParameterResolver.resolve(
          inputs.map { (name: $0.0, input: $0.1) }, schema: M.descriptor.parameters, owner: "test", path: "p")
      )
    }
  }

  static let relative: [(String, ParameterInput)] = [
    ("sigma", .number(0.03)), ("k", .number(300)), ("quantity", .number(0.03)), ("gamma", .number(20)),
  ]

  static var cases: [Case] {
    let geometric: [(String, ParameterInput)] = [("sigma", .number(0.03)), ("mu", .number(0.2))]
    let often: [(String, ParameterInput)] = [("A", .number(80)), ("k", .number(300))]
    var costly = ExperimentMarket.frictionless
    costly.makerFee = 0.0003
    costly.initialPosition = -0.06
    var poor = ExperimentMarket.frictionless
    poor.initialEquity = 0.02
    let far: [(String, ParameterInput)] = [("horizon", .text("12 h"))]
    return [
      Case(testDescription: "geometric, exact", scenario: geometric, fill: often, strategy: relative),
      Case(
        testDescription: "fees and a position from before", scenario: geometric, fill: often,
        strategy: relative, execution: costly),
      Case(
        testDescription: "limited inventory, linear", scenario: geometric + [("start", .number(50))],
        fill: often + [("convention", .text("linear"))],
        strategy: relative + [("max_inventory", .number(0.06))]),
      Case(
        testDescription: "quotes through the touch", scenario: geometric, fill: often,
        strategy: relative + far, halfSpread: 1e-4),
      Case(
        testDescription: "nothing left", scenario: geometric, fill: often, strategy: relative, execution: poor
      ),
      Case(
        testDescription: "arithmetic ± steps",
        scenario: [
          ("law", .text("arithmetic")), ("steps", .text("binomial")), ("sigma", .number(3)),
          ("start", .number(100)), ("range", .text("none")),
        ],
        fill: [("A", .number(90)), ("k", .number(2)), ("distance", .text("price"))],
        strategy: [
          ("units", .text("price")), ("k", .number(2)), ("gamma", .number(0.2)), ("sigma", .number(3)),
          ("quantity", .number(2)), ("horizon", .text("0 s")),
        ]),
    ]
  }

  @Test(arguments: cases)
  func `every path has the bits it has alone`(item: Case) throws {
    let plan = try item.plan()
    let lanes = try #require(LaneRunner(plan))
    var runner = try PathRunner(plan)
    let together = try lanes.run(paths: 3..<18)
    var fills = 0
    for outcome in together {
      let alone = LaneOutcome(try runner.run(path: outcome.path))
      #expect(outcome == alone)
      #expect(outcome.finalEquity.bitPattern == alone.finalEquity.bitPattern)
      fills += outcome.fillCount
    }
    // The cases would say nothing if nothing ever filled.
    #expect(fills > 10)
  }

  @Test func `neither groups nor threads leave a trace`() throws {
    let plan = try Self.cases[0].plan(steps: 6)
    let lanes = try #require(LaneRunner(plan))
    let whole = try lanes.run(paths: 0..<1300)
    #expect(try MonteCarlo(threads: 1).outcomes(plan, paths: 0..<1300) == whole)
    #expect(try MonteCarlo(threads: 3).outcomes(plan, paths: 0..<1300) == whole)
    var parts: [LaneOutcome] = []
    for start in stride(from: 0, to: 1300, by: 37) {
      parts += try lanes.run(paths: start..<min(1300, start + 37))
    }
    #expect(parts == whole)
  }

  @Test func `plans the loop does not know are left to the runner of single paths`() throws {
    var item = Self.cases[0]
    #expect(try LaneRunner(item.plan()) != nil)
    item.execution.latency = .zero
    #expect(try LaneRunner(item.plan()) == nil)
    item.execution = ExperimentMarket.frictionless
    item.execution.tick = 0.01
    #expect(try LaneRunner(item.plan()) == nil)
    item.execution = ExperimentMarket.frictionless
    item.strategy = item.strategy.filter { $0.0 != "sigma" }
    #expect(try LaneRunner(item.plan()) == nil)
    let outcomes = try MonteCarlo(threads: 1).outcomes(item.plan(), paths: 0..<3)
    #expect(outcomes.map(\.path) == [0, 1, 2])
  }
}
