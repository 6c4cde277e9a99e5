// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSRuntime

/// Something that can be printed for people and for programs.
protocol Presentable {
  /// For people.
  var text: String { get }
  /// For programs.
  var json: JSONValue { get }
}

extension Standard {
  /// Writes one of the two forms.
  static func write(_ value: some Presentable, asJSON: Bool) throws(MMSError) {
    if asJSON { try write(value.json) } else { try write(value.text) }
  }
}

/// Models or strategies, one on a line.
struct Listing: Presentable {
  private let entries: [ModelEntry]
  private let key: String

  init(_ entries: [ModelEntry], key: String) {
    self.entries = entries
    self.key = key
  }

  var text: String {
    var table = TextTable(.left, .left)
    for entry in entries { table.add(entry.descriptor.id, entry.descriptor.summary) }
    return table.text
  }

  var json: JSONValue {
    .object([
      key: .array(entries.map(\.listing))
    ])
  }
}

/// All a model says about itself.
struct ModelCard: Presentable {
  private let entry: ModelEntry

  init(_ entry: ModelEntry) { self.entry = entry }

  var text: String {
    let descriptor = entry.descriptor
    var text = "\(Style.bold(descriptor.id))  \(descriptor.kind) model, \(entry.origin)\n"
    text += "  \(descriptor.summary)\n"
    if !descriptor.equations.isEmpty { text += "\nEquations\n\(indented(descriptor.equations))" }
    if descriptor.parameters.isEmpty {
      text += "\nNo parameters.\n"
    } else {
      var table = TextTable(.left, .left, .left, .left)
      table.head("parameter", "type", "default", "range")
      for parameter in descriptor.parameters {
        let unit = parameter.unit == .none || parameter.unit == .time ? "" : ", \(parameter.unit.rawValue)"
        table.add(
          parameter.name, parameter.type.name + unit, parameter.defaultValue?.text ?? "required",
          parameter.rangeText ?? "")
      }
      text += "\n" + table.text + "\n"
      text += descriptor.parameters.map { "  \($0.name): \($0.summary)\n" }.joined()
    }
    if !descriptor.source.isEmpty { text += "\nSource\n\(indented(descriptor.source))" }
    return text
  }

  var json: JSONValue { entry.json }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
  }
}

extension ParameterValue {
  /// The value as it would be written in a file.
  var text: String { json.stringValue ?? json.write(pretty: false) }
}
