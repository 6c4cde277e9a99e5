// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// Makes the rows of one path's market: recorded, resampled, rewritten by the scenario's model, shocked by script.
struct MarketGenerator {
  let base: BaseMarket
  private let events: [ScriptedEvent]
  private let guardsColumns: Bool
  private(set) var scenario: any ScenarioModel
  private var resampler: (any ScenarioModel)?
  private var script: EventScript
  private var scenarioRandom: RandomSource
  private var pathRandom: RandomSource

  /// Makes instances of the plan's models.
  init(_ plan: RunPlan) throws(MMSError) {
    base = plan.base
    events = plan.events
    guardsColumns = plan.guardsColumns
    scenario = try plan.scenario.makeInstance()
    resampler = try plan.resampler?.makeInstance()
    script = try EventScript([], anchors: [], base: plan.base)
    scenarioRandom = RandomSource(seed: plan.seed, path: 0, role: .scenario)
    pathRandom = RandomSource(seed: plan.seed, path: 0, role: .path)
  }

  /// Starts a path.
  mutating func begin(_ path: PathContext) throws(MMSError) {
    try scenario.begin(path)
    try resampler?.begin(path)
    script = try EventScript(events, anchors: scenario.anchors, base: base)
    scenarioRandom = path.random(.scenario)
    pathRandom = path.random(.path)
  }

  /// How many steps are shown to the scenario's model at once; nil where it does not matter.
  var stride: Int? { scenario.requirements.feedbackSteps }

  /// Steps from the start of the path that are as recorded: whole blocks of the model's own.
  var recordedSteps: Int {
    guard resampler == nil, script.isEmpty else { return 0 }
    if scenario.requirements.leavesHistory { return base.steps }
    let unit = stride ?? 1
    return min(base.steps, max(0, scenario.untouchedSteps) / unit * unit)
  }

  /// Puts the recorded, or resampled, rows of consecutive steps into the first rows of a block.
  mutating func load(_ block: inout MarketBlock, steps: Range<Int>) throws(MMSError) {
    block.firstStep = steps.lowerBound
    let source = base.warmUpRows + steps.lowerBound
    block.copyRows(source..<source + steps.count, of: base.block, to: 0)
    try resampler?.advance(&block, rows: 0..<steps.count, flow: OwnFlow(), random: pathRandom)
  }

  /// Turns loaded rows into the scenario's; a call has ``stride`` of them, the last of a path maybe fewer.
  mutating func rewrite(_ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow) throws(MMSError) {
    if !scenario.requirements.leavesHistory {
      try scenario.advance(&block, rows: rows, flow: flow, random: scenarioRandom)
    }
    if !script.isEmpty { script.apply(to: &block, rows: rows) }
    if guardsColumns, let fault = block.fault(in: rows) {
      throw MMSError(
        .modelFailed,
        "model \(scenario.descriptor.id), step \(block.firstStep + fault.row): column"
          + " '\(fault.column.rawValue)' is \(fault.value), which no market can be; check the model's"
          + " parameters and the scenario's events")
    }
  }
}
