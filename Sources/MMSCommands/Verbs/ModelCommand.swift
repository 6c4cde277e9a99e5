// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime

/// `mms model`: the registry of models.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "List and explain the models that scenarios are made of.",
    discussion: """
      Examples:
        mms model list --kind fill
        mms model show impact/SquareRoot-v1
      """,
    subcommands: [List.self, Show.self])

  /// `mms model list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the models.", discussion: "Example:\n  mms model list --kind fill")

    @Option(
      help: ArgumentHelp("Only this kind: scenario, fill, impact or flow.", valueName: "kind"),
      completion: .list(["scenario", "fill", "impact", "flow"]))
    var kind: String?
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let registry = try global.runtime().registry
      let known = ModelKind.all.filter { $0 != .strategy }
      if let kind, !known.contains(ModelKind(rawValue: kind)) {
        throw MMSError(
          .invalidValue, "there is no kind of model '\(kind)'", path: "kind",
          hint: Suggestion.hint(for: kind, among: known.map(\.rawValue)))
      }
      let entries = registry.entries.filter {
        $0.descriptor.kind != .strategy && (kind == nil || $0.descriptor.kind.rawValue == kind)
      }
      try Standard.write(Listing(entries, key: "models"), asJSON: global.json)
    }
  }

  /// `mms model show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a model: equations, sources, parameters.",
      discussion: "Example:\n  mms model show impact/SquareRoot-v1")

    @Argument(help: "The model's id.") var id: String
    @OptionGroup var global: GlobalOptions

    func run() throws {
      try Standard.write(ModelCard(global.runtime().registry.entry(id, path: "model")), asJSON: global.json)
    }
  }
}

/// `mms strategy`: the registry of strategies.
struct StrategyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strategy", abstract: "List and explain the strategies.",
    discussion: """
      Examples:
        mms strategy list
        mms strategy show threshold
      """,
    subcommands: [List.self, Show.self])

  /// `mms strategy list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the strategies.", discussion: "Example:\n  mms strategy list")

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let entries = try global.runtime().registry.entries(of: .strategy)
      try Standard.write(Listing(entries, key: "strategies"), asJSON: global.json)
    }
  }

  /// `mms strategy show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a strategy: rules and parameters.",
      discussion: "Example:\n  mms strategy show threshold")

    @Argument(help: "The strategy's name.") var name: String
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let entry = try global.runtime().registry.entry(name, kind: .strategy, path: "strategy")
      try Standard.write(ModelCard(entry), asJSON: global.json)
    }
  }
}
