// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import Testing

/// What every model that writes its own prices owes.
struct GeneratedScenarioTests {
  enum Kind: CaseIterable { case brownian, arithmetic, binomial, merton, heston, feller, ou }

  static func model(_ kind: Kind, _ more: [(name: String, input: ParameterInput)] = []) throws
    -> any ScenarioModel
  {
    switch kind {
    case .brownian: try make(BrownianScenario.self, [("sigma", .number(0.03))] + more)
    case .arithmetic:
      try make(BrownianScenario.self, [("sigma", .number(2)), ("law", .text("arithmetic"))] + more)
    case .binomial:
      try make(BrownianScenario.self, [("sigma", .number(0.03)), ("steps", .text("binomial"))] + more)
    case .merton:
      try make(
        MertonScenario.self,
        [
          ("sigma", .number(0.03)), ("lambda", .number(50)), ("m", .number(-0.003)), ("d", .number(0.01)),
        ] + more)
    case .heston: try make(HestonScenario.self, heston(kappa: 3, xi: 0.05) + more)
    // So far beyond Feller's condition that the variance keeps coming to 0.
    case .feller: try make(HestonScenario.self, heston(kappa: 0.5, xi: 0.1) + more)
    case .ou:
      try make(
        OrnsteinUhlenbeckScenario.self,
        [("kappa", .number(4)), ("sigma", .number(0.03)), ("level", .number(103))] + more)
    }
  }

  static func heston(kappa: Double, xi: Double) -> [(name: String, input: ParameterInput)] {
    [
      ("kappa", .number(kappa)), ("theta", .number(9e-4)), ("xi", .number(xi)), ("rho", .number(-0.6)),
      ("v0", .number(4e-4)),
    ]
  }

  static let recorded = testMarket(steps: 700, warmUp: 30, seed: 41)

  static func run<M: ScenarioModel>(
    _ model: M, path: Int = 1, over recorded: MarketBlock = recorded, chunk: (Int) -> Int = { _ in 1000 }
  ) throws -> MarketBlock {
    var model = model
    try model.prepare(history: recorded, context: testContext(steps: recorded.count + recorded.firstStep))
    // Another path before: nothing of it may be left.
    _ = try runPath(
      &model, PathContext(seed: 5, path: path + 1, isCentral: false), over: recorded, chunk: { _ in 100 })
    return try runPath(
      &model, PathContext(seed: 5, path: path, isCentral: false), over: recorded, chunk: chunk)
  }

  @Test(arguments: Kind.allCases)
  func `a path is a sound market that goes on from the recorded one`(kind: Kind) throws {
    let path = try Self.run(Self.model(kind))
    #expect(path.fault(in: path.rows) == nil)
    #expect(path.open[0] == Self.recorded.mid[29])
    #expect(path.mid[0] != path.open[0])
    for row in 1..<path.count { #expect(path.open[row] == path.mid[row - 1]) }
    #expect(path.high.allSatisfy { !$0.isNaN })
    #expect(path.time == Array(Self.recorded.time[30...]))
    #expect(try bits(Self.run(Self.model(kind), path: 2)) != bits(path))
  }

  @Test(arguments: Kind.allCases)
  func `any split of the rows gives the same bits`(kind: Kind) throws {
    var numbers = TestNumbers(7)
    for more in [[], [(name: "start", input: ParameterInput.number(50))]] {
      let model = try Self.model(kind, more)
      let whole = try bits(Self.run(model))
      for longest in [1, 5, 90] {
        #expect(try bits(Self.run(model, chunk: { _ in 1 + numbers.below(longest) })) == whole)
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func `with a start the first row stands there`(kind: Kind) throws {
    let path = try Self.run(Self.model(kind, [("start", .number(50))]))
    for column in [path.open, path.high, path.low, path.mid] { #expect(column[0] == 50) }
    #expect(path.open[1] == 50)
    #expect(path.mid[1] != 50)
    // It is a row like any other to those who read spread and volume.
    #expect(path.volume[0] > 0 && path.halfSpread[0] > 0 && path.volatility[0] > 0)
    #expect(path.fault(in: path.rows) == nil)
  }

  @Test(arguments: Kind.allCases)
  func `without a range there is none, and prices are the same`(kind: Kind) throws {
    let (with, without) = (
      try Self.run(Self.model(kind)), try Self.run(Self.model(kind, [("range", .text("none"))]))
    )
    #expect(without.high.allSatisfy(\.isNaN) && without.low.allSatisfy(\.isNaN))
    #expect(without.mid.map(\.bitPattern) == with.mid.map(\.bitPattern))
    #expect(without.fault(in: without.rows) == nil)
  }

  @Test(arguments: Kind.allCases)
  func `it says that it writes prices and reads the window`(kind: Kind) throws {
    let requirements = try Self.model(kind).requirements
    #expect(requirements.writesPrices && requirements.wholeHistory && requirements.feedbackSteps == nil)
  }
}
