// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Runs paths of a plan, one after another, on one thread; buffers are kept from path to path.
public struct PathRunner: ~Copyable {
  private let plan: RunPlan
  private var generator: MarketGenerator
  private var venue: QuoteVenue
  /// The book that orders meet; nil where they meet quotes.
  private let book: (any BookTrading)?
  /// Rows as the scenario makes them, and as our own trading displaces them.
  private var block: MarketBlock
  private var shown: MarketBlock
  private let blockSize: Int

  /// Makes a runner; give each thread its own.
  public init(_ plan: RunPlan) throws(MMSError) {
    // What can fail comes first.
    let (generator, book) = (try MarketGenerator(plan), try plan.makeBook())
    let strategy = try plan.strategy.makeInstance()
    let (fill, impact) = (try plan.fill.makeInstance(), try plan.impact.makeInstance())
    self.plan = plan
    self.generator = generator
    self.book = book
    venue = QuoteVenue(plan: plan, strategy: strategy, fill: fill, impact: impact)
    // With feedback a block is a whole number of the model's own blocks.
    let unit = generator.stride ?? 1
    blockSize = max(unit, (max(1, plan.blockSize) + unit - 1) / unit * unit)
    block = MarketBlock(count: blockSize)
    shown = MarketBlock(count: QuoteVenue.displacedRows)
  }

  /// Runs one path.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/modelFailed`` when a model failed or broke its contract.
  public mutating func run(path number: Int) throws(MMSError) -> PathResult {
    let path = plan.path(at: number)
    try generator.begin(path)
    let outage = try plan.execution.outage.map { (outage) throws(MMSError) in
      try EventScript.steps(of: outage, anchors: generator.scenario.anchors, base: plan.base)
    }
    venue.begin(path, plan: plan, outageSteps: outage ?? 0..<0)
    book?.begin(path)
    warmUp()
    // What nothing rewrites is traded where it is recorded.
    let (base, steps) = (plan.base, plan.base.steps)
    var first = generator.recordedSteps
    let recorded = base.warmUpRows..<base.warmUpRows + first
    trade(base.block, rows: recorded)
    if let failure = venue.failure { throw failure }
    var market = first == steps ? base.outline : MarketOutline()
    if first < steps { market.see(base.block, rows: recorded) }
    var flow = OwnFlow()
    while first < steps {
      let count = min(blockSize, steps - first)
      try generator.load(&block, steps: first..<first + count)
      var row = 0
      while row < count {
        let rows = row..<min(count, row + (generator.stride ?? count))
        try generator.rewrite(&block, rows: rows, flow: flow)
        venue.netFlow = 0
        trade(block, rows: rows)
        if let failure = venue.failure { throw failure }
        flow.netQuantity = venue.netFlow
        row = rows.upperBound
      }
      market.see(block, rows: 0..<count)
      first += count
    }
    var result = venue.result(path: number, market: market, plan: plan)
    result.isMirrored = path.isMirrored
    result.impactCurve = book?.impactCurve()
    return result
  }

  private mutating func trade(_ market: borrowing MarketBlock, rows: Range<Int>) {
    if let book {
      book.trade(market, rows: rows, desk: &venue)
    } else {
      venue.trade(market, rows: rows, shown: &shown)
    }
  }

  private mutating func warmUp() {
    let warm = plan.strategy.warmUpDuration(resolution: plan.context.resolution)
    let wanted = Int(
      (Double(warm.nanoseconds) / Double(plan.context.resolution.nanoseconds)).rounded(.up))
    let end = plan.base.warmUpRows
    venue.strategy.warmUp(plan.base.block, rows: max(0, end - wanted)..<end)
  }

  /// The market of one path without any trading of ours: what targets and causality tests look at.
  ///
  /// Where orders meet a book, it is what the book shows.
  ///
  /// - Returns: One row for each step of the period.
  /// - Throws: ``MMSCore/MMSError/Code/modelFailed`` when a model failed or broke its contract.
  public mutating func market(path number: Int) throws(MMSError) -> MarketBlock {
    let path = plan.path(at: number)
    try generator.begin(path)
    let steps = plan.base.steps
    var whole = MarketBlock(firstStep: 0, count: steps)
    try generator.load(&whole, steps: 0..<steps)
    let stride = generator.stride ?? steps
    for row in Swift.stride(from: 0, to: steps, by: stride) {
      try generator.rewrite(&whole, rows: row..<min(steps, row + stride), flow: OwnFlow())
    }
    if let book {
      book.begin(path)
      book.replaced(&whole, rows: 0..<steps)
    }
    return whole
  }
}
