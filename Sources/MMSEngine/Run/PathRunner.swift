// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Runs paths of a plan, one after another, on one thread; buffers are kept from path to path.
public struct PathRunner {
  private let plan: RunPlan
  private var scenario: any ScenarioModel
  private var resampler: (any ScenarioModel)?
  private var venue: QuoteVenue
  /// Rows as the scenario makes them, and as our own trading displaces them.
  private var block: MarketBlock
  private var shown: MarketBlock
  private let blockSize: Int

  /// Makes a runner; give each thread its own.
  public init(_ plan: RunPlan) throws(MMSError) {
    self.plan = plan
    scenario = try plan.scenario.makeInstance()
    resampler = try plan.resampler?.makeInstance()
    venue = QuoteVenue(plan: plan)
    // With feedback a block is a whole number of the model's own blocks.
    let unit = scenario.requirements.feedbackSteps ?? 1
    blockSize = max(unit, (max(1, plan.blockSize) + unit - 1) / unit * unit)
    block = MarketBlock(count: blockSize)
    shown = MarketBlock(count: QuoteVenue.displacedRows)
  }

  /// Runs one path.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when a model failed or broke its contract.
  public mutating func run(path number: Int) throws(MMSError) -> PathResult {
    let path = PathContext(seed: plan.seed, path: number, isCentral: plan.isCentral)
    try scenario.begin(path)
    try resampler?.begin(path)
    let outage = try plan.execution.outage.map { (outage) throws(MMSError) in
      try EventScript.steps(of: outage, anchors: scenario.anchors, base: plan.base)
    }
    venue.begin(path, plan: plan, outageSteps: outage ?? 0..<0)
    let script = try EventScript(plan.events, anchors: scenario.anchors, base: plan.base)
    warmUp()
    var market = MarketOutline()
    if scenario.requirements.leavesHistory, resampler == nil, script.isEmpty {
      // Nothing rewrites the recorded columns, so they are traded where they are.
      let rows = plan.base.warmUpRows..<plan.base.block.count
      venue.trade(plan.base.block, rows: rows, shown: &shown)
      market.see(plan.base.block, rows: rows)
    } else {
      try runBlocks(path, script, &market)
    }
    return venue.result(path: number, market: market, plan: plan)
  }

  private mutating func warmUp() {
    let warm = plan.strategy.warmUpDuration(resolution: plan.context.resolution)
    let wanted = Int(
      (Double(warm.nanoseconds) / Double(plan.context.resolution.nanoseconds)).rounded(.up))
    let end = plan.base.warmUpRows
    venue.strategy.warmUp(plan.base.block, rows: max(0, end - wanted)..<end)
  }

  private mutating func runBlocks(
    _ path: PathContext, _ script: EventScript, _ market: inout MarketOutline
  ) throws(MMSError) {
    let (base, steps) = (plan.base, plan.base.steps)
    let requirements = scenario.requirements
    let random = path.random(.scenario)
    var flow = OwnFlow()
    var first = 0
    if resampler == nil, script.isEmpty {
      // What the model leaves alone is traded where it is recorded, in whole blocks of its own.
      let unit = requirements.feedbackSteps ?? 1
      first = min(steps, max(0, scenario.untouchedSteps) / unit * unit)
      let rows = base.warmUpRows..<base.warmUpRows + first
      venue.trade(base.block, rows: rows, shown: &shown)
      market.see(base.block, rows: rows)
    }
    while first < steps {
      let count = min(blockSize, steps - first)
      block.firstStep = first
      let source = base.warmUpRows + first
      block.copyRows(source..<source + count, of: base.block, to: 0)
      try resampler?.advance(&block, rows: 0..<count, flow: OwnFlow(), random: path.random(.path))
      var row = 0
      while row < count {
        let rows = row..<min(count, row + (requirements.feedbackSteps ?? count))
        if !requirements.leavesHistory {
          try scenario.advance(&block, rows: rows, flow: flow, random: random)
        }
        if !script.isEmpty { script.apply(to: &block, rows: rows) }
        if plan.guardsColumns, let fault = block.fault(in: rows) {
          throw broken(fault, firstStep: first)
        }
        venue.netFlow = 0
        venue.trade(block, rows: rows, shown: &shown)
        flow.netQuantity = venue.netFlow
        row = rows.upperBound
      }
      market.see(block, rows: 0..<count)
      first += count
    }
  }

  private func broken(
    _ fault: (row: Int, column: MarketColumn, value: Double), firstStep: Int
  ) -> MMSError {
    MMSError(
      .modelFailed,
      "model \(type(of: scenario).descriptor.id), step \(firstStep + fault.row): column"
        + " '\(fault.column.rawValue)' is \(fault.value), which no market can be; check the model's"
        + " parameters and the scenario's events")
  }
}

/// What a whole path's market did, for buy-and-hold and the scenario's targets.
struct MarketOutline {
  private(set) var first = Double.nan
  private(set) var last = Double.nan
  private var highest = 0.0
  /// The mid that would be as far below the current highest as the deepest drawdown so far.
  private var floor = 0.0

  /// Deepest fall of the mid from its running maximum, ≤ 0.
  var drawdown: Double { highest > 0 ? floor / highest - 1 : 0 }

  mutating func see(_ block: borrowing MarketBlock, rows: Range<Int>) {
    guard let start = rows.first else { return }
    if first.isNaN {
      first = block.open[start]
      highest = first
      floor = first
    }
    let mid = block.mid.span
    var (top, bottom) = (highest, floor)
    for row in rows {
      let value = mid[row]
      if value > top {
        bottom *= value / top
        top = value
      } else if value < bottom {
        bottom = value
      }
    }
    highest = top
    floor = bottom
    last = mid[rows.upperBound - 1]
  }
}

extension PathRunner {
  /// The market of one path without any trading: what targets and causality tests look at.
  ///
  /// - Returns: One row for each step of the period.
  /// - Throws: ``MMSError/Code/modelFailed`` when a model failed or broke its contract.
  public mutating func market(path number: Int) throws(MMSError) -> MarketBlock {
    let path = PathContext(seed: plan.seed, path: number, isCentral: plan.isCentral)
    try scenario.begin(path)
    try resampler?.begin(path)
    let script = try EventScript(plan.events, anchors: scenario.anchors, base: plan.base)
    let steps = plan.base.steps
    var whole = MarketBlock(firstStep: 0, count: steps)
    whole.copyRows(plan.base.warmUpRows..<plan.base.warmUpRows + steps, of: plan.base.block, to: 0)
    try resampler?.advance(&whole, rows: 0..<steps, flow: OwnFlow(), random: path.random(.path))
    let stride = scenario.requirements.feedbackSteps ?? steps
    var row = 0
    while row < steps {
      let end = min(steps, row + stride)
      if !scenario.requirements.leavesHistory {
        try scenario.advance(&whole, rows: row..<end, flow: OwnFlow(), random: path.random(.scenario))
      }
      if !script.isEmpty { script.apply(to: &whole, rows: row..<end) }
      row = end
    }
    if let fault = whole.fault(in: whole.rows) { throw broken(fault, firstStep: 0) }
    return whole
  }
}
