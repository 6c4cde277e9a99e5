// SPDX-License-Identifier: Apache-2.0

internal import CFFI
public import MMSCore

/// Calls a C function by its prototype: through a thunk where one is compiled in, else through libffi.
///
/// Arguments are set one by one and kept from call to call; nothing is allocated after `init`. One caller belongs
/// to one thread at a time.
@safe public final class FunctionCaller {
  /// How a call is made.
  public enum Route: String, Sendable {
    /// A function pointer of the right type, compiled in.
    case thunk
    /// libffi.
    case libffi
  }

  /// A prototype a thunk is compiled in for.
  private enum Thunk {
    case doubles(Int)
    /// `void f(const double * × n, double *, int64_t)`.
    case columns(Int)
    /// `void f(int64_t, const double * × n, double *)`.
    case batch(Int)
  }

  /// The prototype.
  public let prototype: FunctionPrototype
  /// How calls are made.
  public let route: Route

  private let thunk: Thunk?
  /// The arguments of a thunk that takes and returns doubles, else 0.
  private let doubles: Int
  private let symbol: UnsafeRawPointer
  private let types: [FunctionPrototype.CType]
  private let count: Int
  /// Whether every argument is a double, so that setting one asks nothing.
  private let areDoubles: Bool
  private let cells: UnsafeMutablePointer<UInt64>
  private let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let foreignTypes: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>
  private let cif: UnsafeMutablePointer<ffi_cif>
  private let answer: UnsafeMutablePointer<UInt64>
  private let target: @convention(c) () -> Void

  /// Prepares calls.
  ///
  /// - Parameters:
  ///   - prototype: What the function takes and returns.
  ///   - symbol: Its address.
  ///   - route: Whether to insist on libffi; a thunk is taken where there is one by default.
  /// - Throws: ``MMSError/Code/internal`` when libffi refuses the prototype.
  public init(
    _ prototype: FunctionPrototype, symbol: UnsafeRawPointer, route: Route = .thunk
  ) throws(MMSError) {
    self.prototype = prototype
    unsafe self.symbol = symbol
    types = prototype.arguments.map(\.type)
    thunk = route == .thunk ? Self.thunk(for: prototype) : nil
    if case .doubles(let count)? = thunk { doubles = count } else { doubles = 0 }
    self.route = thunk == nil ? .libffi : .thunk
    areDoubles = types.allSatisfy { $0 == .double }
    count = types.count
    let count = max(1, types.count)
    unsafe cells = .allocate(capacity: count)
    unsafe cells.initialize(repeating: 0, count: count)
    unsafe addresses = .allocate(capacity: count)
    unsafe foreignTypes = .allocate(capacity: count)
    unsafe cif = .allocate(capacity: 1)
    unsafe cif.initialize(to: ffi_cif())
    unsafe answer = .allocate(capacity: 1)
    unsafe answer.initialize(to: 0)
    target = unsafe unsafeBitCast(symbol, to: (@convention(c) () -> Void).self)
    for index in 0..<count {
      unsafe (addresses + index).initialize(to: UnsafeMutableRawPointer(cells + index))
      unsafe (foreignTypes + index).initialize(to: nil)
    }
    for (index, type) in types.enumerated() { unsafe foreignTypes[index] = unsafe Self.foreign(type) }
    let status = unsafe ffi_prep_cif(
      cif, FFI_DEFAULT_ABI, UInt32(types.count), Self.foreign(prototype.result), foreignTypes)
    guard status == FFI_OK else {
      throw MMSError(.internal, "libffi cannot call '\(prototype)' (status \(status.rawValue))")
    }
  }

  deinit {
    unsafe cells.deallocate()
    unsafe addresses.deallocate()
    unsafe foreignTypes.deallocate()
    unsafe cif.deallocate()
    unsafe answer.deallocate()
  }

  /// Whether a number is a value of a type: whole and in range for whole numbers.
  public static func fits(_ value: Double, _ type: FunctionPrototype.CType) -> Bool {
    switch type {
    case .double: true
    case .float: value.isNaN || value.isInfinite || Float(value).isFinite
    case .int32: Int32(exactly: value) != nil
    case .int64: Int64(exactly: value) != nil
    case .uint32: UInt32(exactly: value) != nil
    case .uint64: UInt64(exactly: value) != nil
    case .input, .output, .void: false
    }
  }

  /// Sets a scalar argument; false when the number is no value of its type.
  @inline(__always)
  public func set(_ index: Int, to value: Double) -> Bool {
    precondition(index >= 0 && index < count, "no such argument")
    guard areDoubles else { return convert(index, value) }
    unsafe cells[index] = value.bitPattern
    return true
  }

  /// Sets every argument of a function without columns; false when a number is no value of its type.
  @inline(__always)
  public func set(all values: Span<Double>) -> Bool {
    precondition(values.count == count, "one value for each argument")
    if areDoubles {
      for index in 0..<count { unsafe cells[index] = values[unchecked: index].bitPattern }
      return true
    }
    for index in 0..<count where !convert(index, values[index]) { return false }
    return true
  }

  private func convert(_ index: Int, _ value: Double) -> Bool {
    let type = types[index]
    guard Self.fits(value, type) else { return false }
    // libffi reads as many bytes as the type has, from the front: the low ones on the machines we run on.
    switch type {
    case .double: unsafe cells[index] = value.bitPattern
    case .float: unsafe cells[index] = UInt64(Float(value).bitPattern)
    case .uint64: unsafe cells[index] = UInt64(value)
    default: unsafe cells[index] = UInt64(bitPattern: Int64(value))
    }
    return true
  }

  /// Sets an argument that is an address.
  @inline(__always)
  public func set(_ index: Int, to address: UnsafeMutablePointer<Double>?) {
    precondition(index >= 0 && index < count, "no such argument")
    unsafe cells[index] = UInt64(UInt(bitPattern: address))
  }

  /// Calls with the arguments set; 0 for a void function.
  @inline(__always)
  public func call() -> Double {
    if doubles > 0 { return callDoubles(doubles) }
    if let thunk {
      callColumns(thunk)
      return 0
    }
    return callForeign()
  }

  /// Calls a function without columns with arguments given here; nil when a number is no value of its type.
  @inline(__always)
  public func call(with values: Span<Double>) -> Double? {
    precondition(values.count == count, "one value for each argument")
    if doubles > 0 {
      return withDoubles(doubles) { unsafe values[unchecked: $0] }
    }
    return set(all: values) ? call() : nil
  }

  private func callForeign() -> Double {
    unsafe ffi_call(cif, target, answer, addresses)
    let bits = unsafe answer.pointee
    switch prototype.result {
    case .double: return Double(bitPattern: bits)
    case .float: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .int32: return Double(Int32(truncatingIfNeeded: bits))
    case .int64: return Double(Int64(bitPattern: bits))
    default: return 0
    }
  }

  // MARK: Thunks

  private typealias D = Double
  private typealias P = UnsafeMutablePointer<Double>?

  @inline(__always)
  private func d(_ index: Int) -> Double { unsafe Double(bitPattern: cells[index]) }

  @inline(__always)
  private func p(_ index: Int) -> P { unsafe UnsafeMutablePointer(bitPattern: UInt(cells[index])) }

  @inline(__always)
  private func cast<F>(_ type: F.Type) -> F { unsafe unsafeBitCast(symbol, to: type) }

  @inline(__always)
  private func callDoubles(_ count: Int) -> Double { withDoubles(count) { d($0) } }

  @inline(__always)
  private func withDoubles(_ count: Int, _ d: (Int) -> Double) -> Double {
    switch count {
    case 1: cast((@convention(c) (D) -> D).self)(d(0))
    case 2: cast((@convention(c) (D, D) -> D).self)(d(0), d(1))
    case 3: cast((@convention(c) (D, D, D) -> D).self)(d(0), d(1), d(2))
    case 4: cast((@convention(c) (D, D, D, D) -> D).self)(d(0), d(1), d(2), d(3))
    case 5: cast((@convention(c) (D, D, D, D, D) -> D).self)(d(0), d(1), d(2), d(3), d(4))
    default: cast((@convention(c) (D, D, D, D, D, D) -> D).self)(d(0), d(1), d(2), d(3), d(4), d(5))
    }
  }

  private func callColumns(_ thunk: Thunk) {
    unsafe callColumnsUnsafely(thunk)
  }

  @unsafe
  private func callColumnsUnsafely(_ thunk: Thunk) {
    func n(_ index: Int) -> Int64 { unsafe Int64(bitPattern: cells[index]) }
    switch thunk {
    case .columns(1): unsafe cast((@convention(c) (P, P, Int64) -> Void).self)(p(0), p(1), n(2))
    case .columns(2): unsafe cast((@convention(c) (P, P, P, Int64) -> Void).self)(p(0), p(1), p(2), n(3))
    case .columns(3):
      unsafe cast((@convention(c) (P, P, P, P, Int64) -> Void).self)(p(0), p(1), p(2), p(3), n(4))
    case .batch(1): unsafe cast((@convention(c) (Int64, P, P) -> Void).self)(n(0), p(1), p(2))
    case .batch(2): unsafe cast((@convention(c) (Int64, P, P, P) -> Void).self)(n(0), p(1), p(2), p(3))
    case .batch(3):
      unsafe cast((@convention(c) (Int64, P, P, P, P) -> Void).self)(n(0), p(1), p(2), p(3), p(4))
    default: _ = callForeign()
    }
  }

  private static func thunk(for prototype: FunctionPrototype) -> Thunk? {
    let types = prototype.arguments.map(\.type)
    if prototype.result == .double, (1...6).contains(types.count), types.allSatisfy({ $0 == .double }) {
      return .doubles(types.count)
    }
    let inputs = types.count - 2
    guard prototype.result == .void, (1...3).contains(inputs) else { return nil }
    let columns = Array(repeating: FunctionPrototype.CType.input, count: inputs) + [.output]
    if types == columns + [.int64] { return .columns(inputs) }
    if types == [.int64] + columns { return .batch(inputs) }
    return nil
  }

  private static func foreign(_ type: FunctionPrototype.CType) -> UnsafeMutablePointer<ffi_type>? {
    switch type {
    case .double: unsafe mms_ffi_double()
    case .float: unsafe mms_ffi_float()
    case .int32: unsafe mms_ffi_sint32()
    case .int64: unsafe mms_ffi_sint64()
    case .uint32: unsafe mms_ffi_uint32()
    case .uint64: unsafe mms_ffi_uint64()
    case .input, .output: unsafe mms_ffi_pointer()
    case .void: unsafe mms_ffi_void()
    }
  }
}
