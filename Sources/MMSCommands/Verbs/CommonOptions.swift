// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime

/// What a simulation and both sides of a comparison are told alike.
struct CommonOptions: ParsableArguments {
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
    help: ArgumentHelp(
      "Bars from elsewhere: sqlite:FILE, csv:FILE, synthetic:?… or binance:", valueName: "uri"))
  var data: String?

  @Flag(help: "Paths in pairs, the second with the draws of the first mirrored.")
  var antithetic = false

  /// The request these options make.
  func request(symbol: String, period: String, scenario: String) -> SimulationRequest {
    var request = SimulationRequest(symbol: symbol, period: period, scenario: scenario)
    request.strategy = strategy
    request.strategyParameters = param.map { ($0.name, $0.input) }
    request.startTime = start
    request.endTime = end
    request.seed = seed
    request.overrides = set
    request.data = data
    request.antithetic = antithetic
    return request
  }

  /// Whether nothing was said.
  var isSilent: Bool {
    start == nil && end == nil && strategy == "threshold" && param.isEmpty && set.isEmpty && seed == nil
      && data == nil && !antithetic
  }
}
