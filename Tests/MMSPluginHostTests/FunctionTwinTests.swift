// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSPluginHost
import Testing

/// A model written twice, compiled in and as a C function, gives the same bytes over a whole run.
@Suite(
  "Models written twice", .enabled(if: CompiledFunctions.hasCompiler, "there is no C compiler here"))
struct FunctionTwinTests {
  private static let source = """
    double touch(double limit, double low, double high, double side) {
      return (side > 0 ? limit - low : high - limit) >= 0; }
    void dry(int64_t rows, int64_t first, const double *base_volume, double *half_spread, double *bid_depth) {
      for (int64_t i = 0; i < rows; i++) {
        double wave = 1 + 0.25 * ((first + i) % 5);
        half_spread[i] = 0.0001 * wave + half_spread[i] / 3;
        bid_depth[i] = base_volume[i] / (1440 * wave); } }
    """

  private func values(_ schema: [ParameterSchema]) throws -> ParameterValues {
    try ParameterResolver.resolve([], schema: schema, owner: "", path: "")
  }

  private func run(fill: any FillModel, scenario: any ScenarioModel) throws -> PathResult {
    var bars = BarSeries(symbol: "TEST", resolution: .minutes(1), source: "test")
    for row in 0..<600 {
      let price = 100 + Double(row % 7) - Double(row % 11) / 2
      bars.append(
        time: Int64(row + 1) * 60_000_000_000, open: price, high: price + 1, low: price - 1,
        close: price + 0.5, volume: 1000 + Double(row))
    }
    let none = Calibration(baseSlippage: 0, volatilityFactor: 1, liquidityFactor: 1)
    var plan = try RunPlan(
      base: BaseMarket(bars: bars, warmUpRows: 0, tick: 0),
      context: MarketContext(
        symbol: "TEST", resolution: .minutes(1), steps: 600,
        stress: StressRatios(scenario: none, normal: none)),
      scenario: scenario, fill: fill, impact: NoImpact(values(NoImpact.descriptor.parameters)),
      strategy: Quoter(),
      execution: ExecutionSettings(
        initialEquity: 1e6, takerFee: 0.001, makerFee: 0.0005, latency: .constant(.seconds(0)),
        volumeCap: 0.01),
      seed: 7, isCentral: true)
    plan.recordsFills = true
    var runner = try PathRunner(plan)
    return try runner.run(path: 0)
  }

  private func expectSame(_ a: PathResult, _ b: PathResult) {
    #expect(a.fills.count > 20)
    #expect(a.fills.count == b.fills.count)
    #expect(a.fills.map(\.price.bitPattern) == b.fills.map(\.price.bitPattern))
    #expect(a.fills.map(\.quantity.bitPattern) == b.fills.map(\.quantity.bitPattern))
    #expect(a.finalEquity.bitPattern == b.finalEquity.bitPattern)
    #expect(a.maxDrawdown.bitPattern == b.maxDrawdown.bitPattern)
    #expect(a.fillProbability == b.fillProbability)
    #expect(a.finalEquity != 1e6)
  }

  @Test("Filling at the touch")
  func fill() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(
      """
      function: "double touch(double limit, double low, double high, double side)"
      bind: {limit: order.limit_price, low: market.low, high: market.high, side: order.side}
      result: {unit: fraction}
      tests:
        - {bind: {limit: 99, low: 99, high: 101, side: 1}, expect: 1}
        - {bind: {limit: 102, low: 99, high: 101, side: -1}, expect: 0}
      """, kind: .fill)
    let history = try HistoryScenario(values(HistoryScenario.descriptor.parameters))
    expectSame(
      try run(fill: FunctionFillModel(function, parameters: function.values()), scenario: history),
      try run(fill: TouchFill(values(TouchFill.descriptor.parameters)), scenario: history))
  }

  @Test("Rewriting spread and depth")
  func scenario() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(
      """
      function: "void dry(int64_t rows, int64_t first, const double *base_volume, double *half_spread, double *bid_depth)"
      bind:
        rows: block.rows
        first: block.first_step
        base_volume: market.base_volume
        half_spread: market.half_spread
        bid_depth: market.bid_depth
      tests:
        - bind: {rows: 2, first: 4, base_volume: [1440, 2880], half_spread: [0.0003, 0.0006], bid_depth: [9, 9]}
          expect: {half_spread: [0.0003, 0.0003], bid_depth: [0.5, 2]}
      """, kind: .scenario)
    let touch = try TouchFill(values(TouchFill.descriptor.parameters))
    expectSame(
      try run(fill: touch, scenario: FunctionScenarioModel(function, parameters: function.values())),
      try run(fill: touch, scenario: Dry()))
  }
}

/// The C function `dry` in Swift.
private struct Dry: ScenarioModel {
  var descriptor: ModelDescriptor {
    ModelDescriptor(
      id: "scenario/Dry-v1", kind: .scenario, summary: "", equations: "", source: "", parameters: [])
  }

  func makeInstance() throws(MMSError) -> Dry { self }

  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    for row in rows {
      let wave = 1 + 0.25 * Double((block.firstStep + row) % 5)
      block.halfSpread[row] = 0.0001 * wave + block.halfSpread[row] / 3
      block.bidDepth[row] = block.baseVolume[row] / (1440 * wave)
    }
  }
}

/// Rests a bid and an offer around the mid, and crosses the spread now and then.
private struct Quoter: Strategy {
  var descriptor: ModelDescriptor {
    ModelDescriptor(id: "quoter", kind: .strategy, summary: "", equations: "", source: "", parameters: [])
  }

  mutating func decide(
    _ market: borrowing MarketBlock, row: Int, account: borrowing Account, orders: inout OrderSink
  ) {
    let step = market.firstStep + row
    let mid = market.mid[row]
    if step % 9 == 2 {
      orders.submit(OrderRequest(.buy, .limit, quantity: 3, price: mid - 0.75, timeToLive: 4))
      orders.submit(OrderRequest(.sell, .limit, quantity: 2.5, price: mid + 0.75, timeToLive: 4))
    }
    if step % 50 == 7 { orders.submit(OrderRequest(.buy, quantity: 1)) }
  }
}
