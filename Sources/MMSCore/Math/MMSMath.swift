// SPDX-License-Identifier: Apache-2.0
// hot path

/// Elementary functions with the same bits on every machine, for one value and for batches.
///
/// Only `+ - * /`, square roots and integer operations are used, all of which IEEE 754 rounds in one
/// way; no fused multiply-add and no C library. Each function has one body, generic in the width of the
/// vector it works on: batches take four lanes at a time (one register where the processor it builds
/// for is wide enough), a single value is the first of two, so the forms cannot differ. Arguments outside
/// a function's ordinary domain take a slower path, in both forms the same.
///
/// In the tests all results, those of `pow` too, are within 1 ulp of the correctly rounded ones.
/// Special values follow C99 annex F, and every NaN returned is the default one.
public enum MMSMath {
  // The two lanes of a single value are a function that is called, not inlined: a call costs a nanosecond,
  // but the optimizer takes an inlined body apart where one lane is used alone, and packs it again less well.

  /// Adding it leaves the nearest integer in the low bits: 1.5 · 2⁵².
  @inline(__always) static var roundingMagic: Double { 0x1.8p52 }
}
