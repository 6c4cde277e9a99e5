// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSRuntime
import MMSScenario

/// All a scenario says.
struct ScenarioCard: Presentable {
  private let scenario: ScenarioDefinition

  init(_ scenario: ScenarioDefinition) { self.scenario = scenario }

  var text: String {
    var text = "\(Style.bold(scenario.name)) v\(scenario.version)\n  \(scenario.summary)\n\n"
    var table = TextTable(.left, .left)
    for (slot, model) in scenario.models {
      let parameters = model.parameters.entries.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
      table.add("\(slot) model", "\(model.id)  \(parameters)")
    }
    for (name, value) in scenario.calibrationFacts + scenario.executionFacts {
      table.add(name.replacing("_", with: " "), value.text)
    }
    for event in scenario.events { table.add("event", event.text) }
    for target in scenario.targets { table.add("target", target.text) }
    text += table.text
    if !scenario.source.isEmpty { text += "\nSource\n  \(scenario.source)\n" }
    return text + "\nFiles\n" + scenario.files.map { "  \($0)\n" }.joined()
  }

  var json: JSONValue { scenario.json }
}
