// SPDX-License-Identifier: Apache-2.0
// hot path

extension RandomSource {
  /// Fills a span with random bits: element i is the draw at `step + i`, the bits of the scalar.
  public func u64s(step: Int64, lane: Int = 0, into values: inout MutableSpan<UInt64>) {
    fill(
      &values, step, lane, scalar: { u64(step: $0, lane: lane) },
      pairs: { Self.interleaved($0, $1) })
  }

  /// Fills a span with uniform numbers in [0, 1): element i is the draw at `step + i`.
  public func uniforms(step: Int64, lane: Int = 0, into values: inout MutableSpan<Double>) {
    fill(
      &values, step, lane, scalar: { uniform(step: $0, lane: lane) },
      pairs: {
        let (first, second) = Self.interleaved($0, $1)
        return (Self.uniformPair(first), Self.uniformPair(second))
      })
  }

  /// Fills a span with standard normal numbers: element i is the draw at `step + i`.
  public func normals(step: Int64, lane: Int = 0, into values: inout MutableSpan<Double>) {
    fill(
      &values, step, lane, scalar: { normal(step: $0, lane: lane) },
      pairs: {
        let (even, odd) = Self.normalPair($0, $1)
        return (SIMD2(even.x, odd.x), SIMD2(even.y, odd.y))
      })
  }

  /// Fills a span with exponential numbers of mean 1: element i is the draw at `step + i`.
  public func exponentials(step: Int64, lane: Int = 0, into values: inout MutableSpan<Double>) {
    fill(
      &values, step, lane, scalar: { exponential(step: $0, lane: lane) },
      pairs: {
        let (first, second) = Self.interleaved($0, $1)
        return (Self.exponentialPair(first), Self.exponentialPair(second))
      })
  }

  /// The halves of two blocks in the order of steps.
  @inline(__always)
  private static func interleaved(
    _ low: SIMD2<UInt64>, _ high: SIMD2<UInt64>
  ) -> (SIMD2<UInt64>, SIMD2<UInt64>) {
    (SIMD2(low.x, high.x), SIMD2(low.y, high.y))
  }

  /// Fills a span, two blocks at a time where a whole four steps lie in it, else by the scalar.
  @inline(__always)
  private func fill<Value: BitwiseCopyable>(
    _ values: inout MutableSpan<Value>, _ step: Int64, _ lane: Int,
    scalar: (Int64) -> Value,
    pairs: (_ low: SIMD2<UInt64>, _ high: SIMD2<UInt64>) -> (SIMD2<Value>, SIMD2<Value>)
  ) where Value: SIMDScalar {
    let count = values.count
    if count == 0 { return }
    Self.check(step &>> 1, lane, 0)
    Self.check((step + Int64(count) - 1) &>> 1, lane, 0)
    var index = 0
    if step & 1 != 0 {
      values[0] = scalar(step)
      index = 1
    }
    let c1 = UInt64(lane) &<< 16
    let c2 = SIMD2(repeating: path & 0xffff_ffff)
    let c3 = SIMD2(repeating: path &>> 32)
    unsafe values.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      while index &+ 4 <= count {
        let first = UInt64(bitPattern: (step &+ Int64(index)) &>> 1)
        let numbers = SIMD2(first, first &+ 1)
        let halves = Philox.blocks(
          numbers, or(and(upperHalves(numbers), 0xffff), c1), c2, c3, key: key)
        let (a, b) = pairs(halves.low, halves.high)
        let place = unsafe base + index &* 8
        unsafe place.storeBytes(of: a, as: SIMD2<Value>.self)
        unsafe (place + 16).storeBytes(of: b, as: SIMD2<Value>.self)
        index &+= 4
      }
    }
    while index < count {
      values[index] = scalar(step &+ Int64(index))
      index &+= 1
    }
  }
}
