// SPDX-License-Identifier: Apache-2.0

import MMSCore
public import MMSEngine

/// Estimates the rates of order flow from events and the book each of them met.
///
/// Rates are per second. A unit is the mean size of a limit order, in lots. A distance is counted in ticks from the
/// best price of the other side, as in Cont, Stoikov & Talreja, Oper. Res. 58 (2010), section 3; a queue's place in
/// ticks from the reference price, as in Huang, Lehalle & Rosenbaum, JASA 110 (2015), section 2. Every rate is a
/// count over the time in which it could have been counted: a price that the book does not show is not waited at.
public struct FlowCalibration: ~Copyable {
  /// Distances that are told apart.
  public let distances: Int
  /// Queues of each side that are told apart.
  public let queues: Int
  /// Sizes of a queue that are told apart; the last stands for all larger ones.
  public let sizes: Int
  /// Whether the book holds every order; else prices beyond its worst ones are not seen.
  public let seesAll: Bool

  /// Seconds observed.
  public private(set) var seconds = 0.0
  /// Events observed: limit orders, cancellations, market orders.
  public private(set) var counts = (limits: 0, cancels: 0, markets: 0)

  private var lastTime: Int64?
  private var lastMarket: (time: Int64, side: Side)?
  private var limitLots = RateTally()
  private var marketLots = 0.0
  private var marketSquares = 0.0
  private var openMarket = 0.0
  private var limits: [RateTally]
  private var cancels: [RateTally]
  /// Cancellations of whatever distance, over all lots shown.
  private var allCancels = RateTally()
  private var reference: Double?
  private(set) var queueEvents: [QueueTally]
  /// Events that emptied the first queue, and how often the reference price went that way.
  private(set) var emptied = (count: 0, followed: 0)
  /// Where the reference price was when the last event emptied a first queue, and which way it would go.
  private var pending: (reference: Double, direction: Double)?

  struct QueueTally {
    /// Lots of all its events.
    var lots = RateTally()
    /// Seconds and events by size in lots: sizes are put into units once the unit is known.
    var samples: [Int64: Sample] = [:]
  }

  struct Sample {
    var seconds = 0.0
    var limits = 0
    var cancels = 0
    var markets = 0
  }

  /// Begins with nothing observed.
  public init(distances: Int = 5, queues: Int = 3, sizes: Int = 10, seesAll: Bool = false) {
    self.distances = max(1, distances)
    self.queues = max(1, queues)
    self.sizes = max(1, sizes)
    self.seesAll = seesAll
    limits = Array(repeating: RateTally(), count: self.distances)
    cancels = limits
    queueEvents = Array(repeating: QueueTally(), count: self.queues)
  }

  // MARK: - Observing

  /// Begins a recording: nothing is waited for before its first time.
  public mutating func begin(at time: Int64) {
    closeMarket()
    lastMarket = nil
    reference = nil
    pending = nil
    lastTime = time
  }

  /// Takes an event and the book as it was before it.
  public mutating func observe(_ event: OrderFlowEvent, in book: borrowing OrderBook) {
    wait(until: event.time, in: book)
    let opposite = event.side == .buy ? book.bestAsk : book.bestBid
    if let opposite {
      let distance = event.side == .buy ? opposite - event.price : event.price - opposite
      if distance >= 1, distance <= Int64(distances) { note(event, Int(distance) - 1) }
    }
    switch event.kind {
    case .limit:
      counts.limits += 1
      limitLots.add(Double(event.quantity))
    case .cancel:
      counts.cancels += 1
      allCancels.add(Double(event.quantity))
    case .market: noteMarket(event)
    }
    noteQueue(event, in: book)
  }

  /// Lets time pass over a book without an event.
  public mutating func wait(until time: Int64, in book: borrowing OrderBook) {
    defer { lastTime = time }
    guard let last = lastTime, time > last else { return }
    let passed = Double(time - last) / 1e9
    seconds += passed
    for side in [Side.buy, .sell] {
      guard let opposite = side == .buy ? book.bestAsk : book.bestBid else { continue }
      let worst = book.worstPrice(side)
      for index in 0..<distances {
        let price = side == .buy ? opposite - Int64(index + 1) : opposite + Int64(index + 1)
        if !isSeen(side, price, worst) { continue }
        limits[index].exposure += passed
        cancels[index].exposure += passed * Double(book.quantity(side, at: price))
      }
      var price = book.nextPrice(side, behind: nil)
      var lots: Int64 = 0
      while let at = price {
        lots += book.quantity(side, at: at)
        price = book.nextPrice(side, behind: at)
      }
      allCancels.exposure += passed * Double(lots)
    }
    updateReference(book)
    guard let reference else { return }
    for side in [Side.buy, .sell] {
      let worst = book.worstPrice(side)
      for index in 0..<queues {
        let price = Int64((reference - side.sign * (Double(index) + 0.5)).rounded())
        if isSeen(side, price, worst) {
          queueEvents[index].samples[book.quantity(side, at: price), default: Sample()].seconds += passed
        }
      }
    }
  }

  private func isSeen(_ side: Side, _ price: Int64, _ worst: Int64?) -> Bool {
    if seesAll { return true }
    guard let worst else { return false }
    return side == .buy ? price >= worst : price <= worst
  }

  private mutating func note(_ event: OrderFlowEvent, _ index: Int) {
    if event.kind == .limit { limits[index].add(1) }
    if event.kind == .cancel { cancels[index].add(Double(event.quantity)) }
  }

  /// Executions of one time and side are one market order.
  private mutating func noteMarket(_ event: OrderFlowEvent) {
    if let last = lastMarket, last.time == event.time, last.side == event.side {
      openMarket += Double(event.quantity)
    } else {
      closeMarket()
      counts.markets += 1
      openMarket = Double(event.quantity)
      lastMarket = (event.time, event.side)
    }
  }

  private mutating func closeMarket() {
    marketLots += openMarket
    marketSquares += openMarket * openMarket
    openMarket = 0
  }

  // MARK: - Queues

  /// The reference price in ticks: the mid where it lies between two ticks, else the nearer of the two beside it.
  private mutating func updateReference(_ book: borrowing OrderBook) {
    guard let bid = book.bestBid, let ask = book.bestAsk else { return }
    let mid = Double(bid + ask) / 2
    if (ask - bid) % 2 != 0 {
      reference = mid
    } else {
      let old = reference ?? mid - 0.5
      reference = (mid - 0.5 - old).magnitude <= (mid + 0.5 - old).magnitude ? mid - 0.5 : mid + 0.5
    }
    if let pending, let reference {
      emptied.count += 1
      if (reference - pending.reference) * pending.direction > 0 { emptied.followed += 1 }
    }
    pending = nil
  }

  private mutating func noteQueue(_ event: OrderFlowEvent, in book: borrowing OrderBook) {
    updateReference(book)
    guard let reference else { return }
    let place = (event.side == .buy ? reference - Double(event.price) : Double(event.price) - reference) + 0.5
    guard place >= 1, place <= Double(queues) else { return }
    let index = Int(place) - 1
    queueEvents[index].lots.add(Double(event.quantity))
    let lots = book.quantity(event.side, at: event.price)
    if index == 0, event.kind != .limit, event.quantity >= lots { pending = (reference, -event.side.sign) }
    switch event.kind {
    case .limit: queueEvents[index].samples[lots, default: Sample()].limits += 1
    case .cancel: queueEvents[index].samples[lots, default: Sample()].cancels += 1
    case .market: queueEvents[index].samples[lots, default: Sample()].markets += 1
    }
  }

  // MARK: - Results

  /// The mean size of a limit order in lots.
  public var unit: Double { limitLots.count > 0 ? limitLots.sum / Double(limitLots.count) : 1 }

  /// Rates by distance: `limit_rate_1` …, `cancel_rate_1` …, `market_rate`, the power law `k`, `alpha`, and `lots`.
  ///
  /// λ(i): limit orders per side and price; θ(i): cancellations of a resting unit; μ: units taken by market orders
  /// per side. k ÷ i^α is fitted to λ by weighted least squares. The unit is rounded to whole lots.
  public mutating func contStoikovTalreja() -> [FlowParameter] {
    closeMarket()
    var found: [FlowParameter] = []
    var rates: [(i: Double, rate: Double, error: Double)] = []
    for index in 0..<distances {
      guard let rate = limits[index].parameter("limit_rate_\(index + 1)") else { continue }
      found.append(rate)
      if let error = rate.standardError, error > 0 { rates.append((Double(index + 1), rate.value, error)) }
    }
    for index in 0..<distances {
      if let rate = cancels[index].parameter("cancel_rate_\(index + 1)") { found.append(rate) }
    }
    if seconds > 0 { found.append(market("market_rate", share: 0.5)) }
    found += PowerLawFit.parameters(rates)
    found.append(lotsParameter)
    return found
  }

  /// Rates of the zero-intelligence book: `limit_rate`, `market_rate`, `cancel_rate`, `window` and `lots`.
  ///
  /// α: limit orders per side and tick within the distances; μ: market orders in units, of both sides; δ:
  /// cancellations of a resting unit, wherever it stands. The unit is rounded to whole lots.
  public mutating func zeroIntelligence() -> [FlowParameter] {
    closeMarket()
    var all = RateTally()
    for tally in limits {
      all.count += tally.count
      all.sum += tally.sum
      all.squares += tally.squares
      all.exposure += tally.exposure
    }
    var found: [FlowParameter] = []
    if let alpha = all.parameter("limit_rate") { found.append(alpha) }
    if seconds > 0 { found.append(market("market_rate", share: 1)) }
    if let delta = allCancels.parameter("cancel_rate") { found.append(delta) }
    found.append(FlowParameter("window", Double(distances), nil, 0))
    found.append(lotsParameter)
    return found
  }

  /// Rates by place and size of a queue: `limit_i_n`, `cancel_i_n`, `market_i_n`, and the queues' units `size_i`.
  ///
  /// i counts queues from the reference price, n units of the queue's mean event size, rounded up; the last n stands
  /// for all larger ones. A rate that nothing was waited for is left out.
  public func queueReactive() -> [FlowParameter] {
    var found: [FlowParameter] = []
    for index in 0..<queues {
      let tally = queueEvents[index]
      guard tally.lots.count > 0 else { continue }
      let unit = tally.lots.sum / Double(tally.lots.count)
      let variance = max(0, tally.lots.squares / Double(tally.lots.count) - unit * unit)
      found.append(
        FlowParameter(
          "size_\(index + 1)", unit, (variance / Double(tally.lots.count)).squareRoot(), tally.lots.count))
      var bins = Array(repeating: Sample(), count: sizes + 1)
      for lots in tally.samples.keys.sorted() {
        guard let sample = tally.samples[lots] else { continue }
        let bin = min(sizes, Int((Double(lots) / unit - 1e-9).rounded(.up)))
        bins[max(0, bin)].seconds += sample.seconds
        bins[max(0, bin)].limits += sample.limits
        bins[max(0, bin)].cancels += sample.cancels
        bins[max(0, bin)].markets += sample.markets
      }
      for (n, bin) in bins.enumerated() where bin.seconds > 0 {
        func add(_ name: String, _ count: Int) {
          found.append(
            FlowParameter(
              "\(name)_\(index + 1)_\(n)", Double(count) / bin.seconds,
              Double(count).squareRoot() / bin.seconds, count))
        }
        add("limit", bin.limits)
        if n > 0 {
          add("cancel", bin.cancels)
          add("market", bin.markets)
        }
      }
    }
    return found
  }

  private func market(_ name: String, share: Double) -> FlowParameter {
    FlowParameter(
      name, marketLots / unit * share / seconds, marketSquares.squareRoot() / unit * share / seconds,
      counts.markets)
  }

  private var lotsParameter: FlowParameter {
    let count = Double(max(1, limitLots.count))
    let variance = max(0, limitLots.squares / count - unit * unit)
    return FlowParameter("lots", max(1, unit.rounded()), (variance / count).squareRoot(), limitLots.count)
  }
}
