// SPDX-License-Identifier: Apache-2.0
// hot path

/// Elementary functions with the same bits on every machine, for one value, SIMD lanes and batches.
///
/// Only `+ - * /`, square roots and integer operations are used, all of which IEEE 754 rounds in one
/// way; no fused multiply-add and no C library. One body computes two lanes; the scalar is its first
/// lane and wider vectors are several of it, so the forms cannot differ. Arguments outside a
/// function's ordinary domain take a scalar path, in every form the same.
///
/// In the tests all results, those of `pow` too, are within 1 ulp of the correctly rounded ones.
/// Special values follow C99 annex F, and every NaN returned is the default one.
public enum MMSMath {
  /// Two lanes: the width of the registers every supported processor has.
  @usableFromInline typealias Pair = SIMD2<Double>
  /// The bit patterns of two lanes.
  @usableFromInline typealias PairBits = SIMD2<UInt64>

  /// Adding it leaves the nearest integer in the low bits: 1.5 · 2⁵².
  @inlinable @inline(__always) static var roundingMagic: Double { 0x1.8p52 }

  // Most bodies of two lanes are called, not inlined: a call costs a nanosecond, but the optimizer takes
  // an inlined body apart wherever a lane is used alone, and packs it again less well.

  /// Takes both lanes through a scalar function, for pairs not wholly in the ordinary domain.
  @usableFromInline @inline(never)
  static func eachLane(_ x: Pair, _ function: (Double) -> Double) -> Pair {
    Pair(function(x.x), function(x.y))
  }
}

// The standard operators on bits are loops over lanes, slow without optimization and taken apart with
// it; those of masks, products and shuffles are single instructions.

@inlinable @inline(__always)
func bits(_ x: SIMD2<Double>) -> SIMD2<UInt64> { unsafe unsafeBitCast(x, to: SIMD2<UInt64>.self) }

@inlinable @inline(__always)
func floats(_ x: SIMD2<UInt64>) -> SIMD2<Double> { unsafe unsafeBitCast(x, to: SIMD2<Double>.self) }

@inlinable @inline(__always)
func mask(_ x: SIMD2<UInt64>) -> SIMDMask<SIMD2<Int64>> {
  unsafe unsafeBitCast(x, to: SIMDMask<SIMD2<Int64>>.self)
}

@inlinable @inline(__always)
func unmask(_ x: SIMDMask<SIMD2<Int64>>) -> SIMD2<UInt64> {
  unsafe unsafeBitCast(x, to: SIMD2<UInt64>.self)
}

@inlinable @inline(__always)
func magnitude(_ x: SIMD2<Double>) -> SIMD2<Double> { floats(and(bits(x), 0x7fff_ffff_ffff_ffff)) }

@inlinable @inline(__always)
func both(_ x: SIMDMask<SIMD2<Int64>>) -> Bool {
  let lanes = unmask(x)
  return lanes.x & lanes.y != 0
}

@inlinable @inline(__always)
func and(_ a: SIMD2<UInt64>, _ b: UInt64) -> SIMD2<UInt64> { and(a, SIMD2(repeating: b)) }

@inlinable @inline(__always)
func and(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>) -> SIMD2<UInt64> { unmask(mask(a) .& mask(b)) }

@inlinable @inline(__always)
func or(_ a: SIMD2<UInt64>, _ b: UInt64) -> SIMD2<UInt64> { unmask(mask(a) .| mask(SIMD2(repeating: b))) }

@inlinable @inline(__always)
func xor(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>) -> SIMD2<UInt64> { unmask(mask(a) .^ mask(b)) }

/// A shift to the left, which the compiler finds behind the product.
@inlinable @inline(__always)
func shiftLeft(_ a: SIMD2<UInt64>, _ count: UInt64) -> SIMD2<UInt64> {
  a &* SIMD2(repeating: 1 &<< count)
}

/// The upper 32 bits of each lane.
@inlinable @inline(__always)
func upperHalves(_ a: SIMD2<UInt64>) -> SIMD2<UInt64> {
  let words = unsafe unsafeBitCast(a, to: SIMD4<UInt32>.self)
  return unsafe unsafeBitCast(SIMD4<UInt32>(words.y, 0, words.w, 0), to: SIMD2<UInt64>.self)
}

/// The high 26 bits of a number: the product of two such is exact.
@inlinable @inline(__always)
func truncated(_ x: SIMD2<Double>) -> SIMD2<Double> { floats(and(bits(x), 0xffff_ffff_f800_0000)) }
