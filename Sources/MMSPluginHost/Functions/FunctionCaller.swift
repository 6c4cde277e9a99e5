// SPDX-License-Identifier: Apache-2.0

import CFFI
import Glibc
import MMSCore

/// Calls one bare function: through a compiled thunk where its signature is common, else through libffi.
///
/// Not to be entered twice at once: the argument buffer is its own.
@safe final class FunctionCaller {
  private typealias F1 = @convention(c) (Double) -> Double
  private typealias F2 = @convention(c) (Double, Double) -> Double
  private typealias F3 = @convention(c) (Double, Double, Double) -> Double
  private typealias F4 = @convention(c) (Double, Double, Double, Double) -> Double
  private typealias F5 = @convention(c) (Double, Double, Double, Double, Double) -> Double
  private typealias F6 = @convention(c) (Double, Double, Double, Double, Double, Double) -> Double

  let prototype: FunctionPrototype
  /// The arguments; a column is the bits of its address.
  var values: [Double]
  private let symbol: UnsafeMutableRawPointer
  private let isPlain: Bool
  private let description: UnsafeMutablePointer<ffi_cif>
  private let types: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>
  private let slots: UnsafeMutablePointer<UInt64>
  private let places: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  /// Prepares calls.
  ///
  /// - Parameter usesThunks: False sends every call through libffi, to compare both ways.
  init(_ prototype: FunctionPrototype, symbol: UnsafeMutableRawPointer, usesThunks: Bool = true)
    throws(MMSError)
  {
    self.prototype = prototype
    unsafe self.symbol = symbol
    let count = prototype.arguments.count
    values = Array(repeating: 0, count: count)
    isPlain =
      usesThunks && prototype.result == .double && (1...6).contains(count)
      && prototype.arguments.allSatisfy { $0.type == .double }
    unsafe description = .allocate(capacity: 1)
    unsafe description.initialize(to: ffi_cif())
    unsafe types = .allocate(capacity: max(1, count))
    unsafe slots = .allocate(capacity: max(1, count))
    unsafe slots.initialize(repeating: 0, count: max(1, count))
    unsafe places = .allocate(capacity: max(1, count))
    for (index, argument) in prototype.arguments.enumerated() {
      unsafe (types + index).initialize(to: Self.type(argument.type))
      unsafe (places + index).initialize(to: UnsafeMutableRawPointer(slots + index))
    }
    let status = unsafe ffi_prep_cif(
      description, FFI_DEFAULT_ABI, UInt32(count), Self.type(prototype.result), types)
    guard status == FFI_OK else {
      throw MMSError(
        .internal, "libffi does not prepare '\(prototype)' (status \(status.rawValue)); report this")
    }
  }

  deinit {
    unsafe description.deallocate()
    unsafe types.deallocate()
    unsafe slots.deallocate()
    unsafe places.deallocate()
  }

  /// Calls with ``values``; the result as a double, 0 of a function that returns nothing.
  func call() -> Double { isPlain ? throughThunk() : throughLibrary() }

  private func throughThunk() -> Double {
    let v = values
    switch v.count {
    case 1: return unsafe unsafeBitCast(symbol, to: F1.self)(v[0])
    case 2: return unsafe unsafeBitCast(symbol, to: F2.self)(v[0], v[1])
    case 3: return unsafe unsafeBitCast(symbol, to: F3.self)(v[0], v[1], v[2])
    case 4: return unsafe unsafeBitCast(symbol, to: F4.self)(v[0], v[1], v[2], v[3])
    case 5: return unsafe unsafeBitCast(symbol, to: F5.self)(v[0], v[1], v[2], v[3], v[4])
    default: return unsafe unsafeBitCast(symbol, to: F6.self)(v[0], v[1], v[2], v[3], v[4], v[5])
    }
  }

  private func throughLibrary() -> Double {
    for (index, argument) in prototype.arguments.enumerated() {
      let value = values[index]
      switch argument.type {
      case .double, .input, .output: unsafe slots[index] = value.bitPattern
      case .float: unsafe slots[index] = UInt64(Float(value).bitPattern)
      case .int32: unsafe slots[index] = UInt64(UInt32(bitPattern: Int32(clamping: Self.whole(value))))
      case .uint32: unsafe slots[index] = UInt64(UInt32(clamping: Self.whole(value)))
      case .int64: unsafe slots[index] = UInt64(bitPattern: Self.whole(value))
      case .uint64: unsafe slots[index] = UInt64(clamping: Self.whole(value))
      case .void: break
      }
    }
    var result: UInt64 = 0
    typealias Function = @convention(c) () -> Void
    let function = unsafe unsafeBitCast(symbol, to: Function.self)
    unsafe ffi_call(description, function, &result, places)
    switch prototype.result {
    case .double: return Double(bitPattern: result)
    case .float: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: result)))
    case .int32: return Double(Int32(truncatingIfNeeded: result))
    case .int64: return Double(Int64(bitPattern: result))
    default: return 0
    }
  }

  private static func whole(_ value: Double) -> Int64 {
    value.isNaN ? 0 : value >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int64(value)
  }

  private static func type(_ type: FunctionPrototype.CType) -> UnsafeMutablePointer<ffi_type>? {
    switch type {
    case .double: unsafe mms_ffi_double()
    case .float: unsafe mms_ffi_float()
    case .int32: unsafe mms_ffi_sint32()
    case .uint32: unsafe mms_ffi_uint32()
    case .int64: unsafe mms_ffi_sint64()
    case .uint64: unsafe mms_ffi_uint64()
    case .input, .output: unsafe mms_ffi_pointer()
    case .void: unsafe mms_ffi_void()
    }
  }
}
