// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

struct BuiltInModelsTests {
  @Test func `every built-in model is registered once, and its defaults fit its own schema`() throws {
    var registry = ModelRegistry()
    try BuiltInModels.register(in: &registry)
    #expect(
      registry.entries.map(\.descriptor.id).sorted() == [
        "almgren_chriss",
        "avellaneda_stoikov",
        "buy_and_hold",
        "fill/KnownQueue-v1",
        "fill/LogQueue-v1",
        "fill/PowerQueue-v1",
        "fill/Probability-v1",
        "fill/QueuePosition-v1",
        "fill/RiskAverseQueue-v1",
        "fill/Touch-v1",
        "fill/VolumeShare-v1",
        "flow/ContStoikovTalreja-v1",
        "flow/Hawkes-v1",
        "flow/LatentLiquidity-v1",
        "flow/QueueReactive-v1",
        "flow/ZeroIntelligence-v1",
        "impact/Almgren2005-v1",
        "impact/AlmgrenChriss-v1",
        "impact/Linear-v1",
        "impact/None-v1",
        "impact/ObizhaevaWang-v1",
        "impact/Propagator-v1",
        "impact/SquareRoot-v1",
        "pov",
        "scenario/BlockBootstrap-v1",
        "scenario/Brownian-v1",
        "scenario/GarchT-v1",
        "scenario/Hawkes-v1",
        "scenario/Heston-v1",
        "scenario/History-v1",
        "scenario/JumpCascade-v1",
        "scenario/Merton-v1",
        "scenario/OrnsteinUhlenbeck-v1",
        "scenario/RegimeSwitch-v1",
        "scenario/Stress-v1",
        "threshold",
        "twap",
        "vwap",
      ])
    for entry in registry.entries {
      let values = try ParameterResolver.resolve(
        [], schema: entry.descriptor.parameters, owner: entry.descriptor.id, path: "params")
      switch entry.factory {
      case .scenario(let make): _ = try make(values)
      case .fill(let make): _ = try make(values)
      case .impact(let make): _ = try make(values)
      case .strategy(let make): _ = try make(values)
      case .flow(let make): _ = try make(values)
      case .source: Issue.record("no data source is a built-in model")
      }
      #expect(!entry.descriptor.equations.isEmpty && !entry.descriptor.source.isEmpty)
    }
    #expect(throws: MMSError.self) { try BuiltInModels.register(in: &registry) }
  }

  @Test func `history leaves every row as recorded`() throws {
    var model = try make(HistoryScenario.self)
    #expect(model.requirements.leavesHistory)
    let market = testMarket(steps: 50)
    var block = market
    let random = RandomSource(seed: 1, path: 0, role: .scenario)
    try model.advance(&block, rows: 0..<50, flow: OwnFlow(), random: random)
    #expect(bits(block) == bits(market))
    try checkReference("Scenario/History", header: marketHeader, rows: table(block, 0..<50))
  }
}
