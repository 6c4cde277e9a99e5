// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime
import MMSScenario

/// `mms schema`: JSON Schema from the live registry.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of scenario files, for editors and checks.",
    discussion: """
      Example:
        mms schema > scenario.schema.json

      It is made from the registered models, so it knows exactly the parameters this build accepts.
      """)

  @Option(
    help: ArgumentHelp("Which kind of file: Scenario.", valueName: "kind"), completion: .list(["Scenario"]))
  var kind = "Scenario"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    guard kind == "Scenario" else {
      throw MMSError(
        .invalidValue, "there is no schema of kind '\(kind)'", path: "kind",
        hint: Suggestion.hint(for: kind, among: ["Scenario"]))
    }
    try Standard.write(ScenarioSchema.json(registry: global.runtime().registry))
  }
}
