// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario
import Testing

struct ScenarioReaderTests {
  @Test func `a file that says nothing gets the documented defaults`() throws {
    let scenario = try Samples.read(Samples.text())
    #expect(scenario.name == "sample")
    #expect(scenario.version == 1)
    #expect(scenario.market == .quotes)
    #expect(scenario.data == ScenarioData(resolution: .minutes(1), path: .auto))
    #expect(
      scenario.calibration == Calibration(baseSlippage: 0.001, volatilityFactor: 1, liquidityFactor: 1))
    #expect(scenario.execution == ExecutionSettings())
    #expect(scenario.events.isEmpty && scenario.targets.isEmpty && scenario.plugins.isEmpty)
    #expect(scenario.scenario.id == "scenario/History-v1")
    #expect(scenario.files == ["sample.yaml"])
  }

  @Test func `every key of metadata and data is read`() throws {
    let scenario = try Samples.read(
      """
      apiVersion: mms/v1
      kind: Scenario
      metadata: {name: x_1, version: 7, summary: One sentence., source: "somewhere: here"}
      spec:
        market: quotes
        plugins: []
        data:
          resolution: 5 min
          path: bootstrap
          symbol: ETHUSDT
          source: binance-spot
          start: 2022-11-06
          end: 2022-11-13T12:00Z
        models:
          scenario: {use: scenario/History-v1, params: {}}
          fill: {use: fill/QueuePosition-v1}
          impact: {use: impact/SquareRoot-v1, params: {Y: 0.9, halfLife: 45 min}}
      """)
    #expect(scenario.name == "x_1" && scenario.version == 7)
    #expect(scenario.summary == "One sentence." && scenario.source == "somewhere: here")
    let start = try #require(SimTime(iso8601: "2022-11-06"))
    let end = try #require(SimTime(iso8601: "2022-11-13T12:00Z"))
    #expect(
      scenario.data
        == ScenarioData(
          resolution: .minutes(5), path: .bootstrap, symbol: "ETHUSDT", source: "binance-spot", start: start,
          end: end))
    #expect(scenario.impact.parameters.number("Y") == 0.9)
    #expect(scenario.impact.parameters.duration("halfLife") == .minutes(45))
    #expect(scenario.impact.parameters.text("law") == "average", "a default is filled in")
    #expect(scenario.impact.inputs.map(\.name) == ["Y", "halfLife"])
  }

  @Test func `every key of calibration and execution is read`() throws {
    let scenario = try Samples.read(
      Samples.text(
        """
          calibration: {base_slippage: 50 bps, volatility_factor: 3, liquidity_factor: 0.3}
          execution:
            initial_equity: 5000
            initial_position: -0.25
            taker_fee: 0.05 %
            maker_fee: -1 bps
            latency: 80 ms
            volume_cap: 20 %
            stop: close
            close_at_end: true
            tick: 0.1
            lot: 0.001
            min_notional: 10
        """))
    #expect(scenario.calibration.baseSlippage == 0.005)
    #expect(scenario.calibration.volatilityFactor == 3 && scenario.calibration.liquidityFactor == 0.3)
    let execution = scenario.execution
    #expect(execution.initialPosition == -0.25)
    #expect(execution.initialEquity == 5000 && execution.takerFee == 0.0005 && execution.makerFee == -0.0001)
    #expect(execution.latency == .constant(SimDuration(nanoseconds: 80_000_000)))
    #expect(execution.volumeCap == 0.2 && execution.stop == .close && execution.closeAtEnd)
    #expect(execution.tick == 0.1 && execution.lot == 0.001 && execution.minNotional == 10)
  }

  @Test func `every key of a perpetual contract and an outage is read`() throws {
    let execution = try Samples.read(
      Samples.text(
        """
          execution:
            perpetual:
              maintenance_margin: 0.4 %
              liquidation_fee: 50 bps
              leverage_cap: 20
              funding: {rate: 0.01 %, stress_rate: -5 bps, interval: 4 h}
            outage: {at: crash +2 min, for: 10 min, mode: delay, cancels: false}
        """)
    ).execution
    #expect(
      execution.perpetual
        == PerpetualRules(
          maintenanceMargin: 0.004, liquidationFee: 0.005, leverageCap: 20,
          funding: FundingRule(rate: 0.0001, stressRate: -0.0005, interval: .hours(4))))
    #expect(
      execution.outage
        == Outage(
          anchor: .named("crash", offset: .minutes(2)), duration: .minutes(10), mode: .delay,
          coversCancels: false))
  }

  @Test func `a perpetual contract and an outage have documented defaults`() throws {
    let execution = try Samples.read(
      Samples.text(
        """
          execution:
            perpetual: {maintenance_margin: 0.004, leverage_cap: 2.5, funding: {rate: 0.0001}}
            outage: {at: 50 %, for: 5 min}
        """)
    ).execution
    #expect(execution.perpetual?.liquidationFee == 0)
    #expect(
      execution.perpetual?.funding == FundingRule(rate: 0.0001, stressRate: 0.0001, interval: .hours(8)))
    #expect(execution.outage?.mode == .refuse && execution.outage?.coversCancels == true)
    let bare = try Samples.read(
      Samples.text("  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 3}}"))
    #expect(bare.execution.perpetual?.funding == nil && bare.execution.outage == nil)
  }

  @Test func `a scenario can go back to spot`() throws {
    let folder = try ScenarioFolderFixture([
      "base.yaml": Samples.text(
        "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 3}, outage: {at: 1 %, for: 1 h}}\n",
        name: "base"),
      "spot.yaml":
        "apiVersion: mms/v1\nkind: Scenario\nmetadata: {name: spot}\nextends: [base]\n"
        + "spec: {execution: {perpetual: null, outage: {for: 2 h}}}\n",
    ])
    let execution = try folder.library().load("spot").execution
    #expect(execution.perpetual == nil)
    #expect(execution.outage == Outage(anchor: .share(0.01), duration: .hours(2)))
  }

  @Test(arguments: [
    ("0", Latency.zero), ("0 ms", .zero), ("2 s", .constant(.seconds(2))),
    ("{median: 2 s, sigma: 0.5}", .lognormal(median: .seconds(2), sigma: 0.5)),
    ("{median: 2 s, sigma: 0}", .constant(.seconds(2))), ("{median: 0 s, sigma: 1}", .zero),
  ])
  func `latency is zero, constant or lognormal`(text: String, latency: Latency) throws {
    #expect(try Samples.read(Samples.text("  execution: {latency: \(text)}")).execution.latency == latency)
  }

  @Test(arguments: [
    ("crash", ScriptedEvent.Anchor.named("crash", offset: SimDuration(nanoseconds: 0))),
    ("crash +10 min", .named("crash", offset: .minutes(10))),
    ("crash+10min", .named("crash", offset: .minutes(10))),
    ("crash - 1 h", .named("crash", offset: .minutes(-60))),
    ("50 %", .share(0.5)), ("0%", .share(0)), ("100 %", .share(1)),
    ("2022-11-08T19:00Z", .time(SimTime(milliseconds: 1_667_934_000_000))),
    ("2022-11-08", .time(SimTime(milliseconds: 1_667_865_600_000))),
  ])
  func `an event is anchored at a name, a share or a time`(
    text: String, anchor: ScriptedEvent.Anchor
  ) throws {
    let scenario = try Samples.read(
      Samples.text("  events: [{at: \(text), target: mid, for: 1 min, value: 0.9}]"))
    #expect(scenario.events.map(\.anchor) == [anchor])
  }

  @Test func `events keep their order, shapes and values`() throws {
    let scenario = try Samples.read(
      Samples.text(
        """
          events:
            - {at: crash +10 min, target: halted, shape: step, for: 5 min}
            - {at: 50 %, target: half_spread, shape: decay, for: 1 h, value: 8}
            - {at: 10 %, target: stress, shape: ramp, for: 2 d, value: 0.5}
        """))
    #expect(scenario.events.map(\.target) == [.halted, .halfSpread, .stress])
    #expect(scenario.events.map(\.shape) == [.step, .decay, .ramp])
    #expect(scenario.events.map(\.duration) == [.minutes(5), .hours(1), .days(2)])
    #expect(scenario.events.map(\.value) == [1, 8, 0.5])
  }

  @Test(arguments: MarketStatistic.allCases)
  func `every statistic can be a target`(statistic: MarketStatistic) throws {
    let scenario = try Samples.read(
      Samples.text(
        """
          targets:
            - {statistic: \(statistic.rawValue), between: [-0.45, 12 %], paths: 0.9}
            - {statistic: \(statistic.rawValue), between: [1, 1]}
        """))
    #expect(
      scenario.targets == [
        ScenarioTarget(statistic, between: -0.45, and: 0.12, share: 0.9),
        ScenarioTarget(statistic, between: 1, and: 1),
      ])
  }

  @Test func `a target over paths counts shares, one over the mean averages`() {
    let share = ScenarioTarget(.hill, between: 2, and: 5, share: 0.75)
    #expect(share.holds(for: [2, 5, 3, 9]))
    #expect(!share.holds(for: [2, 5, 1, 9]))
    #expect(share.measure([2, 5, 1, 9]) == 0.5)
    let mean = ScenarioTarget(.hill, between: 2, and: 5)
    #expect(mean.holds(for: [1, 9, 1, 9]))
    #expect(!mean.holds(for: [1, 1]))
    #expect(!mean.holds(for: [.nan]))
    #expect(!mean.holds(for: []) && !share.holds(for: []))
  }
}
