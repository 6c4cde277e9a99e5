// SPDX-License-Identifier: Apache-2.0

/// The one check between what somebody wrote and what a model gets.
public enum ParameterResolver {
  /// Checks written parameters against a schema and fills in the defaults.
  ///
  /// - Parameters:
  ///   - inputs: What was written, in order.
  ///   - schema: What the model declares.
  ///   - owner: What to call the model in messages, such as `strategy 'threshold'`.
  ///   - path: The dotted path of the parameters in the request or file, such as `strategy_params`.
  ///   - locations: Where each name stands in a file, when it does.
  /// - Throws: ``MMSError/Code/invalidValue`` naming every unknown, missing or unfit parameter.
  public static func resolve(
    _ inputs: [(name: String, input: ParameterInput)],
    schema: [ParameterSchema],
    owner: String,
    path: String,
    locations: [String: SourceLocation] = [:]
  ) throws(MMSError) -> ParameterValues {
    var faults: [MMSError] = []
    func report(_ name: String, _ message: String, hint: String? = nil) {
      faults.append(
        MMSError(
          .invalidValue, message, path: path.isEmpty ? name : "\(path).\(name)", hint: hint,
          location: locations[name]))
    }
    for (name, _) in inputs where !schema.contains(where: { $0.name == name }) {
      report(
        name, "\(owner) has no parameter '\(name)'",
        hint: Suggestion.hint(for: name, among: schema.map(\.name)) ?? "it takes no parameters")
    }
    var entries: [(name: String, value: ParameterValue)] = []
    for parameter in schema {
      let written = inputs.last { $0.name == parameter.name }?.input
      if let written {
        switch check(written, parameter) {
        case .success(let value): entries.append((parameter.name, value))
        case .failure(let fault):
          report(
            parameter.name, "\(owner), parameter '\(parameter.name)': \(fault.message)", hint: fault.hint)
        }
      } else if let value = parameter.defaultValue {
        entries.append((parameter.name, value))
      } else {
        report(parameter.name, "\(owner) needs the parameter '\(parameter.name)': \(parameter.summary)")
      }
    }
    guard var first = faults.first else { return ParameterValues(entries: entries) }
    first.others = Array(faults.dropFirst())
    throw first
  }

  private struct Fault: Error {
    let message: String
    let hint: String?
  }

  private static func check(_ input: ParameterInput, _ schema: ParameterSchema) -> Result<
    ParameterValue, Fault
  > {
    func fail(_ expected: String) -> Result<ParameterValue, Fault> {
      .failure(
        Fault(
          message: "\(input.description) is not \(expected)", hint: schema.rangeText.map { "allowed: \($0)" })
      )
    }
    switch schema.type {
    case .flag:
      guard case .flag(let value) = input else { return fail("true or false") }
      return .success(.flag(value))
    case .text:
      guard case .text(let value) = input else { return fail("text") }
      return .success(.text(value))
    case .choice(let words):
      guard case .text(let value) = input, words.contains(value) else {
        var hint: String?
        if case .text(let value) = input { hint = Suggestion.hint(for: value, among: words) }
        return .failure(
          Fault(message: "\(input.description) is not one of \(words.joined(separator: ", "))", hint: hint))
      }
      return .success(.text(value))
    case .integer:
      guard let value = magnitude(input, schema), value == value.rounded(), value.magnitude < 9e15 else {
        return fail("a whole number")
      }
      return inRange(value, schema, input).map { _ in .integer(Int64(value)) }
    case .number:
      guard let value = magnitude(input, schema) else { return fail(expectation(schema)) }
      return inRange(value, schema, input).map { _ in .number(value) }
    case .numberOrAuto:
      if input == .text("auto") { return .success(.text("auto")) }
      guard let value = magnitude(input, schema) else { return fail(expectation(schema) + " or 'auto'") }
      return inRange(value, schema, input).map { _ in .number(value) }
    case .duration:
      guard let span = span(input) else { return fail("a duration such as '30 min' or '24 h'") }
      return inRange(Double(span.nanoseconds), schema, input).map { _ in .duration(span) }
    case .durationOrSteps:
      if let span = span(input) {
        return inRange(Double(span.nanoseconds), schema, input).map { _ in .duration(span) }
      }
      guard let value = magnitude(input, schema), value == value.rounded(), value >= 1, value < 1e9 else {
        return fail("a duration such as '24 h' or a whole number of steps")
      }
      return .success(.integer(Int64(value)))
    case .interval:
      // One number is the interval that holds only itself.
      if let value = magnitude(input, schema) {
        return inRange(value, schema, input).map { _ in .interval(value, value) }
      }
      guard case .list(let items) = input, items.count == 2, let low = magnitude(items[0], schema),
        let high = magnitude(items[1], schema), low <= high
      else { return fail("a number or two rising numbers [low, high]") }
      return inRange(low, schema, input).flatMap { _ in
        inRange(high, schema, input).map { _ in .interval(low, high) }
      }
    }
  }

  private static func expectation(_ schema: ParameterSchema) -> String {
    switch schema.unit {
    case .fraction: "a fraction such as 0.02, '2 %' or '200 bps'"
    case .none: "a number"
    default: "a number (\(schema.unit.rawValue))"
    }
  }

  /// The number written, when its unit fits the schema's.
  private static func magnitude(_ input: ParameterInput, _ schema: ParameterSchema) -> Double? {
    switch input {
    case .number(let value): return value.isFinite ? value : nil
    case .text(let text):
      guard let quantity = Quantity(text) else { return nil }
      switch quantity.dimension {
      case .number: return quantity.value
      case .fraction: return schema.unit == .fraction ? quantity.value : nil
      case .duration: return nil
      }
    case .flag, .list, .other: return nil
    }
  }

  private static func span(_ input: ParameterInput) -> SimDuration? {
    guard case .text(let text) = input else { return nil }
    return Quantity(text)?.duration
  }

  private static func inRange(
    _ value: Double, _ schema: ParameterSchema, _ input: ParameterInput
  ) -> Result<Double, Fault> {
    if schema.isInRange(value) { return .success(value) }
    return .failure(
      Fault(message: "\(input.description) is out of range", hint: schema.rangeText.map { "allowed: \($0)" }))
  }
}
