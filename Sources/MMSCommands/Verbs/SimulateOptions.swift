// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime
import MMSStudy

/// What is to be simulated.
struct SimulateOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The trading pair, such as BTCUSDT.", valueName: "symbol"))
  var symbol: String

  @Option(help: ArgumentHelp("How long, such as 30d, 7d or 12h.", valueName: "period"))
  var period: String

  @Option(
    help: ArgumentHelp("A scenario's name, or a file that ends in .yaml.", valueName: "name|file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @Option(
    help: ArgumentHelp(
      "Where the period begins, ISO 8601. (default: so that it ends with the data)", valueName: "time"))
  var start: String?

  @Option(help: ArgumentHelp("Where the period ends, ISO 8601.", valueName: "time"))
  var end: String?

  @Option(help: ArgumentHelp("The strategy.", valueName: "name"))
  var strategy = "threshold"

  @Option(
    help: ArgumentHelp("A parameter of the strategy; repeatable.", valueName: "name=value"),
    transform: { try ParameterArgument($0) })
  var param: [ParameterArgument] = []

  @Option(
    help: ArgumentHelp(
      "A value of the scenario, such as execution.latency=0; repeatable.", valueName: "path=value"))
  var set: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The seed of every draw. (default: from symbol, start and end)", valueName: "n"),
    transform: seedNumber)
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many paths; several are resamples of the history. (default: 1)", valueName: "n"),
    transform: { try whole($0, 1...Int(UInt32.max), "a number of paths") })
  var paths: Int?

  @Option(
    name: .customLong("target-se"), parsing: .unconditional,
    help: ArgumentHelp("Stop adding paths at this standard error.", valueName: "x"),
    transform: { text in
      guard let value = Double(text), value > 0, value.isFinite else {
        throw ValidationError("a standard error to reach is a number above 0")
      }
      return value
    })
  var targetError: Double?

  @Option(
    name: .customLong("target-metric"),
    help: ArgumentHelp("The metric it is about. (default: total_return)", valueName: "metric"),
    completion: .list(Metric.allCases.map(\.rawValue)))
  var targetMetric: String?

  @Option(
    help: ArgumentHelp(
      "Bars from elsewhere: sqlite:FILE, csv:FILE, synthetic:?… or binance:", valueName: "uri"))
  var data: String?

  /// The request these options make.
  var request: SimulationRequest {
    var request = SimulationRequest(symbol: symbol, period: period, scenario: scenario)
    request.strategy = strategy
    request.strategyParameters = param.map { ($0.name, $0.input) }
    request.startTime = start
    request.endTime = end
    request.seed = seed
    request.paths = paths ?? 1
    request.targetError = targetError
    request.targetMetric = targetMetric
    request.overrides = set
    request.data = data
    return request
  }
}

/// `NAME=VALUE` of `--param`.
struct ParameterArgument {
  let name: String
  let input: ParameterInput

  init(_ text: String) throws {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else {
      throw ValidationError("write NAME=VALUE, such as entry_threshold=0.003")
    }
    name = sides[0]
    input = ParameterInput(commandLine: sides[1])
  }
}
