// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime
import MMSScenario

/// `mms scenario`: the registry of scenarios.
struct ScenarioCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario", abstract: "List, explain and check scenarios.",
    discussion: """
      Examples:
        mms scenario list
        mms scenario show black_swan
        mms scenario render black_swan > my_swan.yaml
        mms scenario validate my_swan.yaml --targets
      """,
    subcommands: [List.self, Show.self, Render.self, Validate.self])

  /// `mms scenario list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the scenarios.", discussion: "Example:\n  mms scenario list")

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let library = try global.runtime().scenarios
      let listings = library.list()
      if global.json {
        try Standard.write(["scenarios": .array(listings.map(\.json))])
        return
      }
      var table = TextTable(.left, .left, .left)
      for item in listings {
        let state = item.error == nil ? "v\(item.version)" : item.lacksPlugin ? "–" : "broken"
        table.add(item.name, state, item.lacksPlugin ? item.error?.message ?? "" : item.summary)
      }
      try Standard.write(table.text)
      if listings.isEmpty {
        global.remark(
          "no scenarios in \(library.directories.joined(separator: ", ")); give --scenario-path DIR")
      }
      for item in listings {
        if let error = item.error, !item.lacksPlugin { MMSProgram.report(error) }
        for file in item.shadows { global.remark("note: \(item.file) hides \(file)") }
      }
    }
  }

  /// `mms scenario show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a scenario: its models, costs, rules, events and targets.",
      discussion: "Example:\n  mms scenario show black_swan")

    @Argument(help: "A scenario's name, or a file that ends in .yaml.") var name: String
    @Option(help: ArgumentHelp("Change a value first; repeatable.", valueName: "path=value"))
    var set: [String] = []
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let scenario = try global.runtime().scenario(name, set: set)
      try Standard.write(ScenarioCard(scenario), asJSON: global.json)
    }
  }

  /// `mms scenario render`.
  struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "render", abstract: "Print a scenario as one file, with the origin of every value.",
      discussion: "Example:\n  mms scenario render black_swan --set calibration.base_slippage=0.002")

    @Argument(help: "A scenario's name, or a file that ends in .yaml.") var name: String
    @Option(help: ArgumentHelp("Change a value first; repeatable.", valueName: "path=value"))
    var set: [String] = []
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let scenario = try global.runtime().scenario(name, set: set)
      if global.json {
        try Standard.write([
          "name": .string(scenario.name), "digest": .string(scenario.digest),
          "yaml": .string(scenario.render()),
        ])
      } else {
        try Standard.write(scenario.render())
      }
    }
  }
}

extension Runtime {
  /// A scenario with `--set` applied.
  func scenario(_ name: String, set: [String]) throws(MMSError) -> ScenarioDefinition {
    var overrides: [ScenarioOverride] = []
    for text in set { overrides.append(try ScenarioOverride(text)) }
    return try scenarios.load(name, overrides: overrides)
  }
}

extension ScenarioLibrary.Listing {
  /// The listing as JSON.
  var json: JSONValue {
    [
      "name": .string(name), "version": .integer(Int64(version)), "summary": .string(summary),
      "file": .string(file), "hides": .array(shadows.map { .string($0) }),
      "error": error.map { .string("\($0)") } ?? .null,
    ]
  }
}
