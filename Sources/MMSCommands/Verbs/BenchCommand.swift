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

      A name measures one, its first part all of a group:
      \(Benchmark.all.map { "  \($0.name)" }.joined(separator: "\n"))
      """)

  @Argument(help: "Which ones; all of them when none is named.", completion: .list(Benchmark.all.map(\.name)))
  var names: [String] = []
  @OptionGroup var global: GlobalOptions

  func run() throws {
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
    if names.isEmpty { chosen = all }
    let bench = BenchEnvironment(runtime: try global.runtime())
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
