// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The exchange of a recording: its flow goes on as it was, our orders wait in its queues and take its levels.
///
/// What the flow does not do, react to us, an ImpactModel may do: after we take, best prices, levels and trades are met
/// where it has displaced them, in whole ticks; the displacement fades by a step with every row. Latencies are the
/// venue's, so that there is none here.
struct RecordedExchange: ~Copyable, VenueExchange {
  let flow: RecordedFlow
  private let model: any QueueFillModel
  private let freshImpact: any ImpactModel
  private let settings: L2Settings
  private let resolution: SimDuration
  private let stress: StressRatios

  var exchange: L2Exchange
  private var impact: any ImpactModel
  private var conditions: ImpactConditions
  var next = 0
  /// When the row began, in nanoseconds since the flow's origin.
  private var rowStart: Int64 = 0
  /// Trades of the row are counted up to this event.
  private var counted = 0
  private var filled: [(key: UInt64, lots: Int64)] = []

  var isHalted = false
  var band: BandLimits
  /// Keys of orders that the band has left: they wait outside the book.
  var parked: Set<UInt64> = []

  var own: [BookExchange.OwnOrder] = []
  private(set) var now = 0.0
  /// The best prices; of a side without orders the last it had.
  private(set) var bid: Int64 = 0
  private(set) var ask: Int64 = 1
  private(set) var highest = 0.0
  private(set) var lowest = 0.0
  private(set) var traded: Int64 = 0
  var stopBelow = -Double.infinity
  var stopAbove = Double.infinity

  /// Makes an exchange before its first event.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when the plan's ticks or lots are not the recording's, or its fill model
  ///   follows no place in a queue.
  static func make(_ flow: RecordedFlow, plan: RunPlan) throws(MMSError) -> RecordedExchange {
    let execution = plan.execution
    guard execution.tick == flow.tick, execution.lot == flow.lot else {
      throw MMSError(
        .invalidValue,
        "the recording has ticks of \(flow.tick) and lots of \(flow.lot), the venue \(execution.tick) and"
          + " \(execution.lot)", path: "execution",
        hint: "write tick: \(flow.tick) and lot: \(flow.lot) under execution")
    }
    guard let model = try plan.fill.makeInstance() as? any QueueFillModel else {
      throw MMSError(
        .invalidValue,
        "\(plan.fill.descriptor.id) follows no place in a queue, which recorded flow needs",
        path: "models.fill", hint: "write fill: {use: fill/KnownQueue-v1}")
    }
    guard !model.knowsOrders || flow.births.count == flow.events.count else {
      throw MMSError(
        .invalidValue,
        "\(plan.fill.descriptor.id) needs a recording that tells orders; this one tells levels",
        path: "models.fill", hint: "write fill: {use: fill/PowerQueue-v1}")
    }
    return RecordedExchange(
      flow, model: model, impact: try plan.impact.makeInstance(), plan: plan)
  }

  private init(
    _ flow: RecordedFlow, model: any QueueFillModel, impact: any ImpactModel, plan: RunPlan
  ) {
    let context = plan.context
    band = BandLimits(plan.execution.priceBand)
    self.flow = flow
    self.model = model
    freshImpact = impact
    self.impact = impact
    settings = L2Settings(tick: flow.tick, lot: flow.lot)
    resolution = context.resolution
    stress = context.stress
    conditions = ImpactConditions(
      volatility: 0, volume: 1, liquidity: 1, price: 1, resolution: context.resolution)
    exchange = L2Exchange(settings, model: model, births: flow.births, levels: 1 << 12)
  }

  var mid: Double { 0.5 * Double(bid &+ ask) }
  /// The recorded flow does not react.
  var displacement: Double { .nan }

  /// Orders of ours do not trade with one another here.
  func preventSelfTrade(_ side: Side, _ lots: Int64, upTo limit: Int64?) -> UInt64? { nil }

  var clock: Int64 { rowStart &+ Int64(now * 1e9) }

  mutating func begin(_ path: PathContext) {
    exchange = L2Exchange(settings, model: model, births: flow.births, levels: 1 << 12)
    impact = freshImpact
    impact.begin(path)
    (next, counted, rowStart, now, traded) = (0, 0, 0, 0, 0)
    (bid, ask) = (0, 1)
    isHalted = false
    band.begin()
    parked.removeAll(keepingCapacity: true)
    own.removeAll(keepingCapacity: true)
    filled.removeAll(keepingCapacity: true)
    (stopBelow, stopAbove) = (-.infinity, .infinity)
  }

  // MARK: - Time

  mutating func open(_ market: borrowing MarketBlock, row: Int) {
    let step = market.firstStep + row
    rowStart = market.time[row] &- resolution.nanoseconds &- flow.origin.nanoseconds
    now = 0
    conditions = ImpactConditions(
      volatility: market.baseVolatility[row], volume: market.baseVolume[row],
      liquidity: stress.liquidity(at: market.stress[row]), price: market.mid[row], resolution: resolution)
    pass(to: rowStart)
    // A recording begins with its book, a moment after its first row does.
    while next < flow.events.count, exchange.book.bestBid == nil || exchange.book.bestAsk == nil {
      pass(to: flow.events[next].exchangeTime)
    }
    if step > 0, !impact.isNone, !impact.isIdle {
      impact.decay(steps: 1, resolution: resolution)
      displace()
    }
    if band.isOn { setBand(market.open[row]) }
    if isHalted != (market.halted[row] > 0.5) { setHalt(!isHalted) }
    counted = next
    traded = 0
    look()
    (highest, lowest) = (mid, mid)
  }

  mutating func run(until end: Double) -> Bool {
    if !filled.isEmpty { return false }
    let limit = rowStart &+ Int64(end * 1e9)
    while next < flow.events.count {
      let time = flow.events[next].exchangeTime
      if time > limit { break }
      pass(to: time)
      now = max(now, Double(time &- rowStart) * 1e-9)
      look()
      let mid = mid
      if mid > highest { highest = mid }
      if mid < lowest { lowest = mid }
      // In a halt stops wait as other orders do.
      if !filled.isEmpty || !isHalted && (mid <= stopBelow || mid >= stopAbove) { return false }
    }
    now = max(now, end)
    return true
  }

  /// Lets everything happen up to and with a time.
  private mutating func pass(to time: Int64) {
    let events = flow.events
    exchange.run(events.span, from: &next, until: time)
    while counted < next {
      let update = events[counted].update
      if update.isTrade, !isHalted { traded &+= update.quantity }
      counted &+= 1
    }
    collect()
  }

  private mutating func look() {
    let shift = exchange.shift
    if let best = exchange.book.bestBid { bid = best &+ shift }
    if let best = exchange.book.bestAsk { ask = best &+ shift }
  }

  /// Takes over what our resting orders have traded.
  mutating func collect() {
    while let response = exchange.responses.first {
      exchange.responses.removeFirst()
      guard response.kind == .filled, response.isMaker else { continue }
      filled.append((response.id, response.quantity))
      guard let index = own.firstIndex(where: { $0.key == response.id }) else { continue }
      own[index].lots &-= response.quantity
      if own[index].lots <= 0 { own.remove(at: index) }
    }
  }

  /// Moves the market we meet to where the impact has it.
  private mutating func displace() {
    let ticks = Int64((impact.displacement * exchange.mid).rounded())
    if ticks != exchange.shift {
      exchange.displace(to: ticks, after: next, clock)
      collect()
    }
    look()
  }

  // MARK: - Our orders

  mutating func takeFills(into fills: inout [(key: UInt64, lots: Int64)]) {
    swap(&fills, &filled)
    filled.removeAll(keepingCapacity: true)
  }

  mutating func take(_ side: Side, _ lots: Int64, upTo limit: Int64?) -> (lots: Int64, cost: Double) {
    guard let price = band.reach(side, upTo: limit) else { return (0, 0) }
    exchange.receive(
      L2Request(
        arrival: clock, id: 0, side: side, isCancel: false, timeInForce: .immediateOrCancel, price: price,
        quantity: lots), after: next)
    var (taken, cost) = (Int64(0), 0.0)
    while let response = exchange.responses.first {
      exchange.responses.removeFirst()
      guard response.kind == .filled else { continue }
      taken &+= response.quantity
      cost += Double(band.clamp(response.price)) * Double(response.quantity)
    }
    traded &+= taken
    push()
    return (taken, cost)
  }

  /// What we took moves the market.
  private mutating func push() {
    let lots = exchange.taken
    exchange.taken = 0
    guard lots != 0, !impact.isNone else { return }
    conditions.price = exchange.mid * flow.tick
    impact.apply(Double(lots) * flow.lot, in: conditions)
    displace()
  }

  func crosses(_ side: Side, _ limit: Int64) -> Bool {
    let shift = exchange.shift
    return if side == .buy {
      exchange.book.bestAsk.map { limit >= $0 &+ shift } ?? false
    } else {
      exchange.book.bestBid.map { limit <= $0 &+ shift } ?? false
    }
  }

  mutating func rest(_ key: UInt64, _ side: Side, _ lots: Int64, at limit: Int64) {
    own.append(BookExchange.OwnOrder(key: key, side: side, price: limit, level: limit, lots: lots))
    join(own[own.count - 1])
  }

  mutating func remove(at index: Int) {
    let order = own.remove(at: index)
    if parked.remove(order.key) != nil { return }
    withdraw(order)
    collect()
  }

  mutating func reduce(at index: Int, to lots: Int64) {
    own[index].lots = lots
    exchange.reduce(own[index].key, own[index].side, to: lots)
  }

  /// What the recording shows there, ours apart, less what we have swept.
  func bestDepth(_ side: Side) -> Int64 {
    guard let best = side == .buy ? exchange.book.bestBid : exchange.book.bestAsk else { return 0 }
    return max(0, exchange.book.quantity(side, at: best) &- (exchange.swept[best] ?? 0))
  }
}
