// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The quotes market of one path: orders meet columns through a FillModel and an ImpactModel.
///
/// Rows where nothing can happen to the account are handed to the strategy and the ledger whole; only rows
/// with a working order, an arrival or a touched stop go through ``step(_:row:)``.
///
/// Not copyable: there is one account, and the compiler must not copy all of it around a call.
struct QuoteVenue: ~Copyable {
  /// Displaced rows are prepared at most this many at a time, and after a fill this few: each fill makes what
  /// was prepared out of date, and an execution in slices fills at every step.
  static let displacedRows = 256
  private static let fewestDisplacedRows = 8

  let settings: ExecutionSettings
  let context: MarketContext
  let recordsFills: Bool

  var account: Account
  var sink = OrderSink()
  var strategy: any Strategy
  /// The strategy before its first path.
  private let freshStrategy: any Strategy
  var fillModel: any FillModel
  var impact: any ImpactModel
  var ledger: Ledger
  var parents = ParentBook()
  var trades = TradeLog()
  var recorder: SeriesRecorder?
  var fills: [FillRecord] = []
  /// The first fill whose later mids are not all known.
  var firstOpenFill = 0

  var live: [LiveOrder] = []
  /// Distance of the protective stop from the average entry; 0 when there is none.
  var stopFraction = 0.0
  /// Price of the protective stop; NaN when there is none.
  var stopTrigger = Double.nan
  var fillRandom: RandomSource
  var latencyRandom: RandomSource

  /// Whether the position held from before is still to be put into the account, at the first open.
  var holdsFromBefore = false

  /// Displacement of each prepared row, and how many of the rows have decayed so far.
  var displacements: [Double]
  var isDisplaced = false
  var decayedRows = 0
  /// Whether a fill moved the displacement, so that prepared rows are out of date.
  var impactMoved = false

  var netFlow = 0.0
  var orderCount = 0
  var fillCount = 0
  var turnover = 0.0
  var ambiguousSteps = 0
  var refusals: [String: Int] = [:]
  var perpetual = PerpetualOutcome()
  var outage = OutageOutcome()
  var charges: [ChargeRecord] = []
  /// The steps of this path in which the venue is out of reach.
  var outageSteps = 0..<0
  /// The next instant of payment the position owes, nanoseconds since the Unix epoch.
  var nextFunding = Int64.max
  /// The step ``used`` and ``consumed`` belong to.
  var usedStep = Int.min
  /// Volume of the row used by our orders so far, and of it by resting orders of each side.
  var used = 0.0
  var consumed: [2 of Double] = [0, 0]
  let lastStep: Int
  /// The last marked mid, as shown.
  var lastMid = Double.nan
  /// Whether orders meet a book that ``BookVenue`` keeps: then nothing executes here.
  let meetsBook: Bool
  /// Room to look at how the displacement will fade over half an hour.
  var fading: [Double]

  /// Trades with instances of the plan's models.
  init(plan: RunPlan, strategy: any Strategy, fill: any FillModel, impact: any ImpactModel) {
    settings = plan.execution
    context = plan.context
    recordsFills = plan.recordsFills
    account = Account(cash: settings.initialEquity, lot: settings.lot, tick: settings.tick)
    freshStrategy = strategy
    self.strategy = strategy
    fillModel = fill
    self.impact = impact
    ledger = Ledger(initialEquity: settings.initialEquity, resolution: context.resolution)
    displacements = Array(repeating: 0, count: Self.displacedRows)
    fillRandom = RandomSource(seed: plan.seed, path: 0, role: .fill)
    latencyRandom = RandomSource(seed: plan.seed, path: 0, role: .latency)
    lastStep = context.steps - 1
    meetsBook = plan.meetsBook
    fading = Array(repeating: 0, count: min(3_600, context.steps(in: .minutes(30))))
    live.reserveCapacity(16 + Self.followedOrders)
  }

  /// Starts a path: every trace of an earlier one is gone.
  ///
  /// - Parameter outageSteps: The steps in which the venue is out of reach, none without an outage.
  mutating func begin(_ path: PathContext, plan: RunPlan, outageSteps: Range<Int>) {
    account = Account(cash: settings.initialEquity, lot: settings.lot, tick: settings.tick)
    sink = OrderSink()
    strategy = freshStrategy
    strategy.begin(path, context: context)
    impact.begin(path)
    ledger.reset()
    parents.reset()
    trades.reset()
    recorder = plan.recordsSeries ? SeriesRecorder(equity: settings.initialEquity) : nil
    fills.removeAll(keepingCapacity: true)
    firstOpenFill = 0
    live.removeAll(keepingCapacity: true)
    stopFraction = 0
    stopTrigger = .nan
    holdsFromBefore = settings.initialPosition != 0
    fillRandom = path.random(.fill)
    latencyRandom = path.random(.latency)
    isDisplaced = false
    decayedRows = 0
    impactMoved = false
    netFlow = 0
    orderCount = 0
    fillCount = 0
    turnover = 0
    ambiguousSteps = 0
    refusals = [:]
    perpetual = PerpetualOutcome()
    outage = OutageOutcome()
    charges.removeAll(keepingCapacity: true)
    self.outageSteps = outageSteps
    nextFunding = .max
    usedStep = .min
    lastMid = .nan
  }

  /// What a model could not throw; looked at after every block.
  var failure: MMSError? { fillModel.failure ?? impact.failure ?? strategy.failure }

  /// Trades through rows of the scenario's market.
  ///
  /// - Parameter shown: Room for ``displacedRows`` rows as our own trading has displaced them.
  mutating func trade(_ market: borrowing MarketBlock, rows: Range<Int>, shown: inout MarketBlock) {
    if holdsFromBefore, let first = rows.first { takeOver(market, row: first) }
    var row = rows.lowerBound
    var most = Self.fewestDisplacedRows
    while row < rows.upperBound {
      if impact.isIdle {
        isDisplaced = false
        row = run(market, rows: row..<rows.upperBound)
        most = Self.fewestDisplacedRows
        continue
      }
      let count = min(rows.upperBound - row, most)
      prepare(market, rows: row..<row + count, shown: &shown)
      isDisplaced = true
      decayedRows = 0
      let end = run(shown, rows: 0..<count)
      decay(through: end)
      row += end
      most = impactMoved ? Self.fewestDisplacedRows : min(2 * most, Self.displacedRows)
    }
  }

  /// Puts the position held from before into the account, bought at the first open without a cost.
  mutating func takeOver(_ market: borrowing MarketBlock, row: Int) {
    holdsFromBefore = false
    let price = market.open[row]
    account.position = settings.initialPosition
    account.cash -= account.position * price
    account.averageEntry = price
    startFunding(at: market.time[row] - context.resolution.nanoseconds)
    trades.fill(
      step: market.firstStep + row, time: market.time[row], side: account.position > 0 ? .buy : .sell,
      quantity: account.position.magnitude, price: price, fee: 0, before: 0, after: account.position,
      isStop: false)
  }

  /// Copies rows and moves their prices by the displacement they will see.
  private mutating func prepare(
    _ market: borrowing MarketBlock, rows: Range<Int>, shown: inout MarketBlock
  ) {
    let resolution = context.resolution
    var ahead: [Double] = []
    swap(&ahead, &displacements)
    var span = ahead.mutableSpan
    var part = span._mutatingExtracting(0..<rows.count)
    impact.decay(resolution: resolution, into: &part)
    shown.firstStep = market.firstStep + rows.lowerBound
    shown.copyRows(rows, of: market, to: 0)
    shown.displacePrices(by: part.span)
    swap(&ahead, &displacements)
  }

  /// Lets the displacement fade up to and including the prepared rows before `end`.
  mutating func decay(through end: Int) {
    guard isDisplaced, end > decayedRows else { return }
    impact.decay(steps: end - decayedRows, resolution: context.resolution)
    decayedRows = end
  }

  /// Runs rows until they end or until a fill has made the prepared prices out of date.
  ///
  /// - Returns: The first row that was not run.
  private mutating func run(_ market: borrowing MarketBlock, rows: Range<Int>) -> Int {
    impactMoved = false
    var row = rows.lowerBound
    while row < rows.upperBound {
      let quietEnd = firstBusyRow(market, rows: row..<rows.upperBound)
      if quietEnd > row {
        let acted = decide(market, rows: row..<quietEnd)
        mark(market, rows: row..<acted)
        row = acted
        if acted < quietEnd {
          submit(market, row: acted)
          finishRow(market, row: acted)
          row = acted + 1
          if impactMoved { return row }
        }
        continue
      }
      step(market, row: row)
      if decide(market, rows: row..<row + 1) == row { submit(market, row: row) }
      finishRow(market, row: row)
      row += 1
      if impactMoved { return row }
    }
    return row
  }

  mutating func decide(_ market: borrowing MarketBlock, rows: Range<Int>) -> Int {
    if ledger.isLiquidated { return rows.upperBound }
    // The last close of the period is for marking: nothing decided there could be executed.
    let acted = strategy.decide(market, rows: rows, account: account, orders: &sink)
    if !account.events.isEmpty { account.events.removeAll(keepingCapacity: true) }
    return acted
  }

  /// Marks the row in which something happened, and sells out at the very last one when asked to.
  private mutating func finishRow(_ market: borrowing MarketBlock, row: Int) {
    if settings.closeAtEnd, market.firstStep + row == lastStep { closeOut(market, row: row) }
    mark(market, rows: row..<row + 1)
  }

  mutating func mark(_ market: borrowing MarketBlock, rows: Range<Int>) {
    if rows.isEmpty { return }
    lastMid = market.mid[rows.upperBound - 1]
    let ruin = ledger.mark(
      mids: market.mid.span, rows: rows, cash: account.cash, position: account.position)
    if account.position != 0 {
      trades.watch(market, rows: rows.lowerBound..<min(ruin + 1, rows.upperBound))
    }
    if firstOpenFill < fills.count { lookBack(market, rows: rows) }
    recorder?.record(market, rows: rows.lowerBound..<ruin, cash: account.cash, position: account.position)
    if ruin < rows.upperBound {
      liquidate(market, row: ruin)
      recorder?.record(market, rows: ruin..<rows.upperBound, cash: 0, position: 0)
    }
  }

  /// Tells earlier fills where the mid is now.
  private mutating func lookBack(_ market: borrowing MarketBlock, rows: Range<Int>) {
    for index in firstOpenFill..<fills.count {
      while fills[index].later.count < FillRecord.markoutSteps.count {
        let due = fills[index].step + FillRecord.markoutSteps[fills[index].later.count] - market.firstStep
        guard rows.contains(due) else { break }
        fills[index].later.append(market.mid[due])
      }
      if index == firstOpenFill, fills[index].later.count == FillRecord.markoutSteps.count {
        firstOpenFill += 1
      }
    }
  }

  /// Equity is gone: orders are cancelled, the position is closed, the account stays at zero.
  private mutating func liquidate(_ market: borrowing MarketBlock, row: Int) {
    for index in live.indices where !live[index].isGone { end(index, .cancelled, mid: market.mid[row]) }
    if account.position != 0 {
      perpetual.liquidations += 1
      perpetual.lenderLoss += max(0, -account.equity(at: market.mid[row]))
      // Closed at the price that leaves nothing: what lies beyond it is the lender's loss.
      trades.fill(
        step: market.firstStep + row, time: market.time[row], side: account.position > 0 ? .sell : .buy,
        quantity: account.position.magnitude, price: max(0, -account.cash / account.position), fee: 0,
        before: account.position, after: 0, isStop: false, isTakeover: settings.perpetual != nil)
    }
    account.cash = 0
    account.position = 0
    account.averageEntry = 0
    live.removeAll(keepingCapacity: true)
    account.orders.removeAll(keepingCapacity: true)
    stopTrigger = .nan
  }

  /// The first row that needs the venue: a working order, an arrival, a touched stop, the sell-out, and of a
  /// perpetual contract a payment or a margin that is gone.
  private func firstBusyRow(_ market: borrowing MarketBlock, rows: Range<Int>) -> Int {
    var end = rows.upperBound
    for order in live {
      // Orders that arrive later leave the rows before alone.
      end = min(end, max(rows.lowerBound, min(order.activeStep, order.cancelStep) - market.firstStep))
    }
    if settings.closeAtEnd, account.position != 0 || !live.isEmpty {
      end = min(end, max(rows.lowerBound, lastStep - market.firstStep))
    }
    guard account.position != 0 else { return end }
    if settings.perpetual != nil {
      end = firstFundingRow(market, rows: rows.lowerBound..<end)
      end = firstMarginRow(market, rows: rows.lowerBound..<end)
    }
    return stopTrigger.isNaN ? end : firstTouchedRow(market, rows: rows.lowerBound..<end)
  }

  /// The first row whose range touches the protective stop.
  private func firstTouchedRow(_ market: borrowing MarketBlock, rows: Range<Int>) -> Int {
    let isLong = account.position > 0
    if settings.stop == .close {
      let mid = market.mid.span
      for row in rows where isLong ? mid[row] <= stopTrigger : mid[row] >= stopTrigger { return row }
      return rows.upperBound
    }
    let reach = isLong ? market.low.span : market.high.span
    let (sign, bound) = isLong ? (1.0, stopTrigger) : (-1.0, -stopTrigger)
    for row in rows where !(sign * reach[row] > bound) {
      // Here the range touches, or is unknown (NaN) and a draw has to decide.
      if touches(market, row: row, trigger: stopTrigger, isLong: isLong) { return row }
    }
    return rows.upperBound
  }

  /// Whether a row touches a trigger below (for a long) or above (for a short).
  ///
  /// Without high and low: certain when open or mid is past it, else with the probability that a Brownian
  /// bridge from open to mid crosses it, e^(−2 ln(o/b) ln(c/b) ÷ (σ²dt)), on the venue's draw of the step.
  func touches(_ market: borrowing MarketBlock, row: Int, trigger: Double, isLong: Bool) -> Bool {
    let reach = isLong ? market.low[row] : market.high[row]
    if !reach.isNaN { return isLong ? reach <= trigger : reach >= trigger }
    let (open, mid) = (market.open[row], market.mid[row])
    if isLong ? min(open, mid) <= trigger : max(open, mid) >= trigger { return true }
    let variance = market.volatility[row] * market.volatility[row] / context.stepsPerDay
    guard variance > 0 else { return false }
    let exponent = -2 * MMSMath.log(open / trigger) * MMSMath.log(mid / trigger) / variance
    let draw = fillRandom.uniform(step: Int64(market.firstStep + row), lane: Self.stopLane)
    return draw < MMSMath.exp(exponent)
  }

  /// The lane of the venue's own draws, beyond those of any order.
  static let stopLane = 0xFFFF

  /// Our own displacement in the prices of a row.
  func displacement(row: Int) -> Double { isDisplaced ? displacements[row] : 0 }
}
