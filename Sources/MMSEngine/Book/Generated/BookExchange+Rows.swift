// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

extension BookExchange: VenueExchange {
  /// How a flow is made the size of a market.
  struct Sizing {
    var scale: FlowScale
    var reference: FlowConditions
    var tick: Double
    var lot: Double
    /// The length of a row.
    var seconds: Double
  }

  /// Measures a flow and makes an exchange of the market's size.
  static func sized(_ flow: any FlowModel, plan: RunPlan) throws(MMSError) -> BookExchange {
    let (tick, lot) = (plan.execution.tick, plan.execution.lot)
    let seconds = Double(plan.context.resolution.nanoseconds) * 1e-9
    let scale = try FlowScale(flow)
    let reference = reference(plan.base, lot: lot, seconds: seconds)
    let depth = 0.5 * (reference.bidDepth + reference.askDepth) * lot
    var exchange = try BookExchange(
      flow, unit: scale.unit(depth: depth, lot: lot),
      marketUnit: scale.marketUnit(volumePerSecond: reference.volume * lot, lot: lot))
    exchange.sizing = Sizing(scale: scale, reference: reference, tick: tick, lot: lot, seconds: seconds)
    exchange.band = BandLimits(plan.execution.priceBand)
    return exchange
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

  var traded: Int64 { core.traded }

  /// Lots at the best price of a side, ours among them.
  func bestDepth(_ side: Side) -> Int64 {
    core.depth(side, at: side == .buy ? core.highestBid : core.lowestAsk)
  }

  mutating func begin(_ path: PathContext) {
    begin(path, reference: sizing?.reference ?? FlowConditions())
  }

  mutating func open(_ market: borrowing MarketBlock, row: Int) {
    guard let sizing else { return }
    let (tick, lot, seconds, step) = (
      sizing.tick, sizing.lot, sizing.seconds, Int64(market.firstStep + row)
    )
    var path = Row()
    path.seconds = seconds
    path.isHalted = market.halted[row] > 0.5
    let (open, close) = (market.open[row] / tick, market.mid[row] / tick)
    let (high, low) = (market.high[row] / tick, market.low[row] / tick)
    // Where the extremes were met within the row is drawn; a row without them goes straight.
    let first = random.uniform(step: step, lane: Self.pathLane)
    let second = random.uniform(step: step, lane: Self.pathLane + 1)
    path.times = [0, seconds * min(first, second), seconds * max(first, second), seconds]
    let isRising = close >= open
    path.prices =
      high.isNaN
      ? [open, open + (close - open) * min(first, second), open + (close - open) * max(first, second), close]
      : isRising ? [open, low, high, close] : [open, high, low, close]
    let conditions = FlowConditions(
      fairPrice: 0.5, bidDepth: market.bidDepth[row] / lot, askDepth: market.askDepth[row] / lot,
      volume: market.volume[row] / lot / seconds, volatility: market.volatility[row],
      stress: market.stress[row], isHalted: path.isHalted)
    if band.isOn { band.open(at: market.open[row], tick: tick) }
    self.open(
      path,
      scale: sizing.scale.ticks(halfSpread: market.halfSpread[row], mid: market.mid[row], tick: tick),
      conditions: conditions)
  }

  private static let pathLane = 0xFFFE
}
