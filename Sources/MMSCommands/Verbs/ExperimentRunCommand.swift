// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore
import MMSReport
import MMSRuntime
import MMSScenario
import MMSStudy
import Synchronization

/// `mms experiment run`.
struct ExperimentRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run an experiment, or go on with one.",
    discussion: """
      Example:
        mms experiment run thresholds.yaml --output thresholds

      Results are written as they come; a run that was stopped goes on where it was
      when it is started again. The bytes of results.csv and experiment.json do not
      depend on threads, stops or shards.
      """)

  /// More trials than this are asked about first.
  static let askAbove = 100_000

  @Argument(
    help: ArgumentHelp("A file of kind Experiment.", valueName: "file.yaml"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(
    help: ArgumentHelp("The folder to write to. (default: the experiment's name)", valueName: "dir"),
    completion: .directory)
  var output: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many simulations run at once. (default: --threads)", valueName: "n"),
    transform: { try whole($0, 1...4096, "a number of simulations") })
  var jobs: Int?

  @Option(
    help: ArgumentHelp("Run only the K-th of N parts, such as 1/4.", valueName: "k/n"),
    transform: { text in
      guard let shard = TrialSchedule.Shard(text) else {
        throw ValidationError("a shard is written K/N with 1 ≤ K ≤ N, such as 1/4")
      }
      return shard
    })
  var shard: TrialSchedule.Shard?

  @Option(
    help: ArgumentHelp("Write a page of the results, or what it shows as .json.", valueName: "file"),
    completion: .file(extensions: ["html", "json"]))
  var report: String?

  @Flag(help: "Do not ask, however many trials there are.")
  var yes = false

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let definition = try ExperimentDefinition(contentsOf: self.file)
    var configuration = global.configuration()
    configuration.sharesPreparations = true
    let threads = jobs ?? configuration.threads
    let runtime = try Runtime(configuration, sources: .ofProgram)
    let file = try report.map { path throws(MMSError) in try ReportFile(path) }
    let library = try file?.library(of: runtime)
    let experiment = try PreparedExperiment(definition, runtime: runtime)
    let shard = shard ?? .whole
    let size = shard.size(of: experiment.trials.count)
    if size > Self.askAbove, !yes { try ask(experiment, size, threads) }
    let output = output ?? definition.design.name
    let meter = ExperimentMeter(global)
    defer { meter.end() }
    let findings = try experiment.run(in: output, shard: shard, threads: threads) { done, size in
      meter.show(done, of: size)
    }
    meter.end()
    if let file {
      let page = try ExperimentPage(ExperimentFolder(reading: output).record())
      try file.write(page.json) { library.map { page.html(with: $0) } }
    }
    try ExperimentText.write(findings, output: output, isJSON: global.json)
  }

  /// Says what it would cost; goes on only when somebody at a terminal says so.
  private func ask(_ experiment: PreparedExperiment, _ size: Int, _ threads: Int) throws {
    let seconds = try experiment.secondsPerTrial() * Double(size) / Double(threads)
    let cost =
      "experiment '\(experiment.definition.design.name)' has \(size) trials: about"
      + " \(ExperimentMeter.span(seconds)) with \(threads) at once"
    if isatty(STDIN_FILENO) == 1, Standard.isErrorTerminal, !global.json {
      Standard.complain("\(cost). Run it? [y/N]")
      if let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) { return }
      throw MMSError(.interrupted, "nothing was run")
    }
    throw MMSError(
      .invalidValue, cost, path: "spec.matrix",
      hint: "add --yes to run it, cut it with --shard K/N, or sample the matrix with 'sobol'")
  }
}

/// How far an experiment has come: a bar on a terminal, a line now and then elsewhere.
final class ExperimentMeter: Sendable {
  private struct State {
    var first: (done: Int, at: ContinuousClock.Instant)?
    var spoke = ContinuousClock.now
  }

  private let bar: ProgressBar
  private let global: GlobalOptions
  private let state = Mutex(State())
  private static let pause = Duration.seconds(10)
  private static let frame = Duration.milliseconds(50)

  init(_ global: GlobalOptions) {
    self.global = global
    bar = ProgressBar("Experimenting", isOn: !global.quiet)
  }

  func show(_ done: Int, of total: Int) {
    // Asked after every trial, of which there are thousands a second: words are made when somebody sees them.
    guard !global.quiet else { return }
    let now = ContinuousClock.now
    let pause = Standard.isErrorTerminal ? Self.frame : Self.pause
    let text = state.withLock { state -> String? in
      guard let first = state.first else {
        state.first = (done, now)
        return nil
      }
      guard now - state.spoke > pause else { return nil }
      state.spoke = now
      let seconds = (now - first.at) / .seconds(1)
      let rate = seconds > 0 ? Double(done - first.done) / seconds : 0
      let left = rate > 0 ? ", \(Self.span(Double(total - done) / rate)) left" : ""
      return "\(done) of \(total), \(Figures.plain(rate, rate < 10 ? 1 : 0))/s\(left)"
    }
    guard let text else { return }
    if Standard.isErrorTerminal {
      bar.show(done, of: total, detail: text)
    } else {
      global.remark(text)
    }
  }

  func end() { bar.end() }

  /// A span of time in the two units people would use.
  static func span(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 3.2e9 else { return "more than a century" }
    let whole = Int(seconds.rounded())
    if whole < 120 { return "\(whole) s" }
    if whole < 7200 { return "\(whole / 60) min" }
    if whole < 172_800 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
    return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
  }
}
