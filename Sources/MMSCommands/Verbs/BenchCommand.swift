// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime

/// `mms bench`: how fast this build is on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure how fast this build is on this machine.",
    discussion: """
      Examples:
        mms bench
        mms bench quotes/threshold math
        mms bench --request request.json

      A name measures one, its first part all of a group:
      \(Benchmark.all.map { "  \($0.name)" }.joined(separator: "\n"))
      """)

  @Argument(help: "Which ones; all of them when none is named.", completion: .list(Benchmark.all.map(\.name)))
  var names: [String] = []
  @Option(
    help: ArgumentHelp(
      "Measure runs of this simulation instead: a JSON file with what POST /simulate takes, or a list of such.",
      valueName: "file"))
  var request: String?
  @Option(help: ArgumentHelp("Exactly so many runs each, none to warm up.", visibility: .hidden))
  var runs: Int?
  @Option(
    help: ArgumentHelp("Orders in the book before a stream of mixed operations.", visibility: .hidden))
  var prefill = 10_000
  @Option(
    help: ArgumentHelp(
      "Write the streams that books are compared on into this folder, and measure nothing.",
      visibility: .hidden))
  var writeStreams: String?
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let runs, runs < 1 { throw ValidationError("--runs \(runs): there has to be at least one.") }
    if !(0...10_000_000).contains(prefill) {
      throw ValidationError("--prefill \(prefill): there may be 0 to 10000000.")
    }
    if request != nil, !names.isEmpty {
      throw ValidationError("--request measures that simulation and nothing else; leave out the names.")
    }
  }

  func run() throws {
    if let folder = writeStreams { return try BenchStreams.write(into: folder) }
    try Stopwatch.$runs.withValue(runs) { try measure() }
  }

  private func measure() throws {
    let all = Benchmark.all
    var chosen: [Benchmark] = []
    for name in names {
      let found = all.filter { $0.name == name || $0.name.hasPrefix("\(name)/") }
      guard !found.isEmpty else {
        throw MMSError(
          .invalidValue, "there is no benchmark '\(name)'",
          hint: Suggestion.hint(for: name, among: all.map(\.name)))
      }
      chosen += found
    }
    if let request {
      chosen = [Benchmark.requests(try BenchRequests.read(request))]
    } else if names.isEmpty {
      chosen = all
    }
    let bench = BenchEnvironment(runtime: try global.runtime(), prefill: prefill)
    var table = TextTable(.left, .right, .left, .left)
    var documents: [JSONValue] = []
    let bar = ProgressBar("Measuring", isOn: !global.quiet)
    defer { bar.end() }
    for (index, benchmark) in chosen.enumerated() {
      bar.show(index, of: chosen.count)
      let reading = try benchmark.measure(bench)
      table.add(benchmark.name, Figures.plain(reading.value, 3), reading.unit, reading.detail)
      documents.append([
        "name": .string(benchmark.name), "value": .number(reading.value), "unit": .string(reading.unit),
        "detail": .string(reading.detail),
      ])
    }
    bar.end()
    if global.json {
      try Standard.write(["benchmarks": .array(documents)])
    } else {
      try Standard.write(table.text)
    }
  }
}
