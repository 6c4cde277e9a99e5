// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The book market of one path: orders rest in a book, generated or recorded, and are matched by price and time.
///
/// Account, parents, stops' rules, refusals, outages and results are those of ``QuoteVenue``, which calls no FillModel
/// and no ImpactModel here: what fills, at what price, and how far our trading moves the market is what the book shows.
/// A strategy sees each row as the book has it at the close: mid, its range, spread, depth at the best prices, volume.
final class BookVenue<Exchange: VenueExchange & ~Copyable>: BookTrading {
  let settings: ExecutionSettings
  let context: MarketContext
  var exchange: Exchange
  var fills: [(key: UInt64, lots: Int64)] = []
  /// The row as the book shows it.
  var shown = MarketBlock(count: 1)
  private let seconds: Double
  var metaorders: MetaorderLog
  /// The displacement when the row began.
  private(set) var openingDisplacement = 0.0

  /// Lets a plan's orders meet an exchange.
  init(_ plan: RunPlan, _ exchange: consuming Exchange) {
    settings = plan.execution
    context = plan.context
    seconds = Double(context.resolution.nanoseconds) * 1e-9
    self.exchange = exchange
    metaorders = MetaorderLog(lot: settings.lot)
    fills.reserveCapacity(16)
  }

  /// Starts a path.
  func begin(_ path: PathContext) {
    exchange.begin(path)
    metaorders.begin(path: path.path)
    fills.removeAll(keepingCapacity: true)
  }

  /// Trades through rows of the scenario's market.
  func trade(_ market: borrowing MarketBlock, rows: Range<Int>, desk: inout QuoteVenue) {
    for row in rows {
      show(market, row: row)
      if desk.holdsFromBefore { desk.takeOver(shown, row: 0) }
      run(&desk)
      close()
      metaorders.close(mid: exchange.mid, parents: desk.parents)
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

  /// What our parents did to the price.
  func impactCurve() -> ImpactCurve? {
    if exchange.displacement.isNaN { return nil }
    return metaorders.finish()
  }

  // MARK: - A row

  /// Takes the scenario's row over and opens it in the book.
  private func show(_ market: borrowing MarketBlock, row: Int) {
    let step = market.firstStep + row
    shown.firstStep = step
    shown.copyRows(row..<row + 1, of: market, to: 0)
    exchange.open(market, row: row)
    openingDisplacement = exchange.displacement
    shown.open[0] = exchange.mid * settings.tick
    shown.mid[0] = shown.open[0]
  }

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
  private func nextArrival(_ desk: borrowing QuoteVenue) -> (index: Int?, time: Double) {
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
    shown.volume[0] = Double(exchange.traded) * settings.lot
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
