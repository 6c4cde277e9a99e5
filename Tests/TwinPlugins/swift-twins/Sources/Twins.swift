// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels

// The built-in models under ids of this plugin: what crosses the edge is all that can differ.

extension ModelDescriptor {
  fileprivate func renamed(_ name: String) -> ModelDescriptor {
    var copy = self
    copy.id = "swift-twins/\(name)"
    return copy
  }
}

/// scenario/JumpCascade-v1: state, draws, anchors, and feedback of our own flow.
struct CascadeTwin: ScenarioModel, NativeModel {
  static let descriptor = JumpCascadeScenario.descriptor.renamed("JumpCascade-v1")
  private var model: JumpCascadeScenario

  init(_ parameters: ParameterValues) throws(MMSError) { model = try JumpCascadeScenario(parameters) }

  var requirements: ScenarioRequirements { model.requirements }
  var anchors: [ScenarioAnchor] { model.anchors }

  mutating func prepare(history: borrowing MarketBlock, context: MarketContext) throws(MMSError) {
    try model.prepare(history: history, context: context)
  }

  mutating func begin(_ path: PathContext) throws(MMSError) { try model.begin(path) }

  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    try model.advance(&block, rows: rows, flow: flow, random: random)
  }
}

/// fill/Probability-v1: draws.
struct ProbabilityTwin: FillModel, NativeModel {
  static let descriptor = ProbabilityFill.descriptor.renamed("Probability-v1")
  private let model: ProbabilityFill

  init(_ parameters: ParameterValues) throws(MMSError) { model = try ProbabilityFill(parameters) }

  func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    model.fill(query, in: row, random: random)
  }
}

/// impact/SquareRoot-v1: state that fades.
struct SquareRootTwin: ImpactModel, NativeModel {
  static let descriptor = SquareRootImpact.descriptor.renamed("SquareRoot-v1")
  private var model: SquareRootImpact

  init(_ parameters: ParameterValues) throws(MMSError) { model = try SquareRootImpact(parameters) }

  var displacement: Double { model.displacement }
  var isIdle: Bool { model.isIdle }
  mutating func begin(_ path: PathContext) { model.begin(path) }
  func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    model.quote(quantity, in: conditions)
  }
  mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    model.apply(quantity, in: conditions)
  }
  func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    model.decay(resolution: resolution, into: &displacements)
  }
  mutating func decay(steps: Int, resolution: SimDuration) {
    model.decay(steps: steps, resolution: resolution)
  }
}

/// threshold: account, events and orders.
struct ThresholdTwin: Strategy, NativeModel {
  static let descriptor = ThresholdStrategy.descriptor.renamed("Threshold-v1")
  private var model: ThresholdStrategy

  init(_ parameters: ParameterValues) throws(MMSError) { model = try ThresholdStrategy(parameters) }

  mutating func begin(_ path: PathContext, context: MarketContext) { model.begin(path, context: context) }
  func warmUpDuration(resolution: SimDuration) -> SimDuration {
    model.warmUpDuration(resolution: resolution)
  }
  mutating func warmUp(_ market: borrowing MarketBlock, rows: Range<Int>) {
    model.warmUp(market, rows: rows)
  }
  mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account, orders: inout OrderSink
  ) -> Int {
    model.decide(market, rows: rows, account: account, orders: &orders)
  }
}
