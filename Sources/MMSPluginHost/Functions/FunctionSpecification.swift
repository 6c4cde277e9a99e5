// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSYAML

/// All that a file says of a bare function: prototype, what feeds it, what it returns, and rows that prove it.
public struct FunctionSpecification: Sendable, Hashable {
  /// What the result of a fill function means.
  public enum ResultUnit: String, Sendable, Hashable {
    /// A share: of the price for impact, of what could fill for fill.
    case fraction
    /// The probability that all that could fill does.
    case probability
  }

  /// A value of a test row.
  public enum TestValue: Sendable, Hashable {
    /// One number.
    case number(Double)
    /// A column.
    case list([Double])
  }

  /// One call with known results.
  public struct TestRow: Sendable, Hashable {
    /// Each argument's value, in the prototype's order; outputs left out begin as zeros.
    public var arguments: [TestValue?]
    /// What is expected, by the name of an output; the function's result under the empty name.
    public var expected: [String: TestValue]
    /// The largest accepted difference as a share of the expected value.
    public var relativeTolerance: Double
    /// The largest accepted difference.
    public var absoluteTolerance: Double
    /// Where the row stands.
    public var location: SourceLocation?
  }

  /// The role of the model.
  public let kind: ModelKind
  /// The function.
  public let prototype: FunctionPrototype
  /// Its form for many rows, `void f(int64_t n, const double *a, …, double *out)`.
  public let batch: FunctionPrototype?
  /// What feeds the arguments.
  public let binding: FunctionBinding
  /// What the result means.
  public let unit: ResultUnit
  /// What a result may be.
  public let range: ClosedRange<Double>
  /// At least one.
  public let tests: [TestRow]

  /// Reads the keys `function`, `batch`, `bind`, `result` and `tests` of a mapping.
  ///
  /// - Parameter parameters: What `param.NAME` in `bind` may name.
  /// - Throws: ``MMSError/Code/invalidData`` with every fault that can be seen at once, and its place.
  public init(
    reading map: YAMLMap, kind: ModelKind, parameters: [ParameterSchema] = []
  ) throws(MMSError) {
    self.kind = kind
    let path = Self.join(map.path, "function")
    guard let node = map.optional("function", .node) else {
      throw MMSError(
        .invalidData, "a bare function needs 'function', its C prototype as text", path: path,
        location: map.location)
    }
    prototype = try Self.prototype(node.read(.text, path: path), node.location, path)
    try Self.check(prototype, kind: kind, at: node.location)
    if let node = map.optional("batch", .node), let text = map.optional("batch", .text) {
      let batch = try Self.prototype(text, node.location, Self.join(map.path, "batch"))
      try Self.check(batch: batch, of: prototype, at: node.location)
      self.batch = batch
    } else {
      batch = nil
    }
    var faults: [MMSError] = []
    var binding: FunctionBinding?
    if !map.has("bind") {
      faults.append(
        MMSError(
          .invalidData, "a bare function needs 'bind', what feeds each argument of '\(prototype)'",
          path: Self.join(map.path, "bind"), location: map.location))
    } else {
      do throws(MMSError) {
        binding = try FunctionBinding(
          reading: map.section("bind"), prototype: prototype, kind: kind, parameters: parameters)
      } catch {
        faults.append(error)
      }
    }
    let result = kind == .scenario ? map.optionalSection("result") : map.section("result")
    let units = kind == .fill ? ["probability", "fraction"] : ["fraction"]
    unit =
      result.map { ResultUnit(rawValue: $0.require("unit", .text(oneOf: units))) ?? .fraction } ?? .fraction
    range =
      result?.optional("range", .range(of: .number))
      ?? (kind == .fill ? 0...1 : -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    if kind == .fill, range.lowerBound < 0 || range.upperBound > 1 {
      faults.append(
        MMSError(
          .invalidData, "result.range of a fill function must lie in [0, 1]",
          path: Self.join(map.path, "result.range"),
          location: result?.location))
    }
    var tests: [TestRow] = []
    for section in map.sections("tests") {
      do throws(MMSError) {
        tests.append(try TestRow(reading: section, prototype: prototype))
      } catch {
        faults.append(error)
      }
    }
    if let binding {
      for row in tests { if let fault = row.mismatch(prototype, binding) { faults.append(fault) } }
    }
    if tests.isEmpty, faults.isEmpty {
      faults.append(
        MMSError(
          .invalidData,
          "at least one test row is required: a wrong prototype shows in wrong numbers only; "
            + "add tests: [{bind: {…}, expect: …}]", path: Self.join(map.path, "tests"),
          location: map.location))
    }
    if let error = MMSError.combining(faults) { throw error }
    guard let binding else { throw MMSError(.internal, "a binding without faults is missing") }
    self.binding = binding
    self.tests = tests
  }

  private static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private static func prototype(
    _ text: String, _ location: SourceLocation?, _ path: String
  ) throws(MMSError) -> FunctionPrototype {
    do throws(MMSError) {
      return try FunctionPrototype(parsing: text)
    } catch {
      var error = error
      (error.code, error.location, error.path) = (.invalidData, location, path)
      throw error
    }
  }

  private static func check(
    _ prototype: FunctionPrototype, kind: ModelKind, at location: SourceLocation?
  ) throws(MMSError) {
    func fail(_ message: String) -> MMSError {
      MMSError(.invalidData, "'\(prototype)': \(message)", location: location)
    }
    switch kind {
    case .impact, .fill:
      guard prototype.result != .void else {
        throw fail("a function of kind \(kind) returns its result; write double")
      }
      if let pointer = prototype.arguments.first(where: \.type.isPointer) {
        throw fail(
          "the argument '\(pointer.name)' is a column, and \(kind) functions are asked for one order; write double"
        )
      }
    case .scenario:
      guard prototype.result == .void else {
        throw fail("a scenario function rewrites columns in place; return void")
      }
      guard prototype.arguments.contains(where: { $0.type == .output }) else {
        throw fail("a scenario function needs at least one 'double *' argument that it writes")
      }
    default:
      throw fail("models of kind \(kind) cannot be bare functions; allowed: impact, fill, scenario")
    }
  }

  private static func check(
    batch: FunctionPrototype, of prototype: FunctionPrototype, at location: SourceLocation?
  ) throws(MMSError) {
    let inputs = prototype.arguments.map { "const double *\($0.name)" }.joined(separator: ", ")
    let expected = "void \(batch.name)(int64_t n, \(inputs), double *out)"
    let arguments = batch.arguments
    let isPlain = prototype.result == .double && prototype.arguments.allSatisfy { $0.type == .double }
    guard isPlain else {
      throw MMSError(
        .invalidData, "a batch form is for functions that take and return double; leave 'batch' out",
        location: location)
    }
    guard batch.result == .void, arguments.first?.type == .int64, arguments.last?.type == .output,
      arguments.dropFirst().dropLast().map(\.name) == prototype.arguments.map(\.name),
      arguments.dropFirst().dropLast().allSatisfy({ $0.type == .input })
    else {
      throw MMSError(
        .invalidData, "the batch form must be '\(expected)', but is '\(batch)'", location: location)
    }
  }
}
