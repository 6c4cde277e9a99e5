// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime
import MMSScenario
import MMSStudy

/// `mms schema`: JSON Schema from the live registry.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of files that MMS reads, for editors and checks.",
    discussion: """
      Examples:
        mms schema > scenario.schema.json
        mms schema --kind Experiment > experiment.schema.json

      It is made from the registered models, so it knows exactly the parameters this build accepts.
      """)

  private static let kinds = ["Scenario", "Comparison", "Experiment"]

  @Option(
    help: ArgumentHelp("Which kind of file: Scenario, Comparison or Experiment.", valueName: "kind"),
    completion: .list(kinds))
  var kind = "Scenario"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let runtime = try global.runtime()
    switch kind {
    case "Scenario": try Standard.write(ScenarioSchema.json(registry: runtime.registry))
    case "Comparison":
      try Standard.write(
        ComparisonSchema.json(
          registry: runtime.registry, scenarios: runtime.scenarios.names,
          metrics: Metric.allCases.map(\.rawValue)))
    case "Experiment":
      try Standard.write(
        ExperimentSchema.json(registry: runtime.registry, scenarios: runtime.scenarios.names))
    default:
      throw MMSError(
        .invalidValue, "there is no schema of kind '\(kind)'", path: "kind",
        hint: Suggestion.hint(for: kind, among: Self.kinds))
    }
  }
}
