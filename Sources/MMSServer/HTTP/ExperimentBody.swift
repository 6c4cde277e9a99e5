// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSScenario

/// The body of POST /experiments: what a file of kind Experiment says.
enum ExperimentBody {
  /// What the definition's origin is called: no file, and not the client's text either, whose lines were others.
  static let origin = "experiment"

  /// The schema that a file of kind Experiment has, without what a client may not reach.
  static func schema(_ runtime: Runtime, scenarios: [String]) -> JSONValue {
    let schema = ExperimentSchema.json(registry: runtime.registry, scenarios: scenarios)
    guard var object = strip(schema, isTop: true).objectValue else { return schema }
    object["examples"] = [example]
    return .object(object)
  }

  /// A small experiment that works.
  static let example: JSONValue = [
    "apiVersion": "mms/v1", "kind": "Experiment", "metadata": ["name": "thresholds"],
    "spec": [
      "base": ["symbol": "BTCUSDT", "period": "1d", "scenario": "normal", "seed": 11],
      "matrix": ["strategy_params.entry_threshold": [0.002, 0.004, 0.006]],
      "metrics": ["total_return", "slippage"],
    ],
  ]

  /// Leaves out files: `data`, and the scenario's description that speaks of them.
  private static func strip(_ value: JSONValue, isTop: Bool = false) -> JSONValue {
    switch value {
    case .object(let object):
      var result = JSONObject()
      for member in object where !(isTop && member.key == "$schema") && member.key != "data" {
        result[member.key] = member.key == "pattern" ? keys(member.value) : strip(member.value)
      }
      return .object(result)
    case .array(let items): return .array(items.map { strip($0) })
    case .string("A name, or a file relative to this one."): return "A scenario's name."
    default: return value
    }
  }

  private static func keys(_ pattern: JSONValue) -> JSONValue {
    .string((pattern.stringValue ?? "").replacing("|data|", with: "|"))
  }

  /// Reads a definition.
  ///
  /// - Throws: `.invalidData` with every fault that was found.
  static func definition(_ object: JSONObject) throws(MMSError) -> ExperimentDefinition {
    // JSON is YAML's flow style; written anew it has one form, whatever the client's was.
    try ExperimentDefinition(text: JSONValue.object(object).write(pretty: true), file: origin)
  }

  /// Refuses what a client may not reach: files, and parts of a scenario that choose code or data.
  ///
  /// - Throws: `.invalidValue` with every fault that was found.
  static func check(_ design: ExperimentDesign, _ runtime: Runtime) throws(MMSError) {
    var faults: [MMSError] = []
    func look(_ key: String, _ values: [JSONValue], at path: String) {
      do throws(MMSError) {
        if key == "data" {
          throw MMSError(
            .invalidValue, "a client may not choose where bars come from; leave 'data' out", path: path)
        } else if key == "scenario" {
          for value in values { _ = try SimulationBody.scenario(value.stringValue ?? "", runtime) }
        } else if key.hasPrefix("overrides.") {
          try ScenarioOverride.checkServiceOverride(path: String(key.dropFirst("overrides.".count)))
        }
      } catch {
        var fault = error
        fault.code = .invalidValue
        fault.path = path
        faults.append(fault)
      }
    }
    for member in design.base {
      if member.key == "overrides" {
        for key in member.value.objectValue?.keys ?? [] {
          look("overrides.\(key)", [], at: "spec.base.overrides.\(key.prefix(100))")
        }
      } else {
        look(member.key, [member.value], at: "spec.base.\(member.key)")
      }
    }
    for axis in design.axes { look(axis.key, axis.values, at: "spec.matrix.\(axis.key.prefix(100))") }
    for dimension in design.sampling?.dimensions ?? [] {
      let values: [JSONValue]
      if case .choice(let choices) = dimension.law { values = choices } else { values = [] }
      let method = design.sampling?.method.rawValue ?? "random"
      look(dimension.key, values, at: "spec.\(method).parameters.\(dimension.key.prefix(100))")
    }
    guard var first = faults.first else { return }
    first.others = Array(faults.dropFirst())
    throw first
  }
}

#endif
