// SPDX-License-Identifier: Apache-2.0
// hot path

/// Numbers side by side, on which the bodies of elementary functions are written once for every width.
///
/// The standard vectors' operators are spelt out here one by one: in generic code the general ones are loops
/// over lanes, and loops of scalars are packed by the optimizer less well than vectors are taken apart.
protocol Vector: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, Sendable
where FloatLiteralType == Double, IntegerLiteralType == Int {
  /// The bit patterns of the numbers.
  associatedtype Bits: VectorBits
  /// One number in every lane.
  init(_ value: Double)
  /// Numbers of bit patterns.
  init(bits: Bits)
  /// The bit patterns.
  var bits: Bits { get }
  /// The square root of each.
  var squareRoot: Self { get }
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
}

extension Vector {
  @inline(__always) init(floatLiteral value: Double) { self.init(value) }
  @inline(__always) init(integerLiteral value: Int) { self.init(Double(value)) }

  /// Each number without its sign.
  @inline(__always) var magnitude: Self { Self(bits: bits & 0x7fff_ffff_ffff_ffff) }

  /// The high 26 bits of each number: the product of two such is exact.
  @inline(__always) var truncated: Self { Self(bits: bits & 0xffff_ffff_f800_0000) }
}

/// The bit patterns of a ``Vector``.
protocol VectorBits: ExpressibleByIntegerLiteral, Sendable where IntegerLiteralType == UInt64 {
  /// One pattern in every lane.
  init(_ value: UInt64)
  /// Each pattern's upper 32 bits, moved down.
  var upperHalves: Self { get }
  static func &+ (a: Self, b: Self) -> Self
  static func &- (a: Self, b: Self) -> Self
  static func &* (a: Self, b: Self) -> Self
  static func & (a: Self, b: Self) -> Self
  static func | (a: Self, b: Self) -> Self
  static func ^ (a: Self, b: Self) -> Self
}

extension VectorBits {
  @inline(__always) init(integerLiteral value: UInt64) { self.init(value) }

  /// Shifted to the left, which the compiler finds behind the product.
  @inline(__always) func shiftedLeft(_ count: UInt64) -> Self { self &* Self(1 &<< count) }
}
