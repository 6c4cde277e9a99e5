// SPDX-License-Identifier: Apache-2.0

internal import CFloatingPoint
internal import MMSCore

/// The batch form of a bare function with columns of its own: one call for many questions.
///
/// Columns grow with the most questions ever asked at once and stay; constants stand in them already.
@safe final class FunctionBatch {
  private let caller: FunctionCaller
  /// Arguments of the function itself; the batch form has the count before them and the results behind.
  private let inputs: Int
  private let constants: [(argument: Int, value: Double)]
  private var capacity = 0
  private var cells: UnsafeMutablePointer<Double>?

  init(
    _ prototype: FunctionPrototype, symbol: UnsafeRawPointer, constants: [(argument: Int, value: Double)]
  ) throws(MMSError) {
    caller = unsafe try FunctionCaller(prototype, symbol: symbol)
    inputs = prototype.arguments.count - 2
    self.constants = constants
    unsafe cells = nil
    reserve(8)
  }

  deinit { unsafe cells?.deallocate() }

  /// Makes room for a number of questions.
  func reserve(_ count: Int) {
    if count <= capacity { return }
    var next = max(8, capacity)
    while next < count { next *= 2 }
    unsafe cells?.deallocate()
    let fresh = UnsafeMutablePointer<Double>.allocate(capacity: next * (inputs + 1))
    unsafe fresh.initialize(repeating: 0, count: next * (inputs + 1))
    for (argument, value) in constants {
      for row in 0..<next { unsafe fresh[argument * next + row] = value }
    }
    for column in 0...inputs { unsafe caller.set(column + 1, to: fresh + column * next) }
    unsafe cells = fresh
    capacity = next
  }

  /// Sets an argument of a question.
  @inline(__always)
  func set(_ argument: Int, row: Int, to value: Double) {
    precondition(argument < inputs && row < capacity, "no such cell")
    unsafe cells?[argument * capacity + row] = value
  }

  /// Calls for the first questions; false when the call left another floating-point mode behind.
  @inline(__always)
  func call(_ count: Int) -> Bool {
    precondition(count <= capacity, "no room for so many questions")
    let control = mms_floating_point_control()
    _ = caller.set(0, to: Double(count))
    _ = caller.call()
    if mms_floating_point_control() == control { return true }
    mms_set_floating_point_control(control)
    return false
  }

  /// The answer to a question.
  @inline(__always)
  func result(_ row: Int) -> Double {
    precondition(row < capacity, "no such row")
    return unsafe cells?[inputs * capacity + row] ?? .nan
  }
}
