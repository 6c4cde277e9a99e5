// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario
import Testing

/// A broken scenario, where its fault is reported and which words the report must have.
struct BrokenScenario: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var line: Int
  var column: Int
  var words: [String]

  var testDescription: String { name }

  /// A whole file.
  init(_ name: String, file: String, _ line: Int, _ column: Int, _ words: String...) {
    (self.name, text, self.line, self.column, self.words) = (name, file, line, column, words)
  }

  /// Lines from line 9 on, in `spec`.
  init(_ name: String, _ spec: String, _ line: Int, _ column: Int, _ words: String...) {
    (self.name, text, self.line, self.column, self.words) = (name, Samples.text(spec), line, column, words)
  }

  private static let head = "apiVersion: mms/v1\nkind: Scenario\nmetadata: {name: a}\n"
  private static func models(_ impact: String) -> String {
    head + "spec:\n  models:\n    scenario: {use: scenario/History-v1}\n    fill: {use: fill/Touch-v1}\n"
      + "    impact: \(impact)\n"
  }

  /// A book with a price band.
  private static func bound(_ band: String) -> String {
    "  market: book\n  data: {path: recorded_flow}\n  execution: {tick: 0.01, lot: 1, price_band: {\(band)}}\n"
  }

  static let all: [BrokenScenario] = [
    .init(
      "kind of another file", file: "apiVersion: mms/v1\nkind: Experiment\n", 2, 7,
      "kind Scenario is expected", "Experiment"),
    .init(
      "misspelt kind", file: "apiVersion: mms/v1\nkind: Scenaro\n", 2, 7, "must be Scenario",
      "did you mean 'Scenario'"),
    .init("another version", file: "apiVersion: mms/v2\nkind: Scenario\n", 1, 13, "mms/v1", "mms/v2"),
    .init("no version", file: "kind: Scenario\nmetadata: {name: a}\n", 1, 1, "'apiVersion' is missing"),
    .init("a list", file: "- 1\n", 1, 1, "must be a mapping"),
    .init("broken YAML", file: head + "spec: {a: [1\n", 4, 11, "opened here"),
    .init(
      "no name", file: "apiVersion: mms/v1\nkind: Scenario\nmetadata: {version: 1}\nspec: {}\n", 3, 11,
      "'name' is missing"),
    .init(
      "bad name", file: head.replacing("name: a", with: "name: Black-Swan") + "spec: {}\n", 3, 18,
      "small letters", "Black-Swan"),
    .init(
      "version zero", file: head.replacing("name: a", with: "name: a, version: 0") + "spec: {}\n", 3, 30,
      "whole number", "0"),
    .init(
      "unknown metadata", file: head.replacing("name: a", with: "name: a, sumary: b") + "spec: {}\n", 3, 21,
      "unknown key 'sumary'", "did you mean 'summary'"),
    .init("neither spec nor extends", file: head, 1, 1, "'spec' is missing", "extends"),
    .init("spec is text", file: head + "spec: normal\n", 4, 7, "must be a mapping"),
    .init(
      "unknown top key", file: head + "specs: {}\nextends: [normal]\n", 4, 1, "unknown key 'specs'",
      "did you mean 'spec'"),
    .init("extends is text", file: head + "extends: normal\n", 4, 10, "must be a list"),
    .init(
      "unknown base", file: head + "extends: [normla]\n", 4, 11, "no scenario 'normla' to extend",
      "did you mean 'normal'"),
    .init(
      "missing base file", file: head + "extends: [other/base.yaml]\n", 4, 11, "no file", "other/base.yaml"),
    .init("absolute base", file: head + "extends: [/etc/base.yaml]\n", 4, 11, "absolute path"),
    .init("no models", file: head + "spec: {market: quotes}\n", 4, 7, "'models' is missing"),
    .init(
      "model slot missing",
      file: head + "spec:\n  models: {fill: {use: fill/Touch-v1}, impact: {use: impact/None-v1}}\n", 5, 11,
      "'scenario' is missing"),
    .init(
      "unknown slot", file: models("{use: impact/None-v1}\n    impct: {}"), 9, 5, "unknown key 'impct'",
      "did you mean 'impact'"),
    .init(
      "unknown model", file: models("{use: impact/SquareRot-v1}"), 8, 19,
      "no impact model 'impact/SquareRot-v1'", "did you mean 'impact/SquareRoot-v1'"),
    .init(
      "model of another kind", file: models("{use: fill/Touch-v1}"), 8, 19, "is a fill model",
      "impact model is needed"),
    .init("model without use", file: models("{params: {Y: 1}}"), 8, 13, "'use' is missing"),
    .init("model is text", file: models("impact/None-v1"), 8, 13, "must be a mapping"),
    .init(
      "unknown parameter", file: models("{use: impact/SquareRoot-v1, params: {halflife: 1 min}}"), 8, 50,
      "no parameter 'halflife'", "did you mean 'halfLife'"),
    .init(
      "parameter of a model without any", file: models("{use: impact/None-v1, params: {Y: 1}}"), 8, 44,
      "no parameter 'Y'", "takes no parameters"),
    .init(
      "parameter out of range", file: models("{use: impact/SquareRoot-v1, params: {Y: -1}}"), 8, 53,
      "out of range", "0 ≤ Y"),
    .init(
      "parameter NaN", file: models("{use: impact/SquareRoot-v1, params: {Y: .nan}}"), 8, 53,
      "is not a number"),
    .init(
      "duration without unit", file: models("{use: impact/SquareRoot-v1, params: {halfLife: 30}}"), 8, 60,
      "is not a duration", "30 min"),
    .init(
      "wrong dimension", file: models("{use: impact/SquareRoot-v1, params: {Y: 30 min}}"), 8, 53,
      "is not a number"),
    .init(
      "parameters in a list", file: models("{use: impact/SquareRoot-v1, params: [1]}"), 8, 49,
      "must be a mapping"),
    .init(
      "exponential decay of a nonlinear law",
      file: models(
        "{use: impact/Propagator-v1, params: {kernel: exponential, law: power, delta: 0.5}}"), 8, 49,
      "exponential decay", "round trips earn", "Gatheral 2010"),
    .init(
      "library of a function", file: models("{use: impact/None-v1, library: {name: x}}"), 8, 35,
      "unknown key 'library'"),
    .init(
      "unknown key in spec", "  calibraton: {}\n", 9, 3, "unknown key 'calibraton'",
      "did you mean 'calibration'"),
    .init(
      "market of neither kind", "  market: boook\n", 9, 11, "quotes", "book"),
    .init(
      "data latency on quotes", "  execution: {data_latency: 1 s}\n", 9, 14, "data_latency", "market: book"),
    .init("book without a flow", "  market: book\n", 9, 11, "needs a model of the order flow", "flow/"),
    .init("unknown market", "  market: quote\n", 9, 11, "must be one of quotes", "did you mean 'quotes'"),
    .init("bad resolution", "  data: {resolution: 60}\n", 9, 22, "duration", "add the unit"),
    .init("resolution too fine", "  data: {resolution: 1 ms}\n", 9, 22, "from 1s to 1d"),
    .init("unknown path", "  data: {path: bootstap}\n", 9, 16, "did you mean 'bootstrap'"),
    .init("small symbol", "  data: {symbol: btcusdt}\n", 9, 18, "capital letters"),
    .init("bad date", "  data: {start: 2022-13-01}\n", 9, 17, "ISO 8601"),
    .init(
      "end before start", "  data: {start: 2022-11-08, end: 2022-11-07}\n", 9, 34, "is not after the start"),
    .init("slippage out of range", "  calibration: {base_slippage: 60 %}\n", 9, 32, "between 0.0 and 0.5"),
    .init("factor zero", "  calibration: {volatility_factor: 0}\n", 9, 36, "above 0"),
    .init("factor in quotes", "  calibration: {liquidity_factor: \"1\"}\n", 9, 35, "remove the quotes"),
    .init("equity infinite", "  execution: {initial_equity: .inf}\n", 9, 31, "infinite"),
    .init("fee as duration", "  execution: {taker_fee: 1 ms}\n", 9, 26, "is a duration"),
    .init("rebate beyond the fee", "  execution: {taker_fee: 0, maker_fee: -0.001}\n", 9, 40, "rebate"),
    .init("latency as number", "  execution: {latency: 100}\n", 9, 24, "add the unit"),
    .init("negative latency", "  execution: {latency: -5 ms}\n", 9, 24, "from 0s"),
    .init("half a lognormal", "  execution: {latency: {median: 1 s}}\n", 9, 24, "'sigma' is missing"),
    .init("latency in a list", "  execution: {latency: [1 s]}\n", 9, 24, "{median: 80 ms, sigma: 0.5}"),
    .init("nothing may fill", "  execution: {volume_cap: 0}\n", 9, 27, "lets nothing fill"),
    .init("unknown stop", "  execution: {stop: intraday}\n", 9, 21, "intrabar, close"),
    .init("yes is no truth value", "  execution: {close_at_end: yes}\n", 9, 29, "true or false"),
    .init(
      "perpetual without margin", "  execution: {perpetual: {leverage_cap: 5}}\n", 9, 26,
      "'maintenance_margin' is missing"),
    .init(
      "perpetual without a cap", "  execution: {perpetual: {maintenance_margin: 1 %}}\n", 9, 26,
      "'leverage_cap' is missing"),
    .init(
      "no margin at all", "  execution: {perpetual: {maintenance_margin: 0, leverage_cap: 5}}\n", 9, 47,
      "asks for none", "0.5 %"),
    .init(
      "margin beyond a half", "  execution: {perpetual: {maintenance_margin: 60 %, leverage_cap: 1}}\n", 9,
      47,
      "between 0.0 and 0.5"),
    .init(
      "margin in a list", "  execution: {perpetual: [0.5 %]}\n", 9, 26, "must be a mapping"),
    .init(
      "a cap of nothing", "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 0}}\n", 9, 66,
      "lets nothing be held"),
    .init(
      "leverage that is liquidated at once",
      "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 100}}\n", 9, 66,
      "liquidated at once", "0.01"),
    .init(
      "misspelt fee",
      "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 5, liquidaton_fee: 1 %}}\n", 9, 69,
      "unknown key 'liquidaton_fee'", "did you mean 'liquidation_fee'"),
    .init(
      "funding as a number",
      "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 5, funding: 0.01 %}}\n", 9, 78,
      "must be a mapping"),
    .init(
      "funding without a rate",
      "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 5, funding: {interval: 8 h}}}\n", 9,
      78, "'rate' is missing"),
    .init(
      "funding of a half",
      "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 5, funding: {rate: 50 %}}}\n", 9, 85,
      "between -0.1 and 0.1"),
    .init(
      "funding each second",
      "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 5, funding: {rate: 0, interval: 1 s}}}\n",
      9, 98, "from 1min to 7d"),
    .init("outage without an end", "  execution: {outage: {at: crash}}\n", 9, 23, "'for' is missing"),
    .init("outage without a beginning", "  execution: {outage: {for: 1 min}}\n", 9, 23, "'at' is missing"),
    .init(
      "outage at a bare number", "  execution: {outage: {at: 0.5, for: 1 min}}\n", 9, 28,
      "share of the period"),
    .init(
      "outage without length", "  execution: {outage: {at: 50 %, for: 0 s}}\n", 9, 39, "from 1ns"),
    .init(
      "misspelt mode", "  execution: {outage: {at: crash, for: 1 min, mode: delayed}}\n", 9, 53,
      "one of refuse, delay", "did you mean 'delay'"),
    .init(
      "cancels as text", "  execution: {outage: {at: crash, for: 1 min, cancels: no}}\n", 9, 56,
      "true or false"),
    .init(
      "band of quotes", "  execution: {price_band: {width: 5 %}}\n", 9, 14,
      "write 'market: book' or remove it"),
    .init("band without a width", bound("around: fair"), 11, 47, "'width' is missing"),
    .init("band of no width", bound("width: 0 %"), 11, 55, "lets nothing trade"),
    .init("band of every price", bound("width: 100 %"), 11, 55, "0.99"),
    .init(
      "misspelt reference", bound("width: 5 %, around: fare"), 11, 68, "one of start, fair"),
    .init(
      "misspelt band", "  execution: {price_bands: {width: 5 %}}\n", 9, 15, "price_bands",
      "did you mean 'price_band'"),
    .init("negative tick", "  execution: {tick: -0.1}\n", 9, 21, "at least 0"),
    .init(
      "event anchor as number", "  events: [{at: 0.5, target: mid, for: 1 h, value: 1}]\n", 9, 17, "'50 %'"),
    .init(
      "event beyond the period", "  events: [{at: 120 %, target: mid, for: 1 h, value: 1}]\n", 9, 17,
      "share of the period"),
    .init(
      "event with a bad offset", "  events: [{at: crash +10, target: mid, for: 1 h, value: 1}]\n", 9, 17,
      "crash +10 min"),
    .init(
      "event on an unknown column", "  events: [{at: 5 %, target: halfspread, for: 1 h, value: 1}]\n", 9, 30,
      "did you mean 'half_spread'"),
    .init(
      "event on a derived column", "  events: [{at: 5 %, target: base_volume, for: 1 h, value: 1}]\n", 9, 30,
      "must be one of mid"),
    .init(
      "event without a value", "  events: [{at: 5 %, target: mid, for: 1 h}]\n", 9, 12, "'value' is missing"),
    .init(
      "event without a duration", "  events: [{at: 5 %, target: mid, value: 2}]\n", 9, 12, "'for' is missing"),
    .init(
      "event without length", "  events: [{at: 5 %, target: mid, for: 0 s, value: 2}]\n", 9, 40, "from 1ns"),
    .init("price of zero", "  events: [{at: 5 %, target: mid, for: 1 h, value: 0}]\n", 9, 52, "above 0"),
    .init(
      "half a halt", "  events: [{at: 5 %, target: halted, shape: ramp, for: 1 h}]\n", 9, 45, "halted or not"),
    .init(
      "stress beyond one", "  events: [{at: 5 %, target: stress, for: 1 h, value: 2}]\n", 9, 55,
      "between 0.0 and 1.0"),
    .init("events in a mapping", "  events: {at: 5 %}\n", 9, 11, "list of mappings"),
    .init(
      "unknown statistic", "  targets: [{statistic: max_drawdown, between: [0, 1]}]\n", 9, 25,
      "did you mean 'max_drawdown_of_mid'"),
    .init("bounds the wrong way", "  targets: [{statistic: hill, between: [5, 2]}]\n", 9, 40, "wrong order"),
    .init("three bounds", "  targets: [{statistic: hill, between: [1, 2, 3]}]\n", 9, 40, "exactly 2"),
    .init(
      "more than all paths", "  targets: [{statistic: hill, between: [1, 2], paths: 90}]\n", 9, 55,
      "between 0.0 and 1.0"),
    .init("no paths", "  targets: [{statistic: hill, between: [1, 2], paths: 0}]\n", 9, 55, "asks nothing"),
  ]
}

struct BrokenScenarioTests {
  @Test(arguments: BrokenScenario.all)
  func `a broken scenario is refused where its fault stands`(broken: BrokenScenario) throws {
    let error = try #require(Samples.error { () throws(MMSError) in _ = try Samples.read(broken.text) })
    #expect(error.code == .invalidData)
    #expect(
      error.location == SourceLocation(file: "sample.yaml", line: broken.line, column: broken.column),
      "\(error)")
    for word in broken.words { #expect("\(error)".contains(word), "\(error)") }
  }

  @Test func `a scenario whose plugin is not here is no broken one, and says which it needs`() throws {
    let text = Samples.text("  plugins: [{name: flash-crash, version: ^1.0}]\n")
    let error = try #require(Samples.error { () throws(MMSError) in _ = try Samples.read(text) })
    #expect(error.code == .unavailable)
    #expect(error.location == SourceLocation(file: "sample.yaml", line: 9, column: 13))
    #expect(
      "\(error)".contains("scenario 'sample' needs a plugin: there is no plugin 'flash-crash'"), "\(error)")
  }

  @Test func `every fault of a file is reported at once, in the order of their places`() throws {
    let text = Samples.text(
      """
        calibration: {volatility_factor: -1}
        execution: {tick: x, stopp: close}
        events: [{at: 7, target: mid, for: 1 h, value: 1, foo: 2}]
      """
    ).replacing("metadata: {name: sample}", with: "metadata: {name: Sample}").replacing(
      "impact/None-v1}", with: "impact/SquareRoot-v1, params: {Y: 99, Z: 1}}")
    let error = try #require(Samples.error { () throws(MMSError) in _ = try Samples.read(text) })
    let lines = ([error] + error.others).map { $0.location?.line ?? 0 }
    #expect(lines == [3, 8, 8, 9, 10, 10, 11, 11])
    #expect(([error] + error.others).allSatisfy { $0.code == .invalidData && $0.location?.column != nil })
  }

  @Test func `parameters that contradict each other are refused at the parameters`() throws {
    struct Picky {
      static let entry = ModelEntry(
        descriptor: ModelDescriptor(
          id: "fill/Picky-v1", kind: .fill, summary: "", equations: "", source: "",
          parameters: [ParameterSchema("a", default: .number(1), ""), ParameterSchema("need", .number, "")]),
        origin: "test",
        factory: .fill { (_) throws(MMSError) in throw MMSError(.invalidValue, "a and need do not agree") })
    }
    var registry = try Samples.registry()
    try registry.register(Picky.entry)
    let library = ScenarioLibrary(directories: [], registry: registry)
    func error(_ fill: String) -> MMSError? {
      Samples.error { () throws(MMSError) in
        _ = try library.read(
          text: Samples.text().replacing("{use: fill/Touch-v1}", with: fill), file: "f.yaml")
      }
    }
    let contradiction = try #require(error("{use: fill/Picky-v1, params: {need: 2}}"))
    #expect("\(contradiction)" == "f.yaml:7:40: a and need do not agree")
    #expect(contradiction.path == "spec.models.fill.params")
    let missing = try #require(error("{use: fill/Picky-v1}"))
    #expect(missing.location == SourceLocation(file: "f.yaml", line: 7, column: 11))
    #expect(missing.message.contains("needs the parameter 'need'"))
  }
}
