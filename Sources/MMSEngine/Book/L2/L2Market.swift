// SPDX-License-Identifier: Apache-2.0
// hot path

public import MMSCore

/// A recorded feed of levels that orders of ours join: they wait in its queues, and fill as it would have had them.
///
/// The feed is seen twice: by the exchange, where our orders are, and later by us. What we send arrives after the
/// entry latency, what comes of it is known after the response latency. At one time the feed comes before what we
/// sent. The feed does not react to our orders.
///
/// Use it in a loop: ``advance(by:)``, look at ``book``, ``orders`` and ``position``, then ``submit(_:price:quantity:timeInForce:)``
/// and ``cancel(_:)``.
public struct L2Market: ~Copyable {
  /// The rules.
  public let settings: L2Settings
  /// The time we are at, in nanoseconds; before the first step the feed's first time.
  public private(set) var time: Int64
  /// The book as we know it now.
  public private(set) var book: DepthBook
  /// Our orders as we know them now, by id; those that are done stay until ``clearInactive()``.
  public private(set) var orders: [L2Order] = []
  /// Lots we hold, as we know it now.
  public private(set) var position: Int64 = 0
  /// Ticks × lots received less paid for what has filled, fees apart.
  public private(set) var cash: Int128 = 0
  /// Fees paid in quote currency.
  public private(set) var fees = 0.0
  /// Ticks that our own trading has moved the market, as far as we know now; see ``push(_:in:)``.
  public private(set) var shift: Int64 = 0
  /// Every fill we know of and have not removed with ``removeFills()``; kept when ``keepsFills`` is on.
  public private(set) var fillList: [L2Fill] = []
  /// Whether fills are listed one by one.
  public var keepsFills = false
  /// Fills, as we know of them now.
  public private(set) var fills = 0
  /// Orders sent.
  public private(set) var sent: UInt64 = 0

  private let events: [L2Event]
  private let births: [Int]
  private let model: any QueueFillModel
  private let levels: Int
  private var impact: (any ImpactModel)?
  private var conditions: ImpactConditions?
  private var nextDecay = Int64.max
  private var shifts = L2Queue<(arrival: Int64, shift: Int64)>()
  private var exchange: L2Exchange
  private var requests = L2Queue<L2Request>()
  private var nextAtExchange = 0
  private var nextHere = 0

  /// Begins before the first event.
  ///
  /// - Parameters:
  ///   - settings: Latencies and what an order of ours meets.
  ///   - events: The feed; both of its times may not fall.
  ///   - births: For every event the number of the event that brought the order it is about: of a trade, the order
  ///     that rested; of a level that lost something, whose it was; −1 where that was before the feed, `Int.max` where
  ///     nobody before us lost anything. Empty when the feed does not tell orders.
  ///   - model: Where in a queue our orders are thought to stand.
  ///   - levels: Ticks in the window of each side of both books.
  /// - Throws: ``MMSCore/MMSError/Code/invalidData`` with the number of an event that is earlier than the one before.
  public init(
    _ settings: L2Settings, events: [L2Event], births: [Int] = [], model: any QueueFillModel,
    levels: Int = 1 << 14
  ) throws(MMSError) {
    if model.knowsOrders, births.count != events.count {
      throw MMSError(
        .invalidValue,
        "the queue model needs a feed that tells orders, such as LOBSTER's; take one that estimates places",
        path: "fill")
    }
    var (exchangeTime, localTime) = (Int64.min, Int64.min)
    for index in events.indices {
      let event = events[index]
      if event.exchangeTime < exchangeTime || event.localTime < localTime {
        throw MMSError(
          .invalidData,
          "event \(index + 1) of the feed is earlier than the one before it; sort the feed by both times")
      }
      (exchangeTime, localTime) = (event.exchangeTime, event.localTime)
    }
    self.settings = settings
    self.events = events
    self.births = births
    self.model = model
    self.levels = levels
    book = DepthBook(levels: levels)
    exchange = L2Exchange(settings, model: model, births: births, levels: levels)
    time = events.first.map { min($0.exchangeTime, $0.localTime) } ?? 0
  }

  /// Lets time pass.
  ///
  /// - Returns: False when nothing is left to happen: the feed has ended and no order or answer is on its way.
  @discardableResult
  public mutating func advance(by duration: Int64) -> Bool {
    let end = time &+ duration
    let events = self.events
    while let request = requests.first, request.arrival <= end {
      run(events, until: request.arrival)
      exchange.receive(request, after: nextAtExchange)
      requests.removeFirst()
      if exchange.taken != 0 { push(at: request.arrival) }
    }
    run(events, until: end)
    while let response = exchange.responses.first, response.arrival <= end {
      receive(response)
      exchange.responses.removeFirst()
    }
    while let known = shifts.first, known.arrival <= end {
      shift = known.shift
      shifts.removeFirst()
    }
    listen(until: end)
    time = end
    return nextHere < events.count || nextAtExchange < events.count || !requests.isEmpty
      || !exchange.responses.isEmpty
  }

  /// Lets the feed go on at the exchange, and what we have displaced fade meanwhile.
  @inline(__always)
  private mutating func run(_ events: [L2Event], until limit: Int64) {
    while nextDecay <= limit {
      exchange.run(events.span, from: &nextAtExchange, until: nextDecay)
      decay()
    }
    exchange.run(events.span, from: &nextAtExchange, until: limit)
  }

  /// Goes back to before the first event, without orders, position or money.
  public mutating func rewind() {
    exchange = L2Exchange(settings, model: model, births: births, levels: levels)
    book = DepthBook(levels: levels)
    requests = L2Queue()
    shifts = L2Queue()
    (shift, nextDecay) = (0, .max)
    impact?.begin(PathContext(seed: 0, path: 0, isCentral: true))
    orders.removeAll(keepingCapacity: true)
    removeFills()
    (nextAtExchange, nextHere, position, cash, fees, fills, sent) = (0, 0, 0, 0, 0, 0, 0)
    time = events.first.map { min($0.exchangeTime, $0.localTime) } ?? 0
  }

  /// Lets the feed reach us.
  @inline(__always)
  private mutating func listen(until limit: Int64) {
    let feed = self.events
    let events = feed.span
    var index = nextHere
    while index < events.count {
      let event = unsafe events[unchecked: index]
      if event.localTime > limit { break }
      index &+= 1
      let update = event.update
      if update.isTrade {
        book.note(update)
      } else if update.side == .buy {
        book.replace(.buy, update.price, update.quantity)
      } else {
        book.replace(.sell, update.price, update.quantity)
      }
    }
    nextHere = index
  }

  // MARK: - Impact

  mutating func setImpact(_ model: (any ImpactModel)?, _ conditions: ImpactConditions) {
    (impact, self.conditions) = (model, conditions)
  }

  /// What has been taken moves the market.
  @inline(never)
  private mutating func push(at time: Int64) {
    let lots = exchange.taken
    exchange.taken = 0
    guard var conditions, impact != nil else { return }
    conditions.price = exchange.mid * settings.tick
    impact?.apply(Double(lots) * settings.lot, in: conditions)
    displace(at: time)
    if nextDecay == .max { nextDecay = time &+ conditions.resolution.nanoseconds }
  }

  /// A step of the model's passes.
  @inline(never)
  private mutating func decay() {
    guard let conditions else { return nextDecay = .max }
    impact?.decay(steps: 1, resolution: conditions.resolution)
    displace(at: nextDecay)
    nextDecay = impact?.isIdle == false ? nextDecay &+ conditions.resolution.nanoseconds : .max
  }

  private mutating func displace(at time: Int64) {
    let ticks = Int64(((impact?.displacement ?? 0) * exchange.mid).rounded())
    if ticks == exchange.shift { return }
    exchange.displace(to: ticks, after: nextAtExchange, time)
    shifts.append((time &+ settings.responseLatency, ticks))
  }

  // MARK: - Orders

  /// The highest price bid as we know it, what we have displaced included.
  public var bestBid: Int64? { book.bestBid.map { $0 &+ shift } }

  /// The lowest price asked as we know it, what we have displaced included.
  public var bestAsk: Int64? { book.bestAsk.map { $0 &+ shift } }

  /// Sends an order.
  ///
  /// - Parameters:
  ///   - side: Buy or sell.
  ///   - price: The limit in ticks.
  ///   - quantity: Lots, above 0.
  ///   - timeInForce: What becomes of what is not filled at once.
  /// - Returns: The order's id.
  @discardableResult
  public mutating func submit(
    _ side: Side, price: Int64, quantity: Int64, timeInForce: TimeInForce = .goodTilCancelled
  ) -> UInt64 {
    sent &+= 1
    orders.append(
      L2Order(id: sent, side: side, state: .sent, price: price, open: max(1, quantity), filled: 0))
    send(
      L2Request(
        arrival: time, id: sent, side: side, isCancel: false, timeInForce: timeInForce, price: price,
        quantity: max(1, quantity)))
    return sent
  }

  /// Asks for an order to be cancelled; only one that is working can be.
  ///
  /// - Returns: Whether it was asked.
  @discardableResult
  public mutating func cancel(_ id: UInt64) -> Bool {
    guard let index = index(of: id), orders[index].state == .working else { return false }
    orders[index].state = .cancelling
    let order = orders[index]
    send(
      L2Request(
        arrival: time, id: id, side: order.side, isCancel: true, timeInForce: .goodTilCancelled,
        price: order.price, quantity: 0))
    return true
  }

  /// Forgets orders that nothing more will come of.
  public mutating func clearInactive() {
    var kept = 0
    for index in orders.indices where orders[index].isActive {
      if kept != index { orders[kept] = orders[index] }
      kept += 1
    }
    orders.removeLast(orders.count - kept)
  }

  /// Empties the list of fills.
  public mutating func removeFills() { fillList.removeAll(keepingCapacity: true) }

  private mutating func send(_ request: L2Request) {
    var request = request
    request.arrival = max(request.arrival &+ settings.entryLatency, requests.last?.arrival ?? .min)
    requests.append(request)
  }

  /// Orders are few and the ones answered are the latest.
  private func index(of id: UInt64) -> Int? { orders.lastIndex { $0.id == id } }

  private mutating func receive(_ response: L2Response) {
    if response.kind == .filled { book(response) }
    guard let index = index(of: response.id) else { return }
    switch response.kind {
    case .accepted: if orders[index].state == .sent { orders[index].state = .working }
    case .filled:
      orders[index].open &-= response.quantity
      orders[index].filled &+= response.quantity
      if orders[index].open == 0 { orders[index].state = .filled }
    case .cancelled: orders[index].state = .cancelled
    case .rejected: orders[index].state = .rejected
    case .cancelRejected: if orders[index].state == .cancelling { orders[index].state = .working }
    }
  }

  private mutating func book(_ fill: L2Response) {
    let value = Int128(fill.price) * Int128(fill.quantity)
    position &+= fill.side == .buy ? fill.quantity : -fill.quantity
    cash &+= fill.side == .buy ? -value : value
    fees +=
      Double(value) * settings.tick * settings.lot
      * (fill.isMaker ? settings.makerFee : settings.takerFee)
    fills += 1
    if keepsFills {
      fillList.append(
        L2Fill(
          id: fill.id, time: fill.time, side: fill.side, isMaker: fill.isMaker, price: fill.price,
          quantity: fill.quantity))
    }
  }
}
