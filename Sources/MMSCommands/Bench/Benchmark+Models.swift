// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import MMSReference
import MMSRuntime

extension Benchmark {
  /// One benchmark for every built-in model, `model/` and the end of its id.
  ///
  /// With default parameters where they fit the bundled month.
  static var models: [Benchmark] {
    var registry = ModelRegistry()
    // Ids are unique: a second registration is a bug that the tests of the registry catch.
    guard (try? BuiltInModels.register(in: &registry)) != nil else { return [] }
    // Order flow is measured with the book it meets.
    return registry.entries.filter { $0.descriptor.kind != .flow }.map { entry in
      let id = entry.descriptor.id
      let name = "model/\(id.split(separator: "/").last.map(String.init) ?? id)"
      return Benchmark(name: name) { (bench) throws(MMSError) in
        let plan = try bench.plan(scenario: "normal")
        // A fit that the bundled month does not allow is no reason not to measure the model.
        let inputs: [(name: String, input: ParameterInput)] =
          id == "scenario/OrnsteinUhlenbeck-v1" ? [("kappa", .number(1))] : []
        let values = try ParameterResolver.resolve(
          inputs, schema: entry.descriptor.parameters, owner: "model '\(id)'", path: "params")
        switch entry.factory {
        case .scenario(let make): return try generate(plan, try make(values))
        case .fill(let make): return try ask(plan, try make(values))
        case .impact(let make): return try push(plan, try make(values))
        case .strategy(let make): return try trade(plan, try make(values))
        case .flow, .source:
          throw MMSError(.internal, "'\(id)' is not measured by itself")
        }
      }
    }
  }

  /// Many short paths side by side, one thread: path-steps in a second.
  static var avellanedaStoikov: Benchmark {
    Benchmark(name: "montecarlo/avellaneda_stoikov") { (_) throws(MMSError) in
      let paths = 1000
      let plan = try AvellanedaStoikovExperiment.plan(isSkewed: true, seed: 1)
      guard let lanes = LaneRunner(plan) else {
        throw MMSError(.internal, "the published example does not run side by side")
      }
      // The row of the start is no step of the experiment's.
      let pathSteps = paths * (plan.context.steps - 1)
      let reading = try Stopwatch.nanoseconds(per: pathSteps, "path-step") { () throws(MMSError) in
        sink(try lanes.run(paths: opaque(0)..<paths))
      }
      return Reading(
        value: (1e9 / reading.value).rounded(), unit: "path-steps/s",
        detail:
          "one core, \(paths) paths of \(plan.context.steps - 1) steps; \(Figures.plain(reading.value, 2))"
          + " ns/path-step; " + reading.detail)
    }
  }

  /// A whole path written over the recorded one, in blocks as the engine does it.
  private static func generate(_ plan: RunPlan, _ model: any ScenarioModel) throws(MMSError) -> Reading {
    let own = try RunPlan(
      base: plan.base, context: plan.context, scenario: model, fill: plan.fill, impact: plan.impact,
      strategy: plan.strategy, execution: plan.execution, seed: plan.seed, isCentral: false)
    var model = try own.scenario.makeInstance()
    let (base, steps) = (own.base, own.context.steps)
    let path = PathContext(seed: own.seed, path: 1, isCentral: false)
    let stride = model.requirements.feedbackSteps ?? own.blockSize
    let size = max(1, own.blockSize / stride) * stride
    var block = MarketBlock(count: size)
    return try Stopwatch.nanoseconds(per: steps, "path-step") { () throws(MMSError) in
      try model.begin(path)
      for first in Swift.stride(from: 0, to: steps, by: size) {
        let count = min(size, steps - first)
        block.firstStep = first
        block.copyRows(base.warmUpRows + first..<base.warmUpRows + first + count, of: base.block, to: 0)
        for row in Swift.stride(from: 0, to: count, by: stride) {
          try model.advance(
            &block, rows: row..<min(count, row + stride), flow: OwnFlow(), random: path.random(.scenario))
        }
      }
      sink(block.mid[0])
    }
  }

  /// One resting order asked about in every row.
  private static func ask(_ plan: RunPlan, _ model: any FillModel) throws(MMSError) -> Reading {
    let (block, first) = (plan.base.block, plan.base.warmUpRows)
    let random = RandomSource(seed: plan.seed, path: 0, role: .fill)
    return try Stopwatch.nanoseconds(per: plan.context.steps, "path-step") {
      var filled = 0.0
      for row in first..<block.count {
        let query = FillQuery(
          side: row & 1 == 0 ? .buy : .sell, limitPrice: block.open[row] * (row & 1 == 0 ? 0.9998 : 1.0002),
          remaining: 1, queueAhead: 0.1, isMarketable: false, available: 1, consumed: 0, tick: 0,
          resolution: plan.context.resolution, step: row - first, order: 1)
        filled += model.fill(query, in: MarketRow(block, row: row), random: random).quantity
      }
      sink(filled)
    }
  }

  /// One execution in every step, and the step's decay.
  private static func push(_ plan: RunPlan, _ model: any ImpactModel) throws(MMSError) -> Reading {
    let (block, first) = (plan.base.block, plan.base.warmUpRows)
    var model = model
    return try Stopwatch.nanoseconds(per: plan.context.steps, "path-step") {
      model.begin(PathContext(seed: plan.seed, path: 0, isCentral: true))
      for row in first..<block.count {
        let quantity = row & 3 < 2 ? 0.5 : -0.5
        model.apply(
          quantity,
          in: ImpactConditions(
            volatility: block.baseVolatility[row], volume: block.baseVolume[row], liquidity: 1,
            price: block.mid[row], resolution: plan.context.resolution))
        model.decay(steps: 1, resolution: plan.context.resolution)
      }
      sink(model.displacement)
    }
  }

  /// A whole run on the recorded market, whatever the strategy does in it.
  private static func trade(_ plan: RunPlan, _ strategy: any Strategy) throws(MMSError) -> Reading {
    let own = try RunPlan(
      base: plan.base, context: plan.context, scenario: plan.scenario, fill: plan.fill, impact: plan.impact,
      strategy: strategy, execution: plan.execution, seed: plan.seed, isCentral: true)
    var runner = try PathRunner(own)
    return try Stopwatch.nanoseconds(per: plan.context.steps, "path-step") { () throws(MMSError) in
      sink(try runner.run(path: opaque(0)))
    }
  }
}
