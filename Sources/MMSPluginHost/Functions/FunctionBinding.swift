// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSYAML

/// What feeds each argument of a function, in the order of its prototype.
public struct FunctionBinding: Sendable, Hashable {
  /// Where an argument's value comes from.
  public enum Source: Sendable, Hashable {
    /// A quantity of the engine, by its place in ``EngineQuantity/all(for:)``, times a factor.
    case quantity(Int, factor: Double)
    /// A parameter of the model.
    case parameter(String)
    /// Always the same number.
    case constant(Double)
  }

  /// One source for each argument.
  public let sources: [Source]
  /// The quantities the sources count in.
  public let quantities: [EngineQuantity]

  /// Whether a quantity of the engine feeds an argument.
  public func binds(_ name: String) -> Bool {
    sources.contains { source in
      if case .quantity(let index, _) = source { quantities[index].name == name } else { false }
    }
  }

  /// Reads `bind`: every argument once, nothing else.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` with every missing, extra or unfit entry and its place.
  public init(
    reading map: YAMLMap, prototype: FunctionPrototype, kind: ModelKind, parameters: [ParameterSchema]
  ) throws(MMSError) {
    quantities = EngineQuantity.all(for: kind)
    var faults: [MMSError] = []
    var sources: [Source] = []
    let names = prototype.arguments.map(\.name)
    for key in map.keys where !names.contains(key) {
      let node = map.optional(key, .node)
      faults.append(
        MMSError(
          .invalidData, "bind names '\(key)', which is no argument of '\(prototype)'; remove it",
          path: "\(map.path).\(key)", hint: Suggestion.hint(for: key, among: names),
          location: node?.location ?? map.location))
    }
    for argument in prototype.arguments {
      guard let node = map.optional(argument.name, .node) else {
        faults.append(
          MMSError(
            .invalidData,
            "bind lacks the argument '\(argument.name)' of '\(prototype)'; add '\(argument.name): QUANTITY'",
            path: "\(map.path).\(argument.name)", location: map.location))
        continue
      }
      do throws(MMSError) {
        let source = try Self.source(node, argument, kind: kind, quantities: quantities)
        if case .parameter(let name) = source { try Self.check(name, parameters) }
        sources.append(source)
      } catch {
        var error = error
        error.code = .invalidData
        error.path = error.path ?? "\(map.path).\(argument.name)"
        error.location = error.location ?? node.location
        faults.append(error)
      }
    }
    if faults.isEmpty { faults += Self.conflicts(sources, prototype, quantities, map) }
    // Addresses do not say how many numbers stand there.
    let count = quantities.firstIndex { $0.name == "block.rows" }
    let knowsCount = sources.contains { source in
      if case .quantity(let index, _) = source { index == count } else { false }
    }
    if faults.isEmpty, count != nil, !knowsCount {
      faults.append(
        MMSError(
          .invalidData,
          "no argument of '\(prototype)' is bound to block.rows, so that the function cannot know how long its"
            + " columns are; add 'int64_t rows' and 'rows: block.rows'", path: map.path,
          location: map.location))
    }
    if let error = MMSError.combining(faults) { throw error }
    self.sources = sources
  }

  private static func check(_ name: String, _ parameters: [ParameterSchema]) throws(MMSError) {
    guard let schema = parameters.first(where: { $0.name == name }) else {
      throw MMSError(
        .invalidData, "the model declares no parameter '\(name)'",
        hint: parameters.isEmpty
          ? "declare it under 'parameters', or write the number itself"
          : Suggestion.hint(for: name, among: parameters.map(\.name)))
    }
    guard schema.type == .number || schema.type == .integer || schema.type == .flag else {
      throw MMSError(
        .invalidData, "the parameter '\(name)' is \(schema.type.name); only numbers can be passed")
    }
  }

  private static func source(
    _ node: YAMLNode, _ argument: FunctionPrototype.Argument, kind: ModelKind, quantities: [EngineQuantity]
  ) throws(MMSError) -> Source {
    let what = "argument '\(argument.name)'"
    if let entries = node.entries {
      for entry in entries where entry.key != "from" && entry.key != "unit" {
        throw MMSError(
          .invalidData, "\(what): unknown key '\(entry.key)'; allowed: from, unit",
          location: entry.keyLocation)
      }
      guard let from = node["from"] else {
        throw MMSError(.invalidData, "\(what): 'from' is missing; write {from: QUANTITY, unit: UNIT}")
      }
      var unit: EngineQuantity.Unit?
      if let written = node["unit"] {
        let name = written.scalar?.text ?? ""
        unit = EngineQuantity.units.first { $0.name == name }
        guard unit != nil else {
          let names = EngineQuantity.units.map(\.name)
          throw MMSError(
            .invalidData, "\(what): unknown unit '\(name)'; units: \(names.joined(separator: ", "))",
            hint: Suggestion.nearest(to: name, among: names).first.map { "did you mean '\($0)'?" },
            location: written.location)
        }
      }
      return try source(from, argument, unit, kind, quantities)
    }
    return try source(node, argument, nil, kind, quantities)
  }

  private static func source(
    _ node: YAMLNode, _ argument: FunctionPrototype.Argument, _ unit: EngineQuantity.Unit?, _ kind: ModelKind,
    _ quantities: [EngineQuantity]
  ) throws(MMSError) -> Source {
    let (what, type) = ("argument '\(argument.name)'", argument.type)
    switch node.scalar?.value {
    case .integer, .number:
      let value = Double(node.scalar?.text ?? "") ?? .nan
      guard value.isFinite else {
        throw MMSError(.invalidData, "\(what): the constant must be a finite number")
      }
      guard !type.isPointer else {
        throw MMSError(
          .invalidData, "\(what) is '\(type.rawValue)', a column; a constant needs an argument of type double"
        )
      }
      guard FunctionCaller.fits(value, type) else {
        throw MMSError(.invalidData, "\(what): \(value) is no value of \(type.rawValue)")
      }
      return .constant(value)
    case .string(let name):
      if name.hasPrefix("param.") {
        guard !type.isPointer else {
          throw MMSError(
            .invalidData, "\(what) is '\(type.rawValue)', a column; a parameter is one number: write double")
        }
        return .parameter(String(name.dropFirst(6)))
      }
      guard let index = quantities.firstIndex(where: { $0.name == name }) else {
        let names = quantities.map(\.name) + ["param.NAME"]
        let near = Suggestion.nearest(to: name, among: names)
        throw MMSError(
          .invalidData,
          "\(what): the engine has no quantity '\(name)' for \(kind) models; there is: \(names.joined(separator: ", "))",
          hint: near.isEmpty ? nil : Suggestion.hint(for: name, among: near), location: node.location)
      }
      let quantity = quantities[index]
      guard quantity.isColumn == type.isPointer else {
        let remedy =
          quantity.isColumn ? "a column; write 'const double *' or 'double *'" : "one number; write double"
        throw MMSError(.invalidData, "\(what) is '\(type.rawValue)', but \(name) is \(remedy)")
      }
      if type == .output, !quantity.isWritable {
        throw MMSError(
          .invalidData, "\(what): \(name) cannot be written; write 'const double *\(argument.name)'")
      }
      guard let unit else { return .quantity(index, factor: 1) }
      guard unit.dimension == quantity.dimension else {
        let fitting = EngineQuantity.units.filter { $0.dimension == quantity.dimension }.map(\.name)
        throw MMSError(
          .invalidData,
          "\(what): \(name) is in \(quantity.dimension.rawValue), which '\(unit.name)' does not measure; "
            + "write \(fitting.joined(separator: " or "))")
      }
      guard !quantity.isColumn || unit.factor == 1 else {
        throw MMSError(
          .invalidData,
          "\(what): columns are passed in place, in \(quantity.dimension.rawValue); write that unit")
      }
      return .quantity(index, factor: unit.factor)
    default:
      throw node.mismatch(
        expected:
          "a quantity such as \(quantities.first?.name ?? "param.NAME"), a number, param.NAME or {from:, unit:}",
        path: what)
    }
  }

  /// A column is one argument's only: two addresses of the same numbers are a trap in C.
  private static func conflicts(
    _ sources: [Source], _ prototype: FunctionPrototype, _ quantities: [EngineQuantity], _ map: YAMLMap
  ) -> [MMSError] {
    var users: [Int: String] = [:]
    var faults: [MMSError] = []
    for (source, argument) in zip(sources, prototype.arguments) where argument.type.isPointer {
      guard case .quantity(let index, _) = source else { continue }
      if let other = users[index] {
        faults.append(
          MMSError(
            .invalidData,
            "'\(other)' and '\(argument.name)' are both \(quantities[index].name); bind a column to one argument, "
              + "'double *' reads and writes", path: map.path, location: map.location))
      }
      users[index] = argument.name
    }
    return faults
  }
}
