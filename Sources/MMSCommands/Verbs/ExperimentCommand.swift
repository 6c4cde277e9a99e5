// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime
import MMSScenario
import MMSStudy

/// `mms experiment`: many simulations that a file describes.
struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment", abstract: "Run experiments that a file describes; resumable, in shards.",
    discussion: """
      Examples:
        mms experiment run thresholds.yaml --output thresholds
        mms experiment status thresholds
        mms experiment run thresholds.yaml --shard 1/2 --output part1
        mms experiment run thresholds.yaml --shard 2/2 --output part2
        mms experiment merge part1 part2 --output thresholds
        mms experiment report thresholds --output thresholds.html
      """,
    subcommands: [
      ExperimentRunCommand.self, ExperimentStatusCommand.self, ExperimentMergeCommand.self,
      ExperimentReportCommand.self,
    ])
}

/// `mms experiment status`.
struct ExperimentStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how far an experiment has come.",
    discussion: """
      Example:
        mms experiment status thresholds
      """)

  @Argument(help: ArgumentHelp("The folder it writes to.", valueName: "dir"), completion: .directory)
  var folder: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let folder = try ExperimentFolder(reading: folder)
    let (done, failed) = try folder.progress()
    let design = folder.definition.design
    if global.json {
      return try Standard.write([
        "experiment": .string(design.name), "version": .integer(Int64(design.version)),
        "digest": .string(design.digest), "shard": .string(folder.shard.description),
        "trials": .integer(Int64(folder.size)), "done": .integer(Int64(done)),
        "failed": .integer(Int64(failed)), "complete": .bool(done == folder.size),
      ])
    }
    let part = folder.shard == .whole ? "" : ", shard \(folder.shard.description)"
    let share = Figures.plain(100 * Double(done) / Double(max(1, folder.size)), 1)
    try Standard.write(
      "experiment \(design.name)\(part): \(done) of \(folder.size) trials done (\(share) %), \(failed) failed\n"
        + (done == folder.size
          ? "" : "go on with: mms experiment run \(folder.definition.file) --output \(folder.path)\n"))
  }
}

/// `mms experiment merge`.
struct ExperimentMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Join the shards of an experiment: the bytes of one run.",
    discussion: """
      Example:
        mms experiment merge part1 part2 --output thresholds
      """)

  @Argument(help: ArgumentHelp("The folders of all shards.", valueName: "dir"), completion: .directory)
  var folders: [String]
  @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir"), completion: .directory)
  var output: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let findings = try ExperimentMerge.merge(folders, into: output)
    try ExperimentText.write(findings, output: output, isJSON: global.json)
  }
}

/// The findings of an experiment as people read them.
enum ExperimentText {
  static func write(_ findings: JSONValue, output: String, isJSON: Bool) throws(MMSError) {
    if isJSON { return try Standard.write(findings) }
    let name = findings["experiment"]?.stringValue ?? ""
    let trials = findings["trials"]?.integerValue ?? 0
    var lines: [String] = []
    if let shard = findings["shard"]?.stringValue {
      lines.append("experiment \(name), shard \(shard): \(trials) trials; merge it with the others")
    } else {
      let failed = findings["failed"]?.integerValue ?? 0
      let infeasible = findings["infeasible"]?.integerValue ?? 0
      lines.append("experiment \(name): \(trials) trials, \(failed) failed, \(infeasible) infeasible")
      lines += best(findings) + selection(findings) + walkForward(findings)
    }
    lines.append("results: \(output)/results.csv, \(output)/experiment.json")
    try Standard.write(lines.joined(separator: "\n") + "\n")
  }

  private static func best(_ findings: JSONValue) -> [String] {
    guard let best = findings["best"], let objective = findings["objective"]?.stringValue,
      let parameters = best["parameters"]?.objectValue
    else { return ["no choice counts: every one failed or is infeasible"] }
    let value = best["mean"]?[objective]?.doubleValue ?? 0
    let words = parameters.map { "\($0.key) = \($0.value.write())" }.joined(separator: ", ")
    let count = best["trials"]?.integerValue ?? 0
    if words.isEmpty { return ["mean \(objective) \(Figures.significant(value)) over \(count) trials"] }
    return ["best mean \(objective): \(Figures.significant(value)) over \(count) trials, with \(words)"]
  }

  private static func selection(_ findings: JSONValue) -> [String] {
    guard let selection = findings["selection"], let choices = selection["choices"]?.integerValue,
      choices > 1,
      let luck = selection["best_by_luck"]?.doubleValue, let sharpe = selection["sharpe_ratio"]?.doubleValue
    else { return [] }
    var text =
      "selection: \(choices) choices; Sharpe ratio of the best \(Figures.plain(sharpe, 2)), best by luck"
      + " \(Figures.plain(luck, 2))"
    if let plain = selection["probabilistic_sharpe"]?.doubleValue,
      let deflated = selection["deflated_sharpe"]?.doubleValue
    {
      text +=
        "; probability that it is above 0: \(Figures.plain(plain, 3)), above luck: \(Figures.plain(deflated, 3))"
    }
    return [text]
  }

  private static func walkForward(_ findings: JSONValue) -> [String] {
    guard let walk = findings["walk_forward"], let windows = walk["windows"]?.arrayValue, !windows.isEmpty,
      let train = walk["mean_train"]?.doubleValue, let test = walk["mean_test"]?.doubleValue,
      let below = walk["below_median"]?.doubleValue
    else { return [] }
    return [
      "walk forward: \(windows.count) windows; the choice of each has \(Figures.significant(train)) where it was"
        + " fitted and \(Figures.significant(test)) after it; below the median of all choices in"
        + " \(Figures.plain(100 * below, 0)) % of the windows"
    ]
  }
}
