// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSRuntime
import MMSStudy
import Testing

/// Flow with known rates in a real book, and what is found of them.
struct FlowCalibrationTests {
  /// Unit orders that come, are cancelled and trade at exponential times (Gillespie).
  struct Generator: ~Copyable {
    var book = OrderBook()
    var events = BookEvents(.trades)
    var time = 0.0
    private var step: Int64 = 0
    private var nextID: UInt64 = 1
    private var live: [UInt64] = []
    private let random: RandomSource

    init(seed: UInt64) { random = RandomSource(seed: seed, path: 0, role: .flow) }

    mutating func uniform() -> Double {
      step += 1
      return random.uniform(step: step, lane: 0)
    }

    mutating func add(_ side: Side, _ price: Int64) {
      events.removeAll()
      book.apply(.limit(nextID, side, 1, at: price), into: &events)
      live.append(nextID)
      nextID += 1
    }

    mutating func take(_ side: Side) {
      events.removeAll()
      book.apply(.market(nextID, side, 1), into: &events)
      nextID += 1
    }

    /// A resting order, each as likely; those that traded are dropped on the way.
    mutating func anyOrder() -> (id: UInt64, side: Side, price: Int64)? {
      while !live.isEmpty {
        let place = Int(uniform() * Double(live.count))
        if let order = book.order(live[place]) { return (live[place], order.side, order.price) }
        live[place] = live[live.count - 1]
        live.removeLast()
      }
      return nil
    }

    mutating func cancel(_ id: UInt64) {
      events.removeAll()
      book.apply(.cancel(id), into: &events)
    }

    mutating func pass(_ rate: Double) { time -= MMSMath.log(1 - uniform()) / rate }

    var nanoseconds: Int64 { Int64(time * 1e9) }
  }

  /// Runs flow by distance: limit orders at λ(i), cancellations at θ(i), market orders at μ a side.
  static func run(
    _ calibration: inout FlowCalibration, events count: Int, lambda: [Double], theta: (Int) -> Double,
    thetaMost: Double, mu: Double, seed: UInt64
  ) {
    var flow = Generator(seed: seed)
    for level in 1...80 {
      for _ in 0..<3 {
        flow.add(.buy, 1000 - Int64(level))
        flow.add(.sell, 1000 + Int64(level))
      }
    }
    calibration.begin(at: 0)
    let limits = lambda.reduce(0, +)
    for _ in 0..<count {
      let orders = flow.book.orderCount
      let rate = 2 * limits + 2 * mu + Double(orders) * thetaMost
      flow.pass(rate)
      guard let bid = flow.book.bestBid, let ask = flow.book.bestAsk else { return }
      var draw = flow.uniform() * rate
      let side: Side = flow.uniform() < 0.5 ? .buy : .sell
      func event(_ kind: OrderFlowEvent.Kind, _ side: Side, _ price: Int64) -> OrderFlowEvent {
        OrderFlowEvent(time: flow.nanoseconds, kind: kind, side: side, price: price, quantity: 1)
      }
      if draw < 2 * limits {
        draw /= 2
        var i = 0
        while i < lambda.count - 1, draw >= lambda[i] {
          draw -= lambda[i]
          i += 1
        }
        let price = side == .buy ? ask - Int64(i + 1) : bid + Int64(i + 1)
        calibration.observe(event(.limit, side, price), in: flow.book)
        flow.add(side, price)
      } else if draw < 2 * limits + 2 * mu {
        let price = side == .buy ? ask : bid
        calibration.observe(event(.market, side.opposite, price), in: flow.book)
        flow.take(side)
      } else if let order = flow.anyOrder() {
        let distance = Int(order.side == .buy ? ask - order.price : order.price - bid)
        if flow.uniform() * thetaMost < theta(distance) {
          calibration.observe(event(.cancel, order.side, order.price), in: flow.book)
          flow.cancel(order.id)
        }
      }
    }
  }

  /// Counts parameters within two standard errors.
  static func check(
    _ found: [FlowParameter], _ wanted: [String: Double], _ tally: inout (within: Int, of: Int)
  ) throws {
    for (name, value) in wanted.sorted(by: { $0.key < $1.key }) {
      let parameter = try #require(found.first { $0.name == name }, "\(name) is missing")
      let error = try #require(parameter.standardError)
      #expect(error > 0 && error < 0.15 * max(value, 0.1), "\(name) ± \(error)")
      tally.of += 1
      if abs(parameter.value - value) <= 2 * error { tally.within += 1 }
    }
  }

  @Test func `known rates come back within two errors for nine parameters in ten`() throws {
    var tally = (within: 0, of: 0)
    // Cont, Stoikov & Talreja: a power law of distance, cancellations by distance.
    let theta = [0.71, 0.81, 0.68, 0.56, 0.47]
    let lambda = (1...5).map { 1.92 * MMSMath.pow(Double($0), -0.52) }
    var wanted: [String: Double] = ["market_rate": 0.94, "k": 1.92, "alpha": 0.52]
    for i in 1...5 {
      wanted["limit_rate_\(i)"] = lambda[i - 1]
      wanted["cancel_rate_\(i)"] = theta[i - 1]
    }
    for seed in [UInt64(1), 2] {
      var calibration = FlowCalibration(distances: 5, seesAll: true)
      Self.run(
        &calibration, events: 60_000, lambda: lambda, theta: { $0 <= 5 ? theta[$0 - 1] : 0 }, thetaMost: 0.81,
        mu: 0.94, seed: seed)
      let found = calibration.contStoikovTalreja()
      #expect(found.first { $0.name == "lots" }?.value == 1)
      try Self.check(found, wanted, &tally)
    }
    // Zero intelligence: one rate at each of ten ticks, one of cancellation everywhere.
    for seed in [UInt64(3), 4] {
      var calibration = FlowCalibration(distances: 10, seesAll: true)
      Self.run(
        &calibration, events: 30_000, lambda: Array(repeating: 0.5, count: 10), theta: { _ in 0.1 },
        thetaMost: 0.1,
        mu: 0.5, seed: seed)
      try Self.check(
        calibration.zeroIntelligence(), ["limit_rate": 0.5, "market_rate": 1, "cancel_rate": 0.1], &tally)
    }
    #expect(Double(tally.within) >= 0.9 * Double(tally.of), "\(tally.within) of \(tally.of)")
  }

  /// Queues at a reference price that stays: their rates depend on their size.
  @Test func `intensities by queue size come back`() throws {
    let limit = [2.0, 1.6, 1.2, 1, 0.8, 0.6, 0]
    let cancel = [0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8]
    let market = [0.0, 0.8, 0.6, 0.5, 0.4, 0.4, 0.4]
    var flow = Generator(seed: 5)
    for _ in 0..<3 {
      flow.add(.buy, 998)
      flow.add(.sell, 1001)
    }
    flow.add(.buy, 999)
    flow.add(.sell, 1000)
    var calibration = FlowCalibration(queues: 1, sizes: 6, seesAll: true)
    calibration.begin(at: 0)
    for _ in 0..<40_000 {
      let sizes = [Int(flow.book.quantity(.buy, at: 999)), Int(flow.book.quantity(.sell, at: 1000))]
      let rates = sizes.map { limit[$0] + cancel[$0] + market[$0] }
      flow.pass(rates[0] + rates[1])
      var draw = flow.uniform() * (rates[0] + rates[1])
      let index = draw < rates[0] ? 0 : 1
      if index == 1 { draw -= rates[0] }
      let (side, price): (Side, Int64) = index == 0 ? (.buy, 999) : (.sell, 1000)
      let n = sizes[index]
      let kind: OrderFlowEvent.Kind =
        draw < limit[n] ? .limit : draw < limit[n] + cancel[n] ? .cancel : .market
      calibration.observe(
        OrderFlowEvent(time: flow.nanoseconds, kind: kind, side: side, price: price, quantity: 1),
        in: flow.book)
      switch kind {
      case .limit: flow.add(side, price)
      case .market: flow.take(side.opposite)
      case .cancel: if let id = flow.book.first(side, at: price) { flow.cancel(id) }
      }
    }
    let found = calibration.queueReactive()
    var tally = (within: 0, of: 0)
    var wanted: [String: Double] = [:]
    for n in 0...5 {
      wanted["limit_1_\(n)"] = limit[n]
      if n > 0 {
        wanted["cancel_1_\(n)"] = cancel[n]
        wanted["market_1_\(n)"] = market[n]
      }
    }
    try Self.check(found, wanted, &tally)
    #expect(Double(tally.within) >= 0.9 * Double(tally.of), "\(tally.within) of \(tally.of)")
  }

  @Test func `shapes of the queue-reactive model come back under its parameters' names`() throws {
    let wanted: [String: Double] = [
      "limit_rate_1": 1.2, "cancel_rate_1": 0.3, "cancel_saturation": 10, "gap_factor": 1.5,
      "market_rate": 0.35, "market_bonus": 1.5, "market_scale": 3,
    ]
    func value(_ name: String) -> Double { wanted[name] ?? .nan }
    func rates(_ n: Int) -> [Double] {
      let size = Double(n)
      return [
        value("limit_rate_1") * (n == 0 ? value("gap_factor") : 1),
        value("cancel_rate_1") * size / (1 + size / value("cancel_saturation")),
        n == 0
          ? 0
          : value("market_rate") * (1 + value("market_bonus") * MMSMath.exp(-size / value("market_scale"))),
      ]
    }
    var tally = (within: 0, of: 0)
    for seed in [UInt64(7), 8] {
      var flow = Generator(seed: seed)
      for _ in 0..<3 {
        flow.add(.buy, 998)
        flow.add(.sell, 1001)
      }
      flow.add(.buy, 999)
      flow.add(.sell, 1000)
      var calibration = FlowCalibration(queues: 1, seesAll: true)
      calibration.begin(at: 0)
      for _ in 0..<40_000 {
        let sides = [(Side.buy, Int64(999)), (.sell, 1000)]
        let all = sides.map { rates(Int(flow.book.quantity($0.0, at: $0.1))) }
        let sums = all.map { $0.reduce(0, +) }
        flow.pass(sums[0] + sums[1])
        var draw = flow.uniform() * (sums[0] + sums[1])
        let index = draw < sums[0] ? 0 : 1
        if index == 1 { draw -= sums[0] }
        let (side, price) = sides[index]
        let kind: OrderFlowEvent.Kind =
          draw < all[index][0] ? .limit : draw < all[index][0] + all[index][1] ? .cancel : .market
        calibration.observe(
          OrderFlowEvent(time: flow.nanoseconds, kind: kind, side: side, price: price, quantity: 1),
          in: flow.book)
        switch kind {
        case .limit: flow.add(side, price)
        case .market: flow.take(side.opposite)
        case .cancel: if let id = flow.book.first(side, at: price) { flow.cancel(id) }
        }
      }
      let found = calibration.queueReactiveShapes()
      let model = QueueReactiveFlow.descriptor.parameters.map(\.name)
      #expect(found.allSatisfy { model.contains($0.name) })
      for (name, value) in wanted {
        let parameter = try #require(found.first { $0.name == name }, "\(name) is missing")
        let error = try #require(parameter.standardError)
        #expect(error > 0 && error < value, "\(name) ± \(error)")
        tally.of += 1
        if abs(parameter.value - value) <= 2 * error { tally.within += 1 }
      }
    }
    #expect(tally.within >= 12 && tally.of == 14, "\(tally.within) of \(tally.of)")
  }

  @Test func `prices out of sight are not waited at`() throws {
    // Half of the time the book shows two ticks of the bid's side, half of it four: distance 4 is seen for half.
    var flow = Generator(seed: 6)
    flow.add(.sell, 1000)
    flow.add(.buy, 998)
    var calibration = FlowCalibration(distances: 4)
    calibration.begin(at: 0)
    calibration.wait(until: 5_000_000_000, in: flow.book)
    flow.add(.buy, 996)
    calibration.observe(
      OrderFlowEvent(time: 10_000_000_000, kind: .limit, side: .buy, price: 996, quantity: 1), in: flow.book)
    let found = calibration.contStoikovTalreja()
    // The asks show distance 2 only, at 1000, all of the time; the bids 4 for five seconds.
    #expect(found.first { $0.name == "limit_rate_4" }?.value == 0.2)
    #expect(found.first { $0.name == "limit_rate_2" }?.value == 0 && calibration.seconds == 10)
  }

  @Test(.enabled(if: RecordedFeedTests.hasData, "the recordings are not beside the repository"))
  func `a recorded day gives rates of the right size`() throws {
    var calibration = FlowCalibration()
    try calibration.observe(
      messages: RecordedFeedTests.lobster("AMZN", "message", 1),
      orderbook: RecordedFeedTests.lobster("AMZN", "orderbook", 1))
    #expect(calibration.counts.markets > 5_000 && abs(calibration.seconds - 23_399) < 3)
    let found = calibration.contStoikovTalreja()
    let mu = try #require(found.first { $0.name == "market_rate" })
    #expect(mu.value > 0.05 && mu.value < 0.5 && mu.count == calibration.counts.markets)
  }
}
