// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// A bare function ready to be called on one thread: constants and parameters set, a note of the first failure.
final class FunctionInstance: @unchecked Sendable {
  // Unchecked: a model hands its instance to one thread at a time; `makeInstance` makes another.

  let function: BareFunction
  let parameters: ParameterValues
  let caller: FunctionCaller
  /// The form for many questions at once, when there is one.
  private let batch: FunctionBatch?
  /// The arguments that change from call to call: place, quantity, factor.
  let feeds: [(argument: Int, quantity: Int, factor: Double)]
  private let range: ClosedRange<Double>
  private(set) var failure: MMSError?

  init(_ function: BareFunction, parameters: ParameterValues) throws(MMSError) {
    self.function = function
    self.parameters = parameters
    range = function.specification.range
    caller = unsafe try FunctionCaller(function.specification.prototype, symbol: function.symbol)
    var feeds: [(argument: Int, quantity: Int, factor: Double)] = []
    var constants: [(argument: Int, value: Double)] = []
    for (index, source) in function.specification.binding.sources.enumerated() {
      switch source {
      case .quantity(let quantity, let factor): feeds.append((index, quantity, factor))
      case .constant(let value):
        _ = caller.set(index, to: value)
        constants.append((index, value))
      case .parameter(let name):
        let value =
          switch parameters[name] {
          case .number(let number): number
          case .integer(let number): Double(number)
          case .flag(let flag): flag ? 1.0 : 0
          default: Double.nan
          }
        let argument = function.specification.prototype.arguments[index]
        guard value.isFinite, caller.set(index, to: value) else {
          throw MMSError(
            .invalidValue,
            "\(function.name): parameter '\(name)' is \(value), no value of "
              + "'\(argument.type.rawValue) \(argument.name)'")
        }
        constants.append((index, value))
      }
    }
    self.feeds = feeds
    if let form = function.specification.batch, let symbol = unsafe function.batchSymbol {
      batch = try unsafe FunctionBatch(form, symbol: symbol, constants: constants)
    } else {
      batch = nil
    }
  }

  func again() throws(MMSError) -> FunctionInstance {
    try FunctionInstance(function, parameters: parameters)
  }

  func forget() { failure = nil }

  /// The result for quantities of the engine by their number; nil after noting why there is none.
  @inline(__always)
  func evaluate(row: Int?, _ quantity: (Int) -> Double) -> Double? {
    for feed in feeds {
      let value = quantity(feed.quantity) * feed.factor
      guard value.isFinite, caller.set(feed.argument, to: value) else {
        note(row, "the argument '\(argumentName(feed.argument))' would be \(value)", quantity)
        return nil
      }
    }
    let result = caller.call()
    guard result >= range.lowerBound, result <= range.upperBound else {
      note(row, outside(result), quantity)
      return nil
    }
    return result
  }

  /// The results of many questions in their order, through the batch form where there is one.
  ///
  /// Ends at the first question without an answer, which is noted.
  func evaluate(
    count: Int, row: Int?, _ quantity: (_ question: Int, _ quantity: Int) -> Double,
    take: (_ question: Int, _ result: Double) -> Void
  ) {
    guard let batch, count > 1 else {
      for question in 0..<count {
        guard let value = evaluate(row: row, { quantity(question, $0) }) else { return }
        take(question, value)
      }
      return
    }
    batch.reserve(count)
    var unfit: (argument: Int, value: Double)?
    var asked = 0
    while asked < count, unfit == nil {
      for feed in feeds {
        let value = quantity(asked, feed.quantity) * feed.factor
        batch.set(feed.argument, row: asked, to: value)
        if !value.isFinite, unfit == nil { unfit = (feed.argument, value) }
      }
      if unfit == nil { asked += 1 }
    }
    guard asked == 0 || batch.call(asked) else {
      fail("its batch form changed the floating-point environment; restore it before returning")
      return
    }
    for question in 0..<asked {
      let result = batch.result(question)
      guard result >= range.lowerBound, result <= range.upperBound else {
        note(row, outside(result)) { quantity(question, $0) }
        return
      }
      take(question, result)
    }
    if let unfit {
      note(row, "the argument '\(argumentName(unfit.argument))' would be \(unfit.value)") {
        quantity(asked, $0)
      }
    }
  }

  private func outside(_ result: Double) -> String {
    "returned \(result), outside its range [\(range.lowerBound), \(range.upperBound)]"
  }

  private func argumentName(_ index: Int) -> String { function.specification.prototype.arguments[index].name }

  @inline(never)
  private func note(_ row: Int?, _ fault: String, _ quantity: (Int) -> Double) {
    guard failure == nil else { return }
    let list = feeds.map { "\(argumentName($0.argument)) = \(quantity($0.quantity) * $0.factor)" }
    let place = row.map { " at step \($0)" } ?? ""
    fail("\(fault)\(place), with \(list.joined(separator: ", "))")
  }

  func fail(_ message: String) {
    if failure == nil { failure = MMSError(.modelFailed, "\(function.name): \(message)") }
  }
}
