// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// Measures two pieces of work turn by turn, so that both see the same machine.
enum Turns {
  /// Something that handles a number of elements each time.
  struct Work {
    /// Elements of one run.
    let elements: Int
    /// Does it once; what it returns depends on all of it.
    let run: () throws(MMSError) -> Double
  }

  /// Runs both until each has had half a second, at least 15 turns of a millisecond.
  static func measure(
    _ plugin: Work, beside builtIn: Work, size: Int
  ) throws(MMSError) -> PluginBench.Reading {
    let repeats = try (turns(plugin), turns(builtIn))
    var times: [(plugin: Double, builtIn: Double)] = []
    let clock = ContinuousClock()
    let began = clock.now
    while times.count < 15 || (clock.now - began < .seconds(1) && times.count < 400) {
      // Who goes first changes, so that neither always finds the caches of the other.
      if times.count & 1 == 0 {
        let first = try time(plugin, repeats.0)
        times.append((first, try time(builtIn, repeats.1)))
      } else {
        let first = try time(builtIn, repeats.1)
        times.append((try time(plugin, repeats.0), first))
      }
    }
    let ratios = times.map { $0.plugin / $0.builtIn }.sorted()
    return PluginBench.Reading(
      size: size, plugin: times.map(\.plugin).min() ?? .nan, builtIn: times.map(\.builtIn).min() ?? .nan,
      ratio: ratios[ratios.count / 2])
  }

  /// How often work has to be repeated to last a millisecond.
  private static func turns(_ work: Work) throws(MMSError) -> Int {
    var count = 1
    // The first run is longer than all others.
    keep(try work.run())
    while count < 1 << 20 {
      let took = try time(work, count) * Double(work.elements) * Double(count)
      if took > 1e6 { break }
      count *= took > 1e5 ? max(2, Int(1.2e6 / took)) : 8
    }
    return count
  }

  /// Nanoseconds for each element.
  private static func time(_ work: Work, _ repeats: Int) throws(MMSError) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var total = 0.0
    for _ in 0..<repeats { total += try work.run() }
    let took = (clock.now - start) / .nanoseconds(1)
    keep(total)
    return took / Double(repeats) / Double(max(1, work.elements))
  }

  /// Takes a value so that computing it is not left out.
  @_optimize(none) @inline(never)
  private static func keep(_ value: Double) {}
}

extension Turns.Work {
  /// A path in blocks: rows loaded, rewritten and guarded as the engine does it.
  static func scenario(
    _ model: any ScenarioModel, _ plan: RunPlan, _ size: Int
  ) throws(MMSError) -> Turns.Work {
    let own = try RunPlan(
      base: plan.base, context: plan.context, scenario: model, fill: plan.fill, impact: plan.impact,
      strategy: plan.strategy, execution: plan.execution, seed: plan.seed, isCentral: false)
    var model = try own.scenario.makeInstance()
    let stride = model.requirements.feedbackSteps ?? size
    let rows = (size + stride - 1) / stride * stride
    let steps = min(own.context.steps / rows, max(1, 4096 / rows)) * rows
    let path = PathContext(seed: own.seed, path: 1, isCentral: false)
    let random = path.random(.scenario)
    let base = own.base
    var block = MarketBlock(count: rows)
    return Turns.Work(elements: steps) { () throws(MMSError) in
      try model.begin(path)
      for first in Swift.stride(from: 0, to: steps, by: rows) {
        block.firstStep = first
        let source = base.warmUpRows + first
        block.copyRows(source..<source + rows, of: base.block, to: 0)
        for row in Swift.stride(from: 0, to: rows, by: stride) {
          let part = row..<row + stride
          try model.advance(&block, rows: part, flow: OwnFlow(), random: random)
          if let fault = block.fault(in: part) {
            throw MMSError(
              .modelFailed, "column '\(fault.column.rawValue)' is \(fault.value) at step \(first + fault.row)"
            )
          }
        }
      }
      return block.mid[rows - 1]
    }
  }

  /// Resting orders of one row, all in one call.
  static func fill(_ model: any FillModel, _ plan: RunPlan, _ size: Int) throws(MMSError) -> Turns.Work {
    let model = try model.makeInstance()
    let (block, first) = (plan.base.block, plan.base.warmUpRows)
    let random = RandomSource(seed: plan.seed, path: 0, role: .fill)
    let queries = (0..<size).map { index in
      let isBuy = index & 1 == 0
      return FillQuery(
        side: isBuy ? .buy : .sell, limitPrice: block.open[first] * (isBuy ? 0.9998 : 1.0002), remaining: 1,
        queueAhead: 0.1, isMarketable: false, available: 1, consumed: 0, tick: 0,
        resolution: plan.context.resolution, step: 0, order: index)
    }
    var decisions = [FillDecision](repeating: .none(queueAhead: 0), count: size)
    let rows = max(1, 1024 / size)
    return Turns.Work(elements: rows * size) { () throws(MMSError) in
      var filled = 0.0
      for row in first..<first + rows {
        var out = decisions.mutableSpan
        model.fill(queries.span, in: MarketRow(block, row: row), random: random, into: &out)
        filled += decisions[0].quantity
      }
      if let failure = model.failure { throw failure }
      return filled
    }
  }

  /// An execution, and the steps after it previewed and passed.
  static func impact(_ model: any ImpactModel, _ plan: RunPlan, _ size: Int) throws(MMSError) -> Turns.Work {
    var model = try model.makeInstance()
    let (block, first) = (plan.base.block, plan.base.warmUpRows)
    let resolution = plan.context.resolution
    var displacements = [Double](repeating: 0, count: size)
    let rows = max(1, 1024 / size)
    return Turns.Work(elements: rows * size) { () throws(MMSError) in
      model.begin(PathContext(seed: plan.seed, path: 0, isCentral: true))
      for row in first..<first + rows {
        let conditions = ImpactConditions(
          volatility: block.baseVolatility[row], volume: block.baseVolume[row], liquidity: 1,
          price: block.mid[row], resolution: resolution)
        model.apply(row & 3 < 2 ? 0.5 : -0.5, in: conditions)
        var out = displacements.mutableSpan
        model.decay(resolution: resolution, into: &out)
        model.decay(steps: size, resolution: resolution)
      }
      if let failure = model.failure { throw failure }
      return model.displacement + displacements[0]
    }
  }

  /// Rows shown to a strategy whose wishes nobody follows.
  static func strategy(_ model: any Strategy, _ plan: RunPlan, _ size: Int) throws(MMSError) -> Turns.Work {
    var model = try model.makeInstance()
    let base = plan.base
    let steps = min(plan.context.steps / size, max(1, 4096 / size)) * size
    let path = PathContext(seed: plan.seed, path: 0, isCentral: true)
    let account = Account(cash: plan.execution.initialEquity)
    var block = MarketBlock(count: size)
    var orders = OrderSink()
    return Turns.Work(elements: steps) { () throws(MMSError) in
      model.begin(path, context: plan.context)
      model.warmUp(base.block, rows: 0..<base.warmUpRows)
      var acts = 0.0
      for first in Swift.stride(from: 0, to: steps, by: size) {
        block.firstStep = first
        let source = base.warmUpRows + first
        block.copyRows(source..<source + size, of: base.block, to: 0)
        var row = 0
        while row < size {
          orders.removeAll()
          row = model.decide(block, rows: row..<size, account: account, orders: &orders) + 1
          if row <= size { acts += 1 }
        }
      }
      if let failure = model.failure { throw failure }
      return acts
    }
  }

  /// Bars of the first series, read anew each time.
  static func source(_ source: any DataSource, _ size: Int) throws(MMSError) -> Turns.Work {
    guard let series = try source.coverage().first else {
      throw MMSError(.noData, "\(source.name) holds no bars")
    }
    var request = BarRequest(
      symbol: series.symbol, resolution: series.resolution, source: series.source, start: series.start)
    request.end = series.start + SimDuration(nanoseconds: series.resolution.nanoseconds * Int64(size))
    let held = try source.bars(request).count
    return Turns.Work(elements: held) { () throws(MMSError) in try source.bars(request).close[0] }
  }
}
