// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSReference
import MMSRuntime

/// `mms reference`: published experiments, run again.
struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "Run published experiments with the engine's own components.",
    discussion: """
      Examples:
        mms reference
        mms reference kyle
        mms reference avellaneda-stoikov --param gamma=0.5 --param paths=20000
        mms reference heston --strict --json

      Without a name every experiment runs with its paper's parameters. Each
      number stands beside what a formula gives, with its standard error; --strict
      ends with 70 on a miss. A wrong parameter is answered with those there are.

      \(names)
      """)

  /// The experiments with what each is, one a line.
  private static var names: String {
    let width = ExperimentCatalogue.all.map { $0.name.count }.max() ?? 0
    return ExperimentCatalogue.all.map { experiment in
      let padding = String(repeating: " ", count: width - experiment.name.count)
      // Authors and year.
      let year = experiment.source.firstRange(of: /[0-9]{4}/)?.upperBound ?? experiment.source.endIndex
      return "  \(experiment.name)\(padding)  \(experiment.source[..<year])"
    }.joined(separator: "\n")
  }

  @Argument(
    help: "The experiment; all of them without a name.",
    completion: .list(ExperimentCatalogue.all.map { $0.name }))
  var name: String?

  @Option(
    help: ArgumentHelp("A parameter of the experiment; repeatable.", valueName: "name=value"),
    transform: { try ParameterArgument($0) })
  var param: [ParameterArgument] = []

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The seed of every draw. (default: 1)", valueName: "n"),
    transform: seedNumber)
  var seed: UInt64?

  @Flag(help: "End with 70 when a number misses its tolerance.") var strict = false

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let threads = try global.runtime().configuration.threads
    let inputs = param.map { ($0.name, $0.input) }
    guard name != nil || inputs.isEmpty else {
      throw MMSError(
        .usage, "--param belongs to one experiment, and none is named", path: "name",
        hint: "write its name: mms reference NAME --param \(inputs[0].0)=…")
    }
    let chosen = try name.map { [try ExperimentCatalogue.experiment($0)] } ?? ExperimentCatalogue.all
    let bar = ProgressBar("Running", isOn: !global.quiet)
    defer { bar.end() }
    var runs: [ExperimentRun] = []
    for (index, experiment) in chosen.enumerated() {
      bar.show(index, of: chosen.count)
      runs.append(try ExperimentRun(experiment, inputs: inputs, seed: seed ?? 1, threads: threads))
    }
    bar.end()
    if global.json {
      try Standard.write(name != nil ? runs[0].json : ["references": .array(runs.map(\.json))])
    } else {
      try Standard.write(runs.map(Self.card).joined(separator: "\n"))
    }
    let missed = runs.flatMap { run in
      run.results.filter { !$0.pass }.map { "\(run.experiment.name) \($0.name)" }
    }
    if strict, !missed.isEmpty {
      throw MMSError(
        .internal, "outside their tolerance: \(missed.joined(separator: ", "))",
        hint: "a larger --param paths tells chance from error")
    }
  }

  /// One experiment as text.
  private static func card(_ run: ExperimentRun) -> String {
    var text =
      Style.bold(run.experiment.name) + "\n  \(run.experiment.summary)\n  \(run.experiment.source)\n"
    let written = run.parameters.entries.map { "\($0.name)=\($0.value.text)" }
    text += Style.dim("  \(written.joined(separator: " ")) seed=\(run.seed)") + "\n"
    var table = TextTable(.left, .right, .right, .right, .right, .left)
    table.head("", "value", "error", "expected", "tolerance", "")
    func figure(_ value: Double?, _ digits: Int) -> String {
      value.map { Figures.significant($0, digits) } ?? "-"
    }
    for result in run.results {
      let verdict = !result.pass ? "MISSED" : result.expected == nil ? "" : "ok"
      table.add(
        result.name, figure(result.value, 7), figure(result.standardError, 2), figure(result.expected, 7),
        figure(result.tolerance, 2), verdict)
    }
    return text + table.text
  }
}
