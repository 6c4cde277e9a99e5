// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost
import Testing

@Suite(
  "Batch forms of bare functions", .enabled(if: CompiledFunctions.hasCompiler, "there is no C compiler here"))
struct FunctionBatchTests {
  static let source = """
    static int calls = 0;
    double root(double quantity, double volatility, double adv) { return 0.7 * volatility * sqrt(fabs(quantity) / adv); }
    void root_n(int64_t n, const double *quantity, const double *volatility, const double *adv, double *out) {
      calls++;
      for (int64_t i = 0; i < n; i++) out[i] = root(quantity[i], volatility[i], adv[i]); }
    void count(int64_t rows, double *stress) { for (int64_t i = 0; i < rows; i++) stress[i] = calls; }
    double share(double remaining, double volume) { return remaining > 90 ? NAN : fmin(1, 0.1 * volume / remaining); }
    void share_n(int64_t n, const double *remaining, const double *volume, double *out) {
      for (int64_t i = 0; i < n; i++) out[i] = share(remaining[i], volume[i]); }
    void late_n(int64_t n, const double *remaining, const double *volume, double *out) {
      for (int64_t i = 0; i < n; i++) out[i] = share(remaining[i], volume[i]) * (i == 9 ? 1 + 0x1p-52 : 1); }
    void sum(int64_t rows, const double *mid, double *volume) {
      double all = 0; for (int64_t i = 0; i < rows; i++) { all += mid[i]; volume[i] = all; } }
    """
  static let impact = """
    function: "double root(double quantity, double volatility, double adv)"
    batch: "void root_n(int64_t n, const double *quantity, const double *volatility, const double *adv, double *out)"
    bind: {quantity: order.quantity, volatility: {from: market.volatility, unit: per_root_day}, adv: market.adv}
    result: {unit: fraction, range: [0, 1]}
    tests: [{bind: {quantity: 10000, volatility: 0.02, adv: 1000000}, expect: 0.0014}]
    """
  static let fill = """
    function: "double share(double remaining, double volume)"
    batch: "void share_n(int64_t n, const double *remaining, const double *volume, double *out)"
    bind: {remaining: order.remaining, volume: market.volume}
    result: {unit: probability}
    tests: [{bind: {remaining: 4, volume: 2}, expect: 0.05}]
    """
  private let context = PathContext(seed: 5, path: 0, isCentral: true)

  private func withoutBatch(_ yaml: String) -> String {
    yaml.split(separator: "\n").filter { !$0.hasPrefix("batch") }.joined(separator: "\n")
  }

  @Test("Impact of several orders in one step has the same bits with and without a batch form, which is used")
  func impact() throws {
    let library = try CompiledFunctions(Self.source)
    let conditions = ImpactConditions(
      volatility: 0.031, volume: 1.7e6, liquidity: 1, price: 100, resolution: .minutes(1))
    func quotes(_ yaml: String) throws -> [UInt64] {
      let function = try library.function(yaml, kind: .impact)
      var model = try FunctionImpactModel(function, parameters: function.values([("lasting", .number(0.3))]))
      model.begin(context)
      var bits: [UInt64] = []
      for quantity in [1000.0, 250, -3000, 1e-5, 77, -77] {
        let quote = model.apply(quantity, in: conditions)
        bits += [quote.temporary.bitPattern, quote.lasting.bitPattern]
      }
      #expect(model.failure == nil)
      return bits
    }
    #expect(try quotes(Self.impact) == quotes(withoutBatch(Self.impact)))
    // The library counts: one call alone and one for many to verify, then one for each order after the first.
    let counter = unsafe try FunctionCaller(
      FunctionPrototype(parsing: "void count(int64_t rows, double *stress)"), symbol: library.symbol("count"))
    var count = [0.0]
    unsafe count.withUnsafeMutableBufferPointer { cells in
      _ = counter.set(0, to: 1)
      unsafe counter.set(1, to: cells.baseAddress)
      _ = counter.call()
    }
    #expect(count == [2 + 5])
  }

  @Test("Orders asked together are decided as one by one, and the first without an answer is the one named")
  func fills() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(Self.fill, kind: .fill)
    var block = MarketBlock(count: 1)
    (block.open[0], block.mid[0], block.volume[0], block.bidDepth[0]) = (100, 100, 33, 7)
    let row = MarketRow(block, row: 0)
    func query(_ index: Int, _ remaining: Double) -> FillQuery {
      FillQuery(
        side: index % 3 == 0 ? .sell : .buy, limitPrice: 100, remaining: remaining,
        queueAhead: index % 2 == 0 ? .nan : 3,
        isMarketable: index % 5 == 4, available: 2, consumed: 0, tick: 0.01, resolution: .minutes(1),
        step: 12,
        order: index)
    }
    func decide(_ queries: [FillQuery], together: Bool) throws -> ([FillDecision], String?) {
      let model = try FunctionFillModel(function, parameters: function.values())
      var decisions = queries.map { _ in FillDecision.none(queueAhead: -1) }
      if together {
        var span = decisions.mutableSpan
        model.fill(queries.span, in: row, random: context.random(.fill), into: &span)
      } else {
        for (index, query) in queries.enumerated() {
          decisions[index] = model.fill(query, in: row, random: context.random(.fill))
        }
      }
      return (decisions, model.failure?.message)
    }
    for count in [1, 2, 31] {
      let queries = (0..<count).map { query($0, 1 + Double($0)) }
      #expect(try decide(queries, together: true).0 == decide(queries, together: false).0)
    }
    let broken = (0..<12).map { query($0, $0 == 6 || $0 == 8 ? 90 + Double($0) : 5) }
    let (together, alone) = (try decide(broken, together: true), try decide(broken, together: false))
    #expect(together.1?.contains("remaining = 96.0") == true)
    #expect(together.1 == alone.1)
    #expect(together.0[..<6] == alone.0[..<6])
    #expect(together.0[6].quantity == 0)
  }

  @Test("A batch form that differs in the last bit of one element is refused when it is loaded")
  func wrongBatch() throws {
    let library = try CompiledFunctions(Self.source)
    let error = fault {
      _ = try library.function(Self.fill.replacingWord("share_n(", "late_n("), kind: .fill)
    }
    #expect(error?.message.contains("'late_n' gives 0.05") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("as element 9 of 19") == true)
    #expect(error?.location?.line == 5)
  }

  @Test("A column function that keeps something from row to row is refused when it is loaded")
  func split() throws {
    let library = try CompiledFunctions(Self.source)
    let error = fault {
      _ = try library.function(
        """
        function: "void sum(int64_t rows, const double *mid, double *volume)"
        bind: {rows: block.rows, mid: market.mid, volume: market.volume}
        tests: [{bind: {rows: 3, mid: [1, 2, 3]}, expect: {volume: [1, 3, 6]}}]
        """, kind: .scenario)
    }
    #expect(error?.message.contains("'volume' in row 1 is 3.0 in one call for 3 rows, and 2.0") == true)
  }

  @Test("Columns without a count of rows are refused")
  func countless() {
    let error = fault {
      _ = try specification(
        """
        function: "void sum(const double *mid, double *volume)"
        bind: {mid: market.mid, volume: market.volume}
        tests: [{bind: {mid: [1, 2, 3]}, expect: {volume: [1, 3, 6]}}]
        """, kind: .scenario)
    }
    #expect(error?.message.contains("bound to block.rows") == true)
    #expect(error?.location?.line == 2)
  }
}
