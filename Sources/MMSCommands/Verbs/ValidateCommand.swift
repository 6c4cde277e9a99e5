// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime
import MMSScenario

extension ScenarioCommand {
  /// `mms scenario validate`.
  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "validate", abstract: "Check scenario files, and with --targets what they promise.",
      discussion: """
        Examples:
          mms scenario validate scenarios/*.yaml
          mms scenario validate black_swan --targets --symbol BTCUSDT --period 30d --paths 200

        Every fault is named with file, line and column. Ends with 65 when a file is
        broken or a target missed, with 66 when the data for a target are not there.
        """)

    @Argument(help: "Files that end in .yaml, or names.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Flag(help: "Run the scenario's markets and check its targets.") var targets = false

    @Option(help: ArgumentHelp("The trading pair for the targets.", valueName: "symbol"))
    var symbol = "BTCUSDT"

    @Option(help: ArgumentHelp("The period for the targets.", valueName: "period"))
    var period = "30d"

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("The paths for the targets. (default: 200)", valueName: "n"),
      transform: { try whole($0, 1...1_000_000, "a number of paths") })
    var paths: Int?

    @Option(
      parsing: .unconditional, help: ArgumentHelp("The seed for the targets. (default: 1)", valueName: "n"),
      transform: { try UInt64(whole($0, 0...Int.max, "a seed")) })
    var seed: UInt64?

    @Option(help: ArgumentHelp("Bars for the targets from elsewhere.", valueName: "uri"))
    var data: String?

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let runtime = try global.runtime()
      var results: [JSONValue] = []
      var isSound = true
      var missing: MMSError?
      for file in files {
        var result: JSONObject = ["file": .string(file)]
        do throws(MMSError) {
          let scenario = try runtime.scenario(file, set: [])
          result["valid"] = true
          result["name"] = .string(scenario.name)
          result["errors"] = []
          if !global.json { try Standard.write("\(file): \(scenario.name) v\(scenario.version) is valid\n") }
          let outcomes = targets && !scenario.targets.isEmpty ? try check(file, runtime) : []
          if targets { result["targets"] = .array(outcomes.map(\.json)) }
          if !global.json, !outcomes.isEmpty { try Standard.write(Self.table(outcomes)) }
          if outcomes.contains(where: { !$0.isMet }) { isSound = false }
        } catch {
          if error.code == .noData {
            // That says nothing about the file: its targets are left open, the other files are checked.
            missing = error
            result["targets"] = .null
          } else {
            guard [.invalidData, .invalidValue, .notFound, .modelFailed].contains(error.code) else {
              throw error
            }
            isSound = false
            result["valid"] = false
          }
          result["errors"] = .array(error.all.map(\.json))
          if !global.json { MMSProgram.report(error.placed(in: file)) }
        }
        results.append(.object(result))
      }
      if global.json { try Standard.write(["files": .array(results)]) }
      if !isSound { throw ExitCode(MMSError.Code.invalidData.exitStatus) }
      if let missing { throw ExitCode(missing.code.exitStatus) }
    }

    private func check(_ file: String, _ runtime: Runtime) throws(MMSError) -> [TargetOutcome] {
      var request = SimulationRequest(symbol: symbol, period: period, scenario: file)
      request.paths = paths ?? 200
      request.seed = seed ?? 1
      request.data = data
      return try runtime.targets(of: request, log: { global.remark($0) })
    }

    private static func table(_ outcomes: [TargetOutcome]) -> String {
      var table = TextTable(.left, .right, .right, .right, .left)
      table.head("target", "mean", "5 %", "95 %", "")
      for outcome in outcomes {
        let verdict =
          (outcome.isMet ? "met" : "MISSED")
          + (outcome.target.share == nil
            ? ""
            : ", within on "
              + Figures.percent(outcome.share, 1))
        table.add(
          outcome.target.text, Figures.plain(outcome.mean, 4), Figures.plain(outcome.spread.low, 4),
          Figures.plain(outcome.spread.high, 4), verdict)
      }
      return table.text
    }
  }
}

extension TargetOutcome {
  /// The outcome as JSON.
  var json: JSONValue {
    [
      "statistic": .string(target.statistic.rawValue),
      "between": [.number(target.low), .number(target.high)],
      "paths": target.share.map { .number($0) } ?? .null, "mean": .number(mean),
      "p5": .number(spread.low), "p95": .number(spread.high), "share": .number(share), "met": .bool(isMet),
    ]
  }
}

extension MMSError {
  /// This error and those found with it.
  var all: [MMSError] { [self] + others.flatMap(\.all) }

  /// The error as JSON.
  var json: JSONValue {
    [
      "message": .string(message), "path": path.map { .string($0) } ?? .null,
      "hint": hint.map { .string($0) } ?? .null,
      "file": location.map { .string($0.file) } ?? .null,
      "line": location.map { .integer(Int64($0.line)) } ?? .null,
      "column": (location?.column).map { .integer(Int64($0)) } ?? .null,
    ]
  }

  /// The error with the file named when it has no place of its own.
  func placed(in file: String) -> MMSError {
    guard location == nil, !message.contains(file) else { return self }
    var error = self
    error.message = "\(file): \(message)"
    return error
  }
}
