// SPDX-License-Identifier: Apache-2.0
// hot path

extension RandomSource {
  /// Fills a span with uniform numbers in [0, 1): element i is the draw at `step + i`.
  public func uniforms(step: Int64, lane: Int = 0, into values: inout MutableSpan<Double>) {
    let inverted = Vector4.Bits(inversion)
    fill(
      &values, step, lane, scalar: { uniform(step: $0, lane: lane) },
      both: { (Self.uniform($0 ^ inverted), Self.uniform($1 ^ inverted)) })
  }

  /// Fills a span with +1 or −1: element i is the draw at `step + i`.
  public func signs(step: Int64, lane: Int = 0, into values: inout MutableSpan<Double>) {
    var word: UInt64 = 0
    for index in values.indices {
      let now = step + Int64(index)
      if index == 0 || now & 63 == 0 { word = u64(step: now >> 6, lane: lane) }
      values[index] = Self.sign(word, now)
    }
  }

  /// Fills a span with standard normal numbers: element i is the draw at `step + i`.
  public func normals(step: Int64, lane: Int = 0, into values: inout MutableSpan<Double>) {
    let sign = Vector4.Bits(self.sign)
    fill(
      &values, step, lane, scalar: { normal(step: $0, lane: lane) },
      both: { Self.normals($0, $1, sign: sign) })
  }

  /// Fills a span with exponential numbers of mean 1: element i is the draw at `step + i`.
  public func exponentials(step: Int64, lane: Int = 0, into values: inout MutableSpan<Double>) {
    let inverted = Vector4.Bits(inversion)
    fill(
      &values, step, lane, scalar: { exponential(step: $0, lane: lane) },
      both: { (Self.exponential($0 ^ inverted), Self.exponential($1 ^ inverted)) })
  }

  /// Fills a span, four blocks at a time where a whole eight steps lie in it, else by the scalar.
  @inline(__always)
  private func fill(
    _ values: inout MutableSpan<Double>, _ step: Int64, _ lane: Int, scalar: (Int64) -> Double,
    both: (_ low: Vector4.Bits, _ high: Vector4.Bits) -> (even: Vector4, odd: Vector4)
  ) {
    let count = values.count
    if count == 0 { return }
    Self.check(step &>> 1, lane, 0)
    Self.check((step + Int64(count) - 1) &>> 1, lane, 0)
    var index = 0
    if step & 1 != 0 {
      values[0] = scalar(step)
      index = 1
    }
    let c1 = Vector4.Bits(UInt64(lane) &<< 16)
    let c2 = Vector4.Bits(countedPath & 0xffff_ffff)
    let c3 = Vector4.Bits(countedPath &>> 32)
    unsafe values.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      while index &+ 8 <= count {
        let first = UInt64(bitPattern: (step &+ Int64(index)) &>> 1)
        let numbers = Vector4.Bits(first) &+ Vector4.Bits(lanes: SIMD4(0, 1, 2, 3))
        let halves = Philox.blocks(numbers, (numbers.upperHalves & 0xffff) | c1, c2, c3, key: key)
        let (even, odd) = both(halves.low, halves.high)
        let (a, b) = (even.lanes, odd.lanes)
        let place = unsafe base + index &* 8
        unsafe place.storeBytes(of: SIMD4(a.x, b.x, a.y, b.y), as: SIMD4<Double>.self)
        unsafe (place + 32).storeBytes(of: SIMD4(a.z, b.z, a.w, b.w), as: SIMD4<Double>.self)
        index &+= 8
      }
    }
    while index < count {
      values[index] = scalar(step &+ Int64(index))
      index &+= 1
    }
  }
}
