// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

/// A bare function as a file describes it: prototype, what feeds each argument, what it must answer.
public struct FunctionSpecification: Sendable {
  /// Where an argument's value comes from.
  enum Feed: Sendable, Hashable {
    /// A quantity of the engine.
    case quantity(EngineQuantity)
    /// A parameter of the model.
    case parameter(String)
    /// The same number always.
    case constant(Double)
  }

  /// What the function must answer to given arguments.
  struct Row: Sendable {
    let arguments: [Double]
    let expected: Double
    let tolerance: Double
    let location: SourceLocation?
  }

  /// The function.
  public let prototype: FunctionPrototype
  /// Whether its result is sampled as a probability or taken as the share that fills.
  let isProbability: Bool
  /// What its result must lie in.
  let range: ClosedRange<Double>
  let feeds: [Feed]
  let rows: [Row]

  private static let units = ["fraction", "probability", "share"]

  /// Reads a function from the keys of a mapping, which takes the faults.
  ///
  /// Nil when there is no usable prototype.
  init?(reading map: YAMLMap, kind: ModelKind, parameters: [ParameterSchema]) {
    let text = map.require("function", .text)
    _ = map.optional("batch", .text)
    let read: FunctionPrototype
    do throws(MMSError) {
      read = try FunctionPrototype(text)
    } catch {
      map.fault(error.message, at: "function", hint: error.hint)
      map.allow("bind", "result", "tests")
      return nil
    }
    prototype = read
    if ![.impact, .fill, .scenario].contains(kind) {
      map.fault("a bare function is a scenario, fill or impact model, not a \(kind)", at: "function")
    }
    if (kind == .scenario) != (read.result == .void) {
      map.fault(
        kind == .scenario
          ? "a scenario's function returns void and writes columns"
          : "the function returns nothing; return the number",
        at: "function")
    }
    feeds = Self.feeds(map.section("bind"), read, kind: kind, parameters: parameters)
    let result = map.optionalSection("result")
    let unit = result?.optional("unit", .text(oneOf: Self.units)) ?? "fraction"
    isProbability = unit != "share"
    range = result?.optional("range", .range(of: .number)) ?? (kind == .fill ? 0...1 : -1...100)
    let list = map.sections("tests")
    if list.isEmpty, map.location != nil {
      map.fault(
        "a bare function needs at least one test row: a wrong prototype answers plausible nonsense",
        at: "tests")
    }
    rows = list.map { Self.row($0, read) }
  }

  private static func feeds(
    _ bind: YAMLMap, _ prototype: FunctionPrototype, kind: ModelKind, parameters: [ParameterSchema]
  ) -> [Feed] {
    let quantities = EngineQuantity.all(for: kind)
    for key in bind.keys where !prototype.arguments.contains(where: { $0.name == key }) {
      bind.allow(key)
      bind.fault(
        "the function has no argument '\(key)'", at: key,
        hint: Suggestion.hint(for: key, among: prototype.arguments.map(\.name)))
    }
    return prototype.arguments.map { argument in
      let node = bind.require(argument.name, .node)
      if let number = node.scalar, case .number(let value) = number.value { return .constant(value) }
      if let number = node.scalar, case .integer(let value) = number.value { return .constant(Double(value)) }
      var name = node.scalar?.text ?? ""
      var stated: String?
      if node.entries != nil {
        name = node["from"]?.scalar?.text ?? ""
        stated = node["unit"]?.scalar?.text
      }
      if bind.location == nil || node.isNull { return .constant(0) }
      if name.hasPrefix("param.") {
        let parameter = String(name.dropFirst("param.".count))
        if !parameters.contains(where: { $0.name == parameter }) {
          bind.fault(
            "the model has no parameter '\(parameter)'", at: argument.name,
            hint: Suggestion.hint(for: parameter, among: parameters.map(\.name)))
        }
        return .parameter(parameter)
      }
      guard let quantity = quantities.first(where: { $0.name == name }) else {
        bind.fault(
          "there is no quantity '\(name)' for a \(kind) function", at: argument.name,
          hint: Suggestion.hint(for: name, among: quantities.map(\.name)))
        return .constant(0)
      }
      let isColumn = kind == .scenario && quantity.column != nil
      if isColumn != argument.type.isColumn {
        bind.fault(
          isColumn
            ? "'\(name)' is a column; the argument '\(argument.name)' must be a pointer"
            : "'\(name)' is a number; the argument '\(argument.name)' is a pointer", at: argument.name)
      }
      if let stated, stated != Self.word(for: quantity.unit) {
        bind.fault(
          "'\(name)' is measured in \(Self.word(for: quantity.unit)), not in \(stated)", at: argument.name)
      }
      return .quantity(quantity)
    }
  }

  private static func word(for unit: ParameterUnit) -> String {
    switch unit {
    case .none: "none"
    case .baseUnits: "base_units"
    case .quoteCurrency: "quote_currency"
    case .perRootDay: "per_root_day"
    case .perDay: "per_day"
    case .fraction, .price, .steps, .time: unit.rawValue.isEmpty ? "\(unit)" : unit.rawValue
    }
  }

  /// Columns of a test row are columns of one row: a number each; the expectation is the first written one.
  private static func row(_ map: YAMLMap, _ prototype: FunctionPrototype) -> Row {
    let bind = map.section("bind")
    let arguments = prototype.arguments.map { bind.require($0.name, .number) }
    return Row(
      arguments: arguments, expected: map.require("expect", .number),
      tolerance: map.optional("rtol", .number(in: 0...1), default: 1e-9), location: map.location)
  }
}
