// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

struct AlmgrenChrissImpactTests {
  typealias Inputs = [(name: String, input: ParameterInput)]

  static let conditions = ImpactConditions(
    volatility: 0.02, volume: 10_000, liquidity: 1, price: 50, resolution: .days(1))

  static let paper: Inputs = [
    ("units", .text("absolute")), ("gamma", .number(2.5e-7)), ("eta", .number(2.5e-6)),
    ("epsilon", .number(0.0625)),
  ]

  @Test func `a trade pays the fixed and the temporary cost and moves later prices for good`() throws {
    var model = try make(AlmgrenChrissImpact.self, Self.paper)
    let first = model.apply(-200_000, in: Self.conditions)
    #expect(abs(first.temporary + (0.0625 + 0.5) / 50) < 1e-15)
    #expect(abs(first.lasting + 0.05 / 50) < 1e-15)
    // The next one meets 49.95 and pays the same dollars.
    var later = Self.conditions
    later.price = 50 * (1 + model.displacement)
    let second = model.apply(-200_000, in: later)
    #expect(abs(second.temporary * later.price + 0.5625) < 1e-13)
    #expect(abs(model.displacement + 0.1 / 50) < 1e-15)
  }

  @Test func `relative units are multiples of a day's volatility at a day's volume`() throws {
    var minute = Self.conditions
    minute.resolution = .minutes(1)
    // 1 of 10,000 a day, at 1,440 a day.
    let quote = try make(AlmgrenChrissImpact.self).quote(1, in: minute)
    #expect(abs(quote.temporary - 0.357 * 0.02 * 0.144) < 1e-15)
    #expect(abs(quote.lasting - 0.314 * 0.02 * 1e-4) < 1e-18)
    let hour = try make(AlmgrenChrissImpact.self, [("tau", .text("1 h"))]).quote(1, in: minute)
    #expect(abs(hour.temporary - 0.357 * 0.02 * 0.0024) < 1e-15)
    let steps = try make(AlmgrenChrissImpact.self, [("tau", .number(60))]).quote(1, in: minute)
    #expect(abs(steps.temporary - hour.temporary) < 1e-17)
  }

  @Test(arguments: [0.0, 1e-4], [0.0, -60, 400])
  func `the law is odd, zero at zero and never falls with size`(epsilon: Double, before: Double) throws {
    let fresh = try make(AlmgrenChrissImpact.self, [("epsilon", .number(epsilon))])
    var (model, mirror) = (fresh, fresh)
    model.apply(before, in: Self.conditions)
    #expect(model.quote(0, in: Self.conditions) == .zero)
    var last = ImpactQuote.zero
    var size = 1e-9
    while size < 1e4 {
      let (buy, sell) = (model.quote(size, in: Self.conditions), model.quote(-size, in: Self.conditions))
      #expect(abs(buy.temporary + sell.temporary) < 1e-15 * max(1, buy.temporary))
      #expect(abs(buy.lasting + sell.lasting) < 1e-15 * max(1, buy.lasting))
      #expect(buy.temporary >= last.temporary && buy.lasting >= last.lasting)
      #expect(buy.temporary >= epsilon / (1 + model.displacement) && buy.lasting >= 0)
      last = buy
      size *= 1.7
    }
    // A mirrored past gives mirrored prices: what is paid, as a fraction of the mid without us, is odd.
    mirror.apply(-before, in: Self.conditions)
    let (a, b) = (model.quote(30, in: Self.conditions), mirror.quote(-30, in: Self.conditions))
    #expect(
      abs(a.temporary * (1 + model.displacement) + b.temporary * (1 + mirror.displacement)) < 1e-14)
  }

  @Test(arguments: ["relative", "absolute"], [0, 1, 2, 3, 4, 5])
  func `a round trip never earns, not even where it is nearly free`(units: String, seed: UInt64) throws {
    var numbers = TestNumbers(seed + 3)
    for _ in 0..<100 {
      let gamma = units == "relative" ? 0.3 : 1e-5
      // η from its least value on; with τ in steps, even below it.
      let eta = 0.5 * gamma * (seed == 5 ? 0.1 : 1 + (seed == 0 ? 0 : numbers.next()))
      var inputs: Inputs = [("units", .text(units)), ("gamma", .number(gamma)), ("eta", .number(eta))]
      if seed < 5 { inputs.append(("tau", .text("1 d"))) }
      var model = try make(AlmgrenChrissImpact.self, inputs)
      var (position, cost) = (0.0, 0.0)
      func trade(_ quantity: Double) {
        var conditions = Self.conditions
        conditions.price = 50 * (1 + model.displacement)
        let quote = model.apply(quantity, in: conditions)
        cost += quantity * (conditions.price * (1 + quote.temporary) - 50)
        position += quantity
      }
      for _ in 0..<(1 + numbers.below(12)) {
        trade((numbers.next() - 0.5) * (numbers.next() < 0.3 ? 1 : 1000))
        model.decay(steps: numbers.below(40), resolution: .days(1))
      }
      trade(-position)
      #expect(abs(position) < 1e-9)
      #expect(cost >= -1e-9)
    }
  }

  @Test func `what would make round trips earn is refused`() throws {
    let inputs: Inputs = [("gamma", .number(2)), ("eta", .number(0.9)), ("tau", .text("1 d"))]
    let error = #expect(throws: MMSError.self) { try make(AlmgrenChrissImpact.self, inputs) }
    #expect(error?.code == .invalidValue && error?.message.contains("price manipulation") == true)
    #expect(error?.hint?.contains("1.0") == true)
    _ = try make(
      AlmgrenChrissImpact.self, [("gamma", .number(2)), ("eta", .number(1)), ("tau", .text("1 d"))])
    for name in ["gamma", "eta"] {
      let rest = Self.paper.filter { $0.name != name }
      let error = #expect(throws: MMSError.self) { try make(AlmgrenChrissImpact.self, rest) }
      #expect(error?.path == name)
    }
    for bad in [("gamma", ParameterInput.number(-1)), ("tau", .text("0 d")), ("units", .text("bps"))] {
      #expect(throws: MMSError.self) { _ = try make(AlmgrenChrissImpact.self, [bad]) }
    }
  }

  @Test func `a displacement stays, and is gone only when traded back`() throws {
    var model = try make(AlmgrenChrissImpact.self)
    model.apply(0.1 + 0.2, in: Self.conditions)
    let before = model.displacement
    model.decay(steps: 100_000, resolution: .minutes(1))
    var preview = [Double](repeating: 0, count: 9)
    var span = preview.mutableSpan
    model.decay(resolution: .minutes(1), into: &span)
    #expect(model.displacement == before && preview.allSatisfy { $0 == before } && !model.isIdle)
    model.apply(-0.1, in: Self.conditions)
    model.apply(-0.2, in: Self.conditions)
    #expect(model.isIdle)
    model.apply(5, in: Self.conditions)
    model.begin(PathContext(seed: 1, path: 0, isCentral: false))
    #expect(model.isIdle)
  }

  @Test func `prices stay positive whatever is sold`() throws {
    var model = try make(AlmgrenChrissImpact.self)
    for _ in 0..<5 { model.apply(-1e9, in: Self.conditions) }
    #expect(model.displacement > -1)
    let quote = model.quote(-1e9, in: Self.conditions)
    #expect(model.displacement == -0.99 && quote.temporary.isFinite)
  }

  @Test func `unknown volume or volatility means no relative impact, thin liquidity more`() throws {
    let model = try make(AlmgrenChrissImpact.self)
    var other = Self.conditions
    other.volume = 0
    #expect(model.quote(3, in: other) == .zero)
    other = Self.conditions
    other.liquidity = 0.25
    for inputs in [[], Self.paper] {
      let model = try make(AlmgrenChrissImpact.self, inputs)
      let (thin, full) = (model.quote(3, in: other), model.quote(3, in: Self.conditions))
      #expect(abs(thin.temporary / full.temporary - 4) < 1e-12)
      #expect(abs(thin.lasting / full.lasting - 4) < 1e-12)
    }
    #expect(!model.isNone)
    #expect(try make(AlmgrenChrissImpact.self, [("gamma", .number(0)), ("eta", .number(0))]).isNone)
  }

  @Test(arguments: ["buy", "sell"], [1, 3, 10, 40])
  func `an execution on a flat market costs the closed form to 12 digits`(side: String, slices: Int) throws {
    var run = ExecutionRun(market: ExecutionRun.flat(41, price: 50, volume: 1e12))
    run.resolution = .days(1)
    run.impact = try make(AlmgrenChrissImpact.self, Self.paper)
    let strategy = try make(
      TWAPStrategy.self,
      [("quantity", .number(1e6)), ("slices", .number(Double(slices))), ("side", .text(side))])
    run.execution.initialEquity = 1e12
    let result = try run.result(strategy)
    let trade = 1e6 / Double(slices)
    let cost =
      0.5 * 2.5e-7 * 1e12 + 0.0625 * 1e6 + (2.5e-6 - 1.25e-7) * Double(slices) * trade * trade
    #expect(abs(result.costs.total / cost - 1) < 1e-12)
    #expect(abs(result.shortfall.ratio - cost / 5e7) < 1e-12)
    // All of the permanent move and the last trade's temporary one.
    let temporary = (0.0625 + 2.5e-6 * trade) / 50
    let displaced = (result.fills.first?.side.sign ?? 0) * (0.25 - 2.5e-7 * trade) / 50
    #expect(abs(result.priceImpact.ratio - (0.005 + temporary / (1 + displaced))) < 1e-12)
  }

  @Test func `the reference output is met`() throws {
    var rows: [[Double]] = []
    for (number, inputs) in [Self.paper, []].enumerated() {
      var model = try make(AlmgrenChrissImpact.self, inputs)
      var numbers = TestNumbers(5)
      for step in 0..<60 {
        var conditions = Self.conditions
        conditions.resolution = .minutes(1)
        conditions.liquidity = 0.3 + 0.7 * numbers.next()
        conditions.price = 50 * (1 + model.displacement)
        let quantity = step % 3 == 0 ? (numbers.next() - 0.5) * 200 : 0
        let quote = model.apply(quantity, in: conditions)
        rows.append([
          Double(number), Double(step), conditions.liquidity, quantity, quote.temporary, quote.lasting,
          model.displacement,
        ])
        model.decay(steps: 1, resolution: .minutes(1))
      }
    }
    try checkReference(
      "Impact/AlmgrenChriss",
      header: ["case", "step", "liquidity", "quantity", "temporary", "lasting", "displacement"], rows: rows)
  }
}
