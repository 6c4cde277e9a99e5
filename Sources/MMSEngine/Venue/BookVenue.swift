// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The book market of one path: orders rest in a generated book and are matched by price and time.
///
/// Account, parents, stops' rules, refusals, outages and results are those of ``QuoteVenue``, which calls no FillModel
/// and no ImpactModel here: what fills, at what price, and how far our trading moves the market is what the book shows.
/// A strategy sees each row as the book has it at the close: mid, its range, spread, depth at the best prices, volume.
final class BookVenue {
  let settings: ExecutionSettings
  let context: MarketContext
  private let scale: FlowScale
  private let reference: FlowConditions
  var exchange: BookExchange
  private var random: RandomSource
  var fills: [(key: UInt64, lots: Int64)] = []
  /// The row as the book shows it.
  var shown = MarketBlock(count: 1)
  private let seconds: Double

  /// Measures the flow and makes a book of the market's size; nil when the plan's orders meet quotes.
  init?(_ plan: RunPlan) throws(MMSError) {
    guard let flow = plan.flow else { return nil }
    settings = plan.execution
    context = plan.context
    guard settings.tick > 0, settings.lot > 0 else {
      throw MMSError(
        .invalidValue,
        "a book counts in ticks and lots, but tick is \(settings.tick) and lot is \(settings.lot)",
        hint: "write tick and lot above 0 under execution")
    }
    seconds = Double(context.resolution.nanoseconds) * 1e-9
    scale = try FlowScale(flow)
    reference = Self.reference(plan.base, lot: settings.lot, seconds: seconds)
    let depth = 0.5 * (reference.bidDepth + reference.askDepth) * settings.lot
    exchange = try BookExchange(
      flow, unit: scale.unit(depth: depth, lot: settings.lot),
      marketUnit: scale.marketUnit(volumePerSecond: reference.volume * settings.lot, lot: settings.lot))
    random = RandomSource(seed: plan.seed, path: 0, role: .flow)
    fills.reserveCapacity(16)
  }

  /// The recorded market's means.
  private static func reference(_ base: BaseMarket, lot: Double, seconds: Double) -> FlowConditions {
    let rows = base.warmUpRows..<base.warmUpRows + base.steps
    func mean(_ column: [Double]) -> Double {
      var sum = 0.0
      for row in rows { sum += column[row] }
      return sum / Double(max(1, rows.count))
    }
    return FlowConditions(
      fairPrice: 0.5, bidDepth: mean(base.block.bidDepth) / lot, askDepth: mean(base.block.askDepth) / lot,
      volume: mean(base.block.volume) / lot / seconds)
  }

  /// Events of the flow on this path so far.
  var eventCount: Int64 { exchange.eventCount }

  /// Starts a path.
  func begin(_ path: PathContext) {
    random = path.random(.flow)
    exchange.begin(path, reference: reference)
    fills.removeAll(keepingCapacity: true)
  }

  /// Trades through rows of the scenario's market.
  func trade(_ market: borrowing MarketBlock, rows: Range<Int>, desk: inout QuoteVenue) {
    for row in rows {
      show(market, row: row)
      if desk.holdsFromBefore { desk.takeOver(shown, row: 0) }
      run(&desk)
      close()
      finish(&desk)
    }
  }

  /// The rows as the book shows them when nobody but the flow trades.
  func replaced(_ market: inout MarketBlock, rows: Range<Int>) {
    for row in rows {
      show(market, row: row)
      _ = exchange.run(until: seconds)
      close()
      market.copyRows(0..<1, of: shown, to: row)
    }
  }

  // MARK: - A row

  /// Takes the scenario's row over and opens it in the book.
  private func show(_ market: borrowing MarketBlock, row: Int) {
    let step = market.firstStep + row
    shown.firstStep = step
    shown.copyRows(row..<row + 1, of: market, to: 0)
    let tick = settings.tick
    var path = BookExchange.Row()
    path.seconds = seconds
    path.isHalted = market.halted[row] > 0.5
    let (open, close) = (market.open[row] / tick, market.mid[row] / tick)
    let (high, low) = (market.high[row] / tick, market.low[row] / tick)
    // Where the extremes were met within the row is drawn; a row without them goes straight.
    let first = random.uniform(step: Int64(step), lane: Self.pathLane)
    let second = random.uniform(step: Int64(step), lane: Self.pathLane + 1)
    path.times = [0, seconds * min(first, second), seconds * max(first, second), seconds]
    let isRising = close >= open
    path.prices =
      high.isNaN
      ? [open, open + (close - open) * min(first, second), open + (close - open) * max(first, second), close]
      : isRising ? [open, low, high, close] : [open, high, low, close]
    let conditions = FlowConditions(
      fairPrice: 0.5, bidDepth: market.bidDepth[row] / settings.lot,
      askDepth: market.askDepth[row] / settings.lot, volume: market.volume[row] / settings.lot / seconds,
      volatility: market.volatility[row], stress: market.stress[row], isHalted: path.isHalted)
    exchange.open(
      path, scale: scale.ticks(halfSpread: market.halfSpread[row], mid: market.mid[row], tick: tick),
      conditions: conditions)
    shown.open[0] = exchange.mid * tick
    shown.mid[0] = shown.open[0]
  }

  private static let pathLane = 0xFFFE

  /// Lets flow and orders of ours meet until the row ends.
  private func run(_ desk: inout QuoteVenue) {
    let step = shown.firstStep
    desk.countVolume(step: step)
    desk.cancelHeldBack(shown, row: 0)
    withdrawEnded(&desk)
    if shown.halted[0] < 0.5 { retry(&desk) }
    while true {
      watch(desk)
      let (index, time) = nextArrival(desk)
      let isOver = index == nil
      guard exchange.run(until: isOver ? seconds : time) else {
        look(&desk)
        continue
      }
      book(&desk)
      guard let index else { break }
      shown.mid[0] = exchange.mid * settings.tick
      arrive(index, &desk)
      book(&desk)
    }
    desk.expire(step: step, mid: exchange.mid * settings.tick)
    withdrawEnded(&desk)
    desk.tidy()
  }

  /// The next order that reaches the venue within the row, and when, in seconds of the row.
  private func nextArrival(_ desk: QuoteVenue) -> (index: Int?, time: Double) {
    var (found, earliest): (Int?, Double) = (nil, .infinity)
    let begin = shown.time[0] - context.resolution.nanoseconds
    for index in desk.live.indices {
      let order = desk.live[index]
      if order.hasArrived || order.isGone || order.activeStep > shown.firstStep { continue }
      // Nothing reaches a halted market: it waits for its end.
      if shown.halted[0] > 0.5, order.type != .stop { continue }
      let late = order.arrival > begin ? Double(order.arrival - begin) * 1e-9 : 0
      let time = min(max(exchange.now, late), seconds)
      if time < earliest { (found, earliest) = (index, time) }
    }
    return (found, earliest)
  }

  /// Something happened before the time came: a fill of a resting order, or a stop.
  private func look(_ desk: inout QuoteVenue) {
    shown.mid[0] = exchange.mid * settings.tick
    book(&desk)
    if settings.stop == .intrabar || desk.live.contains(where: { $0.type == .stop }) { fireStops(&desk) }
  }

  /// Ends the row: what the strategy sees is what the book shows.
  private func close() {
    let tick = settings.tick
    let mid = exchange.mid * tick
    shown.mid[0] = mid
    shown.high[0] = max(exchange.highest * tick, mid, shown.open[0])
    shown.low[0] = min(exchange.lowest * tick, mid, shown.open[0])
    shown.halfSpread[0] = 0.5 * Double(exchange.ask - exchange.bid) * tick / mid
    shown.bidDepth[0] = Double(exchange.bestDepth(.buy)) * settings.lot
    shown.askDepth[0] = Double(exchange.bestDepth(.sell)) * settings.lot
    shown.volume[0] = Double(exchange.core.traded) * settings.lot
  }

  /// Shows the row to the strategy, takes its orders and marks the account.
  private func finish(_ desk: inout QuoteVenue) {
    let step = shown.firstStep
    if settings.stop == .close { closeStops(&desk) }
    if desk.decide(shown, rows: 0..<1) == 0 {
      desk.submit(shown, row: 0)
      for index in desk.live.indices where !desk.live[index].hasArrived && desk.live[index].arrival == .min {
        let delay = desk.delay(of: desk.live[index].id, step: step, stress: shown.stress[0])
        desk.live[index].arrival = shown.time[0] + Int64(min(delay, 9e17))
      }
      if settings.latency == .zero, step < desk.lastStep || !settings.closeAtEnd { arriveNow(&desk) }
      withdrawEnded(&desk)
    }
    if settings.closeAtEnd, step == desk.lastStep, let index = desk.openCloseOut(shown, row: 0) {
      withdrawEnded(&desk)
      if shown.halted[0] < 0.5 { take(index, &desk, upTo: nil) }
      if !desk.live[index].isGone { desk.end(index, .cancelled, mid: shown.mid[0]) }
      desk.tidy()
    }
    desk.mark(shown, rows: 0..<1)
    if desk.live.isEmpty { withdrawEnded(&desk) }
  }

  /// With no latency, what was sent at the close is there at once.
  private func arriveNow(_ desk: inout QuoteVenue) {
    guard shown.halted[0] < 0.5 else { return }
    for index in desk.live.indices
    where !desk.live[index].hasArrived && !desk.live[index].isGone && !desk.isDown(shown.firstStep + 1) {
      arrive(index, &desk)
      book(&desk)
    }
    desk.tidy()
  }
}
