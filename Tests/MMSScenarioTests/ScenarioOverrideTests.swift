// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario
import Testing

struct ScenarioOverrideTests {
  private func load(_ name: String, _ overrides: String...) throws(MMSError) -> ScenarioDefinition {
    var items: [ScenarioOverride] = []
    for text in overrides { items.append(try ScenarioOverride(text)) }
    return try Samples.library().load(name, overrides: items)
  }

  @Test(arguments: ["spec.models.impact.params.Y=0.9", "models.impact.params.Y=0.9"])
  func `a parameter is overridden with or without the prefix`(text: String) throws {
    #expect(try load("normal", text).impact.parameters.number("Y") == 0.9)
  }

  @Test func `lists, mappings, units and null are values`() throws {
    let scenario = try load(
      "normal", "execution.latency={median: 80 ms, sigma: 0.5}", "calibration.base_slippage=20 bps",
      "targets=[]", "models.impact.params.Y=null", "events=[{at: 5 %, target: mid, for: 1 h, value: 0.9}]",
      "events.0.value=0.8")
    #expect(
      scenario.execution.latency == .lognormal(median: SimDuration(nanoseconds: 80_000_000), sigma: 0.5))
    #expect(scenario.calibration.baseSlippage == 0.002)
    #expect(scenario.targets.isEmpty)
    #expect(
      scenario.impact.parameters.number("Y") == 0.7 && !scenario.impact.inputs.contains { $0.name == "Y" })
    #expect(scenario.events.map(\.value) == [0.8])
  }

  @Test func `another model drops the parameters of the one it replaces`() throws {
    #expect(try load("normal", "models.impact.use=impact/None-v1").impact.inputs.isEmpty)
    let same = try load(
      "normal", "models.impact.use=impact/SquareRoot-v1", "models.impact.params.law=marginal")
    #expect(same.impact.inputs.map(\.name) == ["Y", "halfLife", "law"])
    // The order on the command line does not matter.
    let other = try load(
      "black_swan", "models.scenario.params.w=0.5", "models.scenario.use=scenario/Stress-v1")
    #expect(other.scenario.inputs.map(\.name) == ["w"])
  }

  @Test(arguments: [
    ("models.impact.params.Z=1", "no parameter 'Z'"), ("models.impact.params.Y=-1", "out of range"),
    ("calibration.volatilty_factor=2", "did you mean 'volatility_factor'"),
    ("metadata.name=x", "unknown key 'metadata'"), ("extends=[black_swan]", "unknown key 'extends'"),
    ("execution=5", "must be a mapping"), ("targets.9.paths=1", "no position"),
    ("data.resolution.x=1", "has no key"), ("spec=1", "must be a mapping"),
    ("spec..a=1", "is not a path"), ("models.impact.use=impact/Non-v1", "did you mean 'impact/None-v1'"),
    ("models.fill.use=fill/Touch-v1 x", "no fill model"),
    ("models.impact=impact/None-v1", "must be a mapping"), ("models=null", "spec.models has no value"),
  ])
  func `a wrong override is a wrong value, not a broken file`(text: String, words: String) throws {
    let error = try #require(Samples.error { () throws(MMSError) in _ = try load("normal", text) })
    #expect(error.code == .invalidValue, "\(error)")
    #expect("\(error)".contains(words), "\(error)")
  }

  @Test(arguments: ["Y", "=1", "Y=", "Y=[1", "Y=a: b"])
  func `an override that is none is wrong usage`(text: String) throws {
    let error = try #require(Samples.error { () throws(MMSError) in _ = try ScenarioOverride(text) })
    #expect(error.code == .usage)
  }

  @Test(arguments: [
    "spec.models.impact.params.Y", "models.scenario.params", "models.scenario.params.drop.0",
    "models.fill.params.x", "calibration.base_slippage", "spec.calibration", "events", "events.0.value",
    "execution.latency.median", "execution",
  ])
  func `a request may set parameters, calibration, events and execution`(path: String) throws {
    try ScenarioOverride.checkServiceOverride(path: path)
  }

  @Test(arguments: [
    "", "spec", "spec.", ".", "models", "models.impact", "models.impact.use", "spec.models.impact.use",
    "models.impact.library.name", "models.impact.function", "models.fill.batch", "models.fill.bind.limit",
    "models.scenario.tests", "models.impct.params.Y", "plugins",
    "plugins.0.name",
    "market", "data.path", "data.source", "extends", "metadata.name", "kind", "targets",
    "spec.spec.execution",
    "models.impact.params.", "calibration..base_slippage", "execution .tick", "models.params.use",
    "Execution",
    "execution.tïck", "models.impact.params\0.Y",
  ])
  func `a request may set nothing else`(path: String) throws {
    let error = try #require(
      Samples.error { () throws(MMSError) in try ScenarioOverride.checkServiceOverride(path: path) })
    #expect(error.code == .invalidValue && error.path == path && error.hint != nil)
    let made = Samples.error { () throws(MMSError) in _ = try ScenarioOverride(request: path, value: 1) }
    #expect(made != nil)
  }

  @Test func `a request's values are JSON`() throws {
    let scenario = try Samples.library().load(
      named: "black_swan",
      overrides: [
        ScenarioOverride(request: "models.scenario.params.drop", value: [0.2, "25 %"]),
        ScenarioOverride(request: "spec.models.scenario.params.over", value: "20 min"),
        ScenarioOverride(request: "calibration", value: ["base_slippage": 0.002, "volatility_factor": 2]),
        ScenarioOverride(request: "execution.close_at_end", value: true),
      ])
    #expect(scenario.scenario.parameters.interval("drop") == 0.2...0.25)
    #expect(scenario.scenario.parameters.duration("over") == .minutes(20))
    #expect(scenario.calibration.volatilityFactor == 2 && scenario.execution.closeAtEnd)
    let error = try #require(
      Samples.error { () throws(MMSError) in
        _ = try Samples.library().load(
          named: "normal",
          overrides: [ScenarioOverride(request: "calibration.liquidity_factor", value: "0.5")])
      })
    #expect(error.code == .invalidValue && error.path == "spec.calibration.liquidity_factor")
  }
}
