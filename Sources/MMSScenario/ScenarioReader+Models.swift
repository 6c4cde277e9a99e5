// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

extension ScenarioReader {
  /// The slots of `spec.models`.
  static let slots: [ModelKind] = [.scenario, .fill, .impact, .flow]

  /// What `use` says of a C function that the file describes itself.
  static func function(_ slot: ModelKind) -> String { "\(slot)/CFunction-v1" }

  /// The model of a slot; nil when a fault has been recorded.
  func model(_ slot: ModelKind, in models: YAMLMap) -> ModelReference? {
    let map = models.section(slot.rawValue)
    let inline = map.optional("use", .node)?.scalar?.text == Self.function(slot)
    let registered = YAMLKind<ModelEntry?>(fallback: nil) { (node, path) throws(MMSError) in
      let id = try YAMLKind.text.read(node, path)
      return try registry.entry(id, kind: slot)
    }
    let entry = inline ? readFunction?(map, slot) : map.require("use", registered)
    if inline, readFunction == nil {
      map.fault("functions of libraries are not available in this build; use a built-in model", at: "use")
    }
    let written = map.optional("params", .node)
    guard let entry, let place = written?.location ?? map.location else { return nil }
    let path = "\(map.path).params"
    if let written, written.entries == nil {
      map.fault(
        written.mismatch(
          expected: "a mapping", path: path, remedy: "write each parameter as 'name: value' below it"))
      return nil
    }
    let schema = entry.descriptor.parameters
    var inputs: [(name: String, input: ParameterInput)] = []
    var locations: [String: SourceLocation] = [:]
    // A key without a value counts as absent, so that the default holds.
    for item in written?.entries ?? [] where !item.value.isNull {
      inputs.append((item.key, item.value.parameterInput))
      // A wrong name is shown where the name stands, a wrong value where the value does.
      let isKnown = schema.contains { $0.name == item.key }
      locations[item.key] = isKnown ? item.value.location : item.keyLocation
    }
    do throws(MMSError) {
      let values = try ParameterResolver.resolve(
        inputs, schema: schema, owner: "model '\(entry.descriptor.id)'", path: path, locations: locations)
      // Parameters that fit one by one may contradict each other: only the model itself knows.
      // Foreign code runs only where the simulation does.
      if !entry.isForeign { try entry.factory.tryOut(values) }
      return ModelReference(
        id: entry.descriptor.id, parameters: values, inputs: inputs, inline: inline ? entry : nil)
    } catch {
      // When values contradict each other, the override is what made them.
      let override = written?.entries?.first { !files.contains($0.value.location.file) }
      map.fault(error.located(at: override?.value.location ?? place, path: path))
      return nil
    }
  }
}

extension ModelFactory {
  fileprivate func tryOut(_ values: ParameterValues) throws(MMSError) {
    switch self {
    case .scenario(let make): _ = try make(values)
    case .fill(let make): _ = try make(values)
    case .impact(let make): _ = try make(values)
    case .strategy(let make): _ = try make(values)
    case .source(let open): _ = try open(values)
    case .flow(let make): _ = try make(values)
    }
  }
}

extension MMSError {
  /// The error with a place and a path for every fault that has none.
  fileprivate func located(at place: SourceLocation, path: String) -> MMSError {
    var error = self
    error.location = location ?? place
    error.path = self.path ?? path
    error.others = others.map { $0.located(at: place, path: path) }
    return error
  }
}
