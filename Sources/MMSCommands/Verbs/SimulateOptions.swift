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

  @OptionGroup var common: CommonOptions

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

  /// The request these options make.
  var request: SimulationRequest {
    var request = common.request(symbol: symbol, period: period, scenario: scenario)
    request.paths = paths ?? 1
    request.targetError = targetError
    request.targetMetric = targetMetric
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
