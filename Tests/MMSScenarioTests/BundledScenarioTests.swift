// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario
import Testing

struct BundledScenarioTests {
  @Test func `the bundled scenarios are these and none is broken`() throws {
    let list = try Samples.library().list()
    #expect(list.map(\.name) == (Samples.bundledNames + Samples.pluginNames).sorted())
    for entry in list where !Samples.pluginNames.contains(entry.name) {
      #expect(entry.error == nil, "\(entry.name): \(entry.error.map(String.init(describing:)) ?? "")")
    }
  }

  @Test(arguments: Samples.pluginNames)
  func `a scenario of a plugin that is not here says so and nothing else`(name: String) throws {
    let library = try Samples.library()
    let listing = try #require(library.list().first { $0.name == name })
    #expect(listing.lacksPlugin)
    do throws(MMSError) {
      _ = try library.load(name)
      Issue.record("loaded")
    } catch {
      #expect(error.code == .unavailable && error.others.isEmpty)
      #expect(error.message.hasPrefix("scenario '\(name)' needs a plugin: there is no plugin '"))
      #expect(error.location?.file.hasSuffix("\(name).yaml") == true)
    }
  }

  @Test(arguments: Samples.bundledNames.filter { $0 != "lobster_replay" })
  func `each says what it is and where its numbers come from, and checks itself`(name: String) throws {
    let scenario = try Samples.library().load(name)
    #expect(!scenario.summary.isEmpty && scenario.source.count > 100)
    #expect(!scenario.targets.isEmpty)
    #expect(scenario.execution.initialEquity == 100_000 && scenario.execution.takerFee == 0.001)
    #expect(scenario.execution.latency == .constant(SimDuration(nanoseconds: 100_000_000)))
    #expect(scenario.impact.id == "impact/SquareRoot-v1" && scenario.fill.id == "fill/QueuePosition-v1")
  }

  @Test(arguments: [
    ("normal", 0.001, 1.0, 1.0), ("high_volatility", 0.003, 2.0, 0.6), ("black_swan", 0.005, 3.0, 0.3),
  ])
  func `calibrations are those of the specification`(
    name: String, slippage: Double, volatility: Double, liquidity: Double
  ) throws {
    #expect(
      try Samples.library().load(name).calibration
        == Calibration(baseSlippage: slippage, volatilityFactor: volatility, liquidityFactor: liquidity))
  }

  @Test func `only the perpetual lends, pays funding and goes out of reach`() throws {
    for name in Samples.bundledNames where name != "perpetual" {
      let execution = try Samples.library().load(name).execution
      #expect(execution.perpetual == nil && execution.outage == nil, "\(name)")
    }
    let scenario = try Samples.library().load("perpetual")
    let rules = try #require(scenario.execution.perpetual)
    #expect(rules.maintenanceMargin == 0.005 && rules.liquidationFee == 0.005 && rules.leverageCap == 10)
    #expect(rules.funding == FundingRule(rate: 0.0001, stressRate: -0.0005, interval: .hours(8)))
    #expect(
      scenario.execution.outage
        == Outage(anchor: .named("crash", offset: .minutes(2)), duration: .minutes(10)))
    #expect(scenario.scenario.id == "scenario/JumpCascade-v1")
  }

  @Test func `recorded flow is replayed by a book whose queues are known`() throws {
    let scenario = try Samples.library().load("lobster_replay")
    #expect(scenario.market == .book && scenario.flow == nil && scenario.data.path == .recordedFlow)
    #expect(scenario.models.map(\.slot) == ["scenario", "fill", "impact"])
    #expect(scenario.fill.id == "fill/KnownQueue-v1" && scenario.impact.id == "impact/SquareRoot-v1")
    #expect(scenario.execution.tick == 0.01 && scenario.execution.lot == 1 && !scenario.targets.isEmpty)
  }

  @Test func `what contradicts recorded flow is named`() throws {
    for (text, message) in [
      ("  market: quotes\n  data: {path: recorded_flow}\n", "replays orders into a book"),
      (
        "    flow: {use: flow/ZeroIntelligence-v1}\n  market: book\n  data: {path: recorded_flow}\n",
        "remove one of the two"
      ),
      (
        "  market: book\n  data: {path: recorded_flow}\n"
          + "  events: [{at: 50%, target: mid, value: 0.9, for: 5 min}]\n", "remove the events"
      ),
    ] {
      let error = #expect(throws: MMSError.self) { _ = try Samples.read(Samples.text(text)) }
      #expect(error.map { ([$0] + $0.others).contains { $0.message.contains(message) } } == true, "\(text)")
    }
  }

  @Test func `a book has a band and halts where its file says so`() throws {
    let bound = try Samples.read(
      Samples.text(
        """
          market: book
          data: {path: recorded_flow}
          execution: {tick: 0.01, lot: 1, price_band: {width: 5 %, around: fair}}
          events: [{at: 50 %, target: halted, for: 5 min}]
        """))
    #expect(bound.execution.priceBand == PriceBand(width: 0.05, around: .fair))
    #expect(bound.events.map(\.target) == [.halted])
    let fixed = try Samples.read(
      Samples.text(
        "  market: book\n  data: {path: recorded_flow}\n"
          + "  execution: {tick: 0.01, lot: 1, price_band: {width: 0.2}}\n"))
    #expect(fixed.execution.priceBand == PriceBand(width: 0.2, around: .start))
    for name in Samples.bundledNames {
      #expect(try Samples.library().load(name).execution.priceBand == nil, "\(name)")
    }
  }

  @Test func `the replay of a real week pins its data`() throws {
    let data = try Samples.library().load("ftx_2022_11").data
    #expect(data.symbol == "BTCUSDT" && data.source == "binance-usdm" && data.path == .history)
    #expect(data.start == SimTime(iso8601: "2022-11-06") && data.end == SimTime(iso8601: "2022-11-13"))
  }
}
