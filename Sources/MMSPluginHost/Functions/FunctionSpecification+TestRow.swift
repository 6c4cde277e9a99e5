// SPDX-License-Identifier: Apache-2.0

internal import MMSCore
internal import MMSYAML

extension FunctionSpecification.TestRow {
  init(reading map: YAMLMap, prototype: FunctionPrototype) throws(MMSError) {
    location = map.location
    relativeTolerance = map.optional("rtol", .number(in: 0...1), default: 1e-9)
    absoluteTolerance = map.optional("atol", .number(in: 0 ... .infinity), default: 0)
    let bind = map.section("bind")
    var faults: [MMSError] = []
    func fault(_ message: String, _ location: SourceLocation?) {
      faults.append(MMSError(.invalidData, "test row: \(message)", path: map.path, location: location))
    }
    let names = prototype.arguments.map(\.name)
    for key in bind.keys where !names.contains(key) {
      _ = bind.optional(key, .node)
      fault("'\(key)' is no argument of '\(prototype)'; remove it", bind.location)
    }
    var arguments: [FunctionSpecification.TestValue?] = []
    for argument in prototype.arguments {
      let node = bind.optional(argument.name, .node)
      if node == nil, argument.type != .output {
        fault(
          "the argument '\(argument.name)' has no value; add '\(argument.name): …' to bind", bind.location)
      }
      let value = try node.map { (node) throws(MMSError) in try Self.value(node, argument.name) }
      if case .number(let number)? = value,
        argument.type.isPointer || !FunctionCaller.fits(number, argument.type)
      {
        fault("\(argument.name): \(number) is no value of '\(argument.type.rawValue)'", node?.location)
      }
      if case .list? = value, !argument.type.isPointer {
        fault("\(argument.name) is one \(argument.type.rawValue), not a list", node?.location)
      }
      arguments.append(value)
    }
    self.arguments = arguments
    let outputs = prototype.arguments.filter { $0.type == .output }.map(\.name)
    var expected: [String: FunctionSpecification.TestValue] = [:]
    let expect = map.require("expect", .node)
    if let entries = expect.entries {
      for entry in entries {
        if outputs.contains(entry.key) {
          expected[entry.key] = try Self.value(entry.value, entry.key)
        } else {
          fault("expect names '\(entry.key)', which is no output of '\(prototype)'", entry.keyLocation)
        }
      }
    } else if !expect.isNull {
      let value = try Self.value(expect, "expect")
      if case .list = value, prototype.result == .void, outputs.count == 1 {
        expected[outputs[0]] = value
      } else if case .number = value, prototype.result != .void {
        expected[""] = value
      } else {
        fault(
          prototype.result == .void
            ? "expect must name outputs, such as {\(outputs.first ?? "out"): [1, 2]}"
            : "expect must be a number",
          expect.location)
      }
    }
    if expected.isEmpty, faults.isEmpty, map.has("expect") {
      fault("expect names nothing; a row that expects nothing proves nothing", expect.location)
    }
    if let error = MMSError.combining(faults) { throw error }
    self.expected = expected
  }

  /// Why the row's columns and its count of rows do not fit each other, which C would not notice.
  func mismatch(_ prototype: FunctionPrototype, _ binding: FunctionBinding) -> MMSError? {
    var length: Int?
    func fault(_ name: String, _ count: String) -> MMSError {
      MMSError(
        .invalidData,
        "test row: '\(name)' has \(count), but a column before it has \(length ?? 0); all columns of a row are equally "
          + "long, and block.rows is their length", location: location)
    }
    for (argument, value) in zip(prototype.arguments, arguments) {
      guard argument.type.isPointer, let value else { continue }
      let count = if case .list(let list) = value { list.count } else { 1 }
      if let length, length != count { return fault(argument.name, "\(count) values") }
      length = count
    }
    guard let length else { return nil }
    for (index, argument) in prototype.arguments.enumerated() {
      guard case .quantity(let quantity, _) = binding.sources[index],
        binding.quantities[quantity].name == "block.rows", case .number(let rows)? = arguments[index]
      else { continue }
      if rows != Double(length) { return fault(argument.name, "the value \(rows)") }
    }
    return nil
  }

  private static func value(_ node: YAMLNode, _ name: String) throws(MMSError)
    -> FunctionSpecification.TestValue
  {
    if node.items != nil { return .list(try node.read(.list(of: .number), path: name)) }
    return .number(try node.read(.number, path: name))
  }
}
