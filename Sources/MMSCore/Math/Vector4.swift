// SPDX-License-Identifier: Apache-2.0
// hot path

/// Four numbers side by side.
struct Vector4: Vector {
  var lanes: SIMD4<Double>

  @inline(__always) init(lanes: SIMD4<Double>) { self.lanes = lanes }
  @inline(__always) init(_ value: Double) { lanes = SIMD4(repeating: value) }
  @inline(__always) init(bits: Bits) { lanes = unsafe unsafeBitCast(bits.lanes, to: SIMD4<Double>.self) }
  @inline(__always) var bits: Bits { Bits(lanes: unsafe unsafeBitCast(lanes, to: SIMD4<UInt64>.self)) }
  @inline(__always) var squareRoot: Self { Self(lanes: lanes.squareRoot()) }

  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(lanes: a.lanes + b.lanes) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(lanes: a.lanes - b.lanes) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { Self(lanes: a.lanes * b.lanes) }
  @inline(__always) static func / (a: Self, b: Self) -> Self { Self(lanes: a.lanes / b.lanes) }

  /// The bit patterns of four numbers.
  struct Bits: VectorBits {
    var lanes: SIMD4<UInt64>

    @inline(__always) init(lanes: SIMD4<UInt64>) { self.lanes = lanes }
    @inline(__always) init(_ value: UInt64) { lanes = SIMD4(repeating: value) }

    // The logical operators of masks are single instructions; those of integers are loops over lanes.
    private typealias Mask = SIMDMask<SIMD4<Int64>>
    @inline(__always) private init(_ mask: Mask) {
      lanes = unsafe unsafeBitCast(mask, to: SIMD4<UInt64>.self)
    }
    @inline(__always) private var mask: Mask { unsafe unsafeBitCast(lanes, to: Mask.self) }

    @inline(__always) var upperHalves: Self {
      let words = unsafe unsafeBitCast(lanes, to: SIMD8<UInt32>.self)
      return Self(
        lanes: unsafe unsafeBitCast(
          SIMD8<UInt32>(words[1], 0, words[3], 0, words[5], 0, words[7], 0), to: SIMD4<UInt64>.self))
    }

    @inline(__always) static func &+ (a: Self, b: Self) -> Self { Self(lanes: a.lanes &+ b.lanes) }
    @inline(__always) static func &- (a: Self, b: Self) -> Self { Self(lanes: a.lanes &- b.lanes) }
    @inline(__always) static func &* (a: Self, b: Self) -> Self { Self(lanes: a.lanes &* b.lanes) }
    @inline(__always) static func & (a: Self, b: Self) -> Self { Self(a.mask .& b.mask) }
    @inline(__always) static func | (a: Self, b: Self) -> Self { Self(a.mask .| b.mask) }
    @inline(__always) static func ^ (a: Self, b: Self) -> Self { Self(a.mask .^ b.mask) }
  }
}
