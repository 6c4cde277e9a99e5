// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSPluginHost
import Testing

@Suite(.enabled(if: CompiledFunctions.hasCompiler, "there is no C compiler here"))
struct FunctionModelTests {
  static let source = """
    double linear(double quantity, double volatility, double adv, double liquidity, double temporary) {
      return temporary * (volatility / liquidity) * (quantity / adv); }
    double bad(double quantity) { return quantity > 5 ? NAN : 0; }
    double reach(double limit, double low, double side) { return side > 0 && low <= limit ? 0.5 : 0.25; }
    void widen(int64_t rows, const double *stress, double *half_spread, double factor) {
      for (int64_t i = 0; i < rows; i++) half_spread[i] *= factor + stress[i]; }
    """
  static let linear = """
    function: "double linear(double quantity, double volatility, double adv, double liquidity, double temporary)"
    bind: {quantity: order.quantity, volatility: market.volatility, adv: market.adv, liquidity: market.liquidity, temporary: param.temporary}
    result: {unit: fraction, range: [0, 0.5]}
    tests: [{bind: {quantity: 10000, volatility: 0.02, adv: 1000000, liquidity: 0.5, temporary: 1}, expect: 0.0004}]
    """
  static let temporary = ParameterSchema("temporary", minimum: 0, default: .number(1), "Size.")
  private let conditions = ImpactConditions(
    volatility: 0.02, volume: 1e6, liquidity: 1, price: 100, resolution: .minutes(1))
  private let context = PathContext(seed: 1, path: 0, isCentral: true)

  @Test func `a run with the linear law as a function equals the built-in, to the bit`() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(Self.linear, kind: .impact, parameters: [Self.temporary])
    let foreign = try FunctionImpactModel(function, parameters: function.values([("temporary", .number(3))]))
    let native = try LinearImpact(
      ParameterResolver.resolve(
        [("permanent", .number(0)), ("temporary", .number(3))], schema: LinearImpact.descriptor.parameters,
        owner: "linear", path: ""))
    let (a, b) = (try run(foreign), try run(native))
    #expect(a.fills.count == 40)
    #expect(a.fills.map(\.price.bitPattern) == b.fills.map(\.price.bitPattern))
    #expect(a.finalEquity.bitPattern == b.finalEquity.bitPattern)
    #expect(a.finalEquity != 1e7)
  }

  @Test
  func `impact is odd, what lasts fades by half in a half-life, and a round trip in one step earns nothing`()
    throws
  {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(Self.linear, kind: .impact, parameters: [Self.temporary])
    var model = try FunctionImpactModel(
      function, parameters: function.values([("lasting", .number(0.5)), ("halfLife", .text("10 min"))]))
    model.begin(context)
    let (buy, sell) = (model.quote(1000, in: conditions), model.quote(-1000, in: conditions))
    #expect(buy.temporary == -sell.temporary)
    #expect(buy.temporary == 0.02 * 0.001)
    #expect(buy.lasting == buy.temporary / 2)
    let first = model.apply(1000, in: conditions)
    let displaced = 1 + model.displacement
    let second = model.apply(-1000, in: conditions)
    #expect(abs(displaced * (1 + second.temporary) - (1 + first.temporary)) < 1e-15)
    #expect(model.displacement == 0)
    model.begin(context)
    model.apply(1000, in: conditions)
    let start = model.displacement
    var preview = [Double](repeating: 0, count: 10)
    var span = preview.mutableSpan
    model.decay(resolution: .minutes(1), into: &span)
    model.decay(steps: 10, resolution: .minutes(1))
    #expect(preview[9].bitPattern == model.displacement.bitPattern)
    #expect(abs(model.displacement / start - 0.5) < 1e-12)
  }

  @Test func `a result that is no number fails the path and names its arguments`() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(
      """
      function: "double bad(double quantity)"
      bind: {quantity: order.quantity}
      result: {unit: fraction, range: [0, 1]}
      tests: [{bind: {quantity: 1}, expect: 0}]
      """, kind: .impact)
    var model = try FunctionImpactModel(function, parameters: function.values())
    var other = try model.makeInstance()
    model.begin(context)
    #expect(model.apply(10, in: conditions) == .zero)
    let message = model.failure?.message ?? ""
    for words in ["plugin demo, model impact/CFunction-v1", "function 'bad'", "nan", "quantity = 10.0"] {
      #expect(message.contains(words), "\(message)")
    }
    #expect(other.failure == nil)
    other.begin(context)
    let error = fault { _ = try run(model) }
    #expect(error?.code == .modelFailed)
  }

  @Test func `a result outside its range fails the path`() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(Self.linear, kind: .impact, parameters: [Self.temporary])
    var model = try FunctionImpactModel(function, parameters: function.values())
    model.begin(context)
    _ = model.quote(1e9, in: conditions)
    #expect(model.failure?.message.contains("outside its range [0.0, 0.5]") == true)
  }

  @Test func `a fill function is a probability, drawn by step and side`() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(
      """
      function: "double reach(double limit, double low, double side)"
      bind: {limit: order.limit_price, low: market.low, side: order.side}
      result: {unit: probability, range: [0, 1]}
      tests: [{bind: {limit: 100, low: 99, side: 1}, expect: 0.5}]
      """, kind: .fill)
    let model = try FunctionFillModel(function, parameters: function.values())
    var block = MarketBlock(count: 1)
    (block.open[0], block.high[0], block.low[0], block.mid[0]) = (100, .nan, .nan, 100)
    let row = MarketRow(block, row: 0)
    let random = context.random(.fill)
    var filled = 0
    for step in 0..<200 {
      let query = FillQuery(
        side: .buy, limitPrice: 100, remaining: 4, queueAhead: .nan, isMarketable: false, available: 2,
        consumed: 0,
        tick: 0.01, resolution: .minutes(1), step: step, order: 1)
      let decision = model.fill(query, in: row, random: random)
      #expect(decision.probability == 0.25)
      #expect(decision.quantity == (random.uniform(step: Int64(step), lane: 0) < 0.5 ? 2 : 0))
      filled += decision.quantity > 0 ? 1 : 0
      var taking = query
      taking.isMarketable = true
      #expect(model.fill(taking, in: row, random: random).quantity == 2)
    }
    #expect((60...140).contains(filled))
    #expect(model.failure == nil)
  }

  @Test func `a scenario function rewrites columns in place, however the rows are split`() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(
      """
      function: "void widen(int64_t rows, const double *stress, double *half_spread, double factor)"
      bind: {rows: block.rows, stress: market.stress, half_spread: market.half_spread, factor: param.factor}
      tests: [{bind: {rows: 2, stress: [0, 1], half_spread: [0.1, 0.1], factor: 2}, expect: [0.2, 0.3], rtol: 1e-12}]
      """, kind: .scenario, parameters: [ParameterSchema("factor", default: .number(2), "Factor.")])
    func market(_ splits: [Range<Int>], factor: Double = 2) throws -> [Double] {
      var model = try FunctionScenarioModel(
        function, parameters: function.values([("factor", .number(factor))]))
      var block = MarketBlock(count: 64)
      for row in block.rows {
        (block.open[row], block.high[row], block.low[row], block.mid[row]) = (100, 101, 99, 100)
        block.halfSpread[row] = 1e-4 * Double(1 + row)
        block.stress[row] = Double(row) / 64
      }
      for rows in splits {
        try model.advance(&block, rows: rows, flow: OwnFlow(), random: context.random(.scenario))
      }
      return block.halfSpread
    }
    let whole = try market([0..<64])
    #expect(whole[32] == 1e-4 * 33 * 2.5)
    #expect(try market([0..<1, 1..<17, 17..<64]) == whole)
    let error = fault { _ = try market([0..<64], factor: -5) }
    #expect(error?.message.contains("wrote half_spread = ") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("at step 0") == true)
  }

  @Test func `a fill function may be the share that fills`() throws {
    let library = try CompiledFunctions(
      "double share(double size, float volume, int32_t lots) { return volume / size / lots; }")
    let yaml = """
      function: "double share(double size, float volume, int32_t lots)"
      bind: {size: order.remaining, volume: market.volume, lots: param.lots}
      result: {unit: fraction}
      tests: [{bind: {size: 4, volume: 2, lots: 2}, expect: 0.25}]
      """
    let function = try library.function(
      yaml, kind: .fill, parameters: [ParameterSchema("lots", .integer, default: .integer(2), "Lots.")])
    let model = try FunctionFillModel(function, parameters: function.values())
    var block = MarketBlock(count: 1)
    (block.open[0], block.mid[0], block.volume[0]) = (100, 100, 4)
    func query(_ remaining: Double) -> FillQuery {
      FillQuery(
        side: .sell, limitPrice: 101, remaining: remaining, queueAhead: 0, isMarketable: false,
        available: 1.5,
        consumed: 0, tick: 0.01, resolution: .minutes(1), step: 9, order: 1)
    }
    let row = MarketRow(block, row: 0)
    #expect(model.fill(query(8), in: row, random: context.random(.fill)).quantity == 1.5)
    // 4 ÷ 1 ÷ 2 is more than all of it.
    #expect(model.fill(query(1), in: row, random: context.random(.fill)).quantity == 0)
    #expect(model.failure?.message.contains("at step 9") == true)
    let error = fault { _ = try library.function(yaml, kind: .fill) }
    #expect(error?.message.contains("the model declares no parameter 'lots'") == true)
  }

  @Test func `a factory runs the test rows and makes a model`() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(
      Self.linear.replacingWord("expect: 0.0004", "expect: 0.0005"), kind: .impact,
      parameters: [Self.temporary],
      verify: false)
    guard case .impact(let make) = function.factory else {
      Issue.record("not an impact model")
      return
    }
    #expect(fault { _ = try make(function.values()) }?.message.contains("test row 1") == true)
  }

  private func run(_ impact: any ImpactModel) throws -> PathResult {
    var bars = BarSeries(symbol: "TEST", resolution: .minutes(1), source: "test")
    for row in 0..<400 {
      let price = 100 + Double(row % 7)
      bars.append(
        time: Int64(row + 1) * 60_000_000_000, open: price, high: price + 1, low: price - 1,
        close: price + 0.5,
        volume: 1000 + Double(row))
    }
    let none = Calibration(baseSlippage: 0, volatilityFactor: 1, liquidityFactor: 1)
    func values(_ schema: [ParameterSchema]) throws -> ParameterValues {
      try ParameterResolver.resolve([], schema: schema, owner: "", path: "")
    }
    var plan = try RunPlan(
      base: BaseMarket(bars: bars, warmUpRows: 0, tick: 0),
      context: MarketContext(
        symbol: "TEST", resolution: .minutes(1), steps: 400,
        stress: StressRatios(scenario: none, normal: none)),
      scenario: HistoryScenario(values(HistoryScenario.descriptor.parameters)),
      fill: TouchFill(values(TouchFill.descriptor.parameters)), impact: impact, strategy: EveryTenth(),
      execution: ExecutionSettings(
        initialEquity: 1e7, takerFee: 0, makerFee: 0, latency: .constant(.seconds(0)), volumeCap: 1), seed: 7,
      isCentral: true)
    plan.recordsFills = true
    var runner = try PathRunner(plan)
    return try runner.run(path: 0)
  }
}

/// Buys and sells in turn, every ten steps.
private struct EveryTenth: Strategy {
  var descriptor: ModelDescriptor {
    ModelDescriptor(
      id: "every_tenth", kind: .strategy, summary: "", equations: "", source: "", parameters: [])
  }

  mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink
  ) {
    let step = market.firstStep + row
    guard step % 10 == 3 else { return }
    orders.submit(OrderRequest(step % 20 == 3 ? .buy : .sell, quantity: 100 + Double(step % 3)))
  }
}
