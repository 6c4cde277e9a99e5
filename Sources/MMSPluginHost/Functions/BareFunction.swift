// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// One bare function bound to the engine: its test rows tried, its constants filled in.
///
/// Entered by the one thread that holds the model it belongs to.
@safe final class BareFunction {
  let specification: FunctionSpecification
  let descriptor: ModelDescriptor
  let parameters: ParameterValues
  let caller: FunctionCaller
  let faults = FaultBox()
  private let plugin: String
  private let symbol: UnsafeMutableRawPointer

  init(
    _ specification: FunctionSpecification, descriptor: ModelDescriptor, plugin: String,
    parameters: ParameterValues, symbol: UnsafeMutableRawPointer
  ) throws(MMSError) {
    self.specification = specification
    self.descriptor = descriptor
    self.plugin = plugin
    self.parameters = parameters
    unsafe self.symbol = symbol
    caller = try unsafe FunctionCaller(specification.prototype, symbol: symbol)
    try tryRows()
    for (index, feed) in specification.feeds.enumerated() {
      switch feed {
      case .constant(let value): caller.values[index] = value
      case .parameter(let name): caller.values[index] = Self.number(parameters[name])
      case .quantity: break
      }
    }
  }

  /// Another one, for another thread.
  func twin() throws(MMSError) -> BareFunction {
    try unsafe BareFunction(
      specification, descriptor: descriptor, plugin: plugin, parameters: parameters, symbol: symbol)
  }

  /// Calls with quantities by name; a result outside its range is noted and answered with 0.
  func value(at place: @autoclosure () -> String, _ quantity: (String) -> Double) -> Double {
    if faults.error != nil { return 0 }
    for (index, feed) in specification.feeds.enumerated() {
      if case .quantity(let engine) = feed { caller.values[index] = quantity(engine.name) }
    }
    let result = caller.call()
    guard specification.range.contains(result) else {
      let arguments = zip(specification.prototype.arguments, caller.values).map { "\($0.name) = \($1)" }
      faults.note(
        fault(
          "\(place()): \(specification.prototype.name)(\(arguments.joined(separator: ", "))) is \(result), outside its"
            + " range \(specification.range.lowerBound) … \(specification.range.upperBound)"))
      return 0
    }
    return result
  }

  func fault(_ what: String) -> MMSError { ForeignCall(plugin: plugin, id: descriptor.id).fault(what) }

  /// A wrong prototype answers plausible nonsense: only rows with known answers show it.
  private func tryRows() throws(MMSError) {
    for row in specification.rows {
      let got = specification.prototype.result == .void ? columnResult(row) : scalarResult(row)
      let allowed = row.tolerance * row.expected.magnitude
      guard (got - row.expected).magnitude <= allowed else {
        var error = fault(
          "the test row expects \(row.expected), the function answers \(got); allowed is a difference of \(allowed)"
        )
        error.location = row.location
        error.hint = "is the prototype the library's own, and is the row right?"
        throw error
      }
    }
  }

  private func scalarResult(_ row: FunctionSpecification.Row) -> Double {
    caller.values = row.arguments
    return caller.call()
  }

  /// A row of columns is one row long; what counts is the first column written.
  private func columnResult(_ row: FunctionSpecification.Row) -> Double {
    var cells = row.arguments
    let arguments = specification.prototype.arguments
    unsafe cells.withUnsafeMutableBufferPointer { cells in
      for (index, argument) in arguments.enumerated() {
        guard argument.type.isColumn, let base = cells.baseAddress else {
          caller.values[index] = row.arguments[index]
          continue
        }
        caller.values[index] = unsafe Double(bitPattern: UInt64(UInt(bitPattern: base + index)))
      }
      _ = caller.call()
    }
    return arguments.firstIndex { $0.type == .output }.map { cells[$0] } ?? .nan
  }

  private static func number(_ value: ParameterValue) -> Double {
    switch value {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .flag(let value): value ? 1 : 0
    case .duration(let value): Double(value.nanoseconds) / 86_400e9
    case .interval(let low, let high): (low + high) / 2
    case .text: 0
    }
  }
}
