// SPDX-License-Identifier: Apache-2.0
// hot path

/// The draws of consecutive paths side by side: element i is what ``RandomSource`` gives path `first + i`.
///
/// Both steps of a random block are computed at once and the second is kept, so that steps asked for in
/// order cost half. What is kept never changes a value.
public struct PathDraws: Sendable {
  private enum Kind { case none, uniforms, normals, bits }

  private let source: RandomSource
  private let lane: Int
  private var even: [Double]
  private var odd: [Double]
  private var kept = Kind.none
  private var keptPair: Int64 = 0

  /// The draws of one role and lane on some paths.
  ///
  /// - Parameters:
  ///   - seed: Any number.
  ///   - firstPath: The number of the first path; the last must be below 2⁴⁸. All are mirrored, or none is.
  ///   - count: How many paths.
  ///   - role: The slot that draws.
  ///   - lane: Which draw of the step, 0 to 65,535.
  public init(seed: UInt64, firstPath: UInt64, count: Int, role: RandomRole, lane: Int) {
    precondition(firstPath + UInt64(count) <= 1 << 48, "a path's number must be below 2^48")
    precondition(
      firstPath >= RandomSource.mirror || firstPath + UInt64(count) <= RandomSource.mirror,
      "mirrored paths are drawn apart from the others")
    source = RandomSource(seed: seed, path: firstPath, role: role)
    self.lane = lane
    // Whole vectors are computed: room for what is left over at the end.
    even = Array(repeating: 0, count: (count + 3) & ~3)
    odd = Array(repeating: 0, count: (count + 3) & ~3)
  }

  /// Uniform numbers in [0, 1) of every path at one step.
  ///
  /// - Precondition: The span has room for every path.
  public mutating func uniforms(step: Int64, into values: inout MutableSpan<Double>) {
    if kept != .uniforms || keptPair != step >> 1 {
      RandomSource.check(step >> 1, lane, 0)
      let inverted = Vector4.Bits(source.inversion)
      fill(step >> 1) { (RandomSource.uniform($0 ^ inverted), RandomSource.uniform($1 ^ inverted)) }
      kept = .uniforms
    }
    Self.copy(step & 1 == 0 ? even : odd, into: &values)
  }

  /// Standard normal numbers of every path at one step.
  ///
  /// - Precondition: The span has room for every path.
  public mutating func normals(step: Int64, into values: inout MutableSpan<Double>) {
    if kept != .normals || keptPair != step >> 1 {
      RandomSource.check(step >> 1, lane, 0)
      let sign = Vector4.Bits(source.sign)
      fill(step >> 1) { RandomSource.normals($0, $1, sign: sign) }
      kept = .normals
    }
    Self.copy(step & 1 == 0 ? even : odd, into: &values)
  }

  /// +1 or −1 of every path at one step.
  ///
  /// - Precondition: The span has room for every path.
  public mutating func signs(step: Int64, into values: inout MutableSpan<Double>) {
    let word = step >> 6
    if kept != .bits || keptPair != word >> 1 {
      RandomSource.check(word >> 1, lane, 0)
      let inverted = Vector4.Bits(source.inversion)
      fill(word >> 1) { (Vector4(bits: $0 ^ inverted), Vector4(bits: $1 ^ inverted)) }
      kept = .bits
    }
    Self.signs(step, word & 1 == 0 ? even : odd, into: &values)
  }

  private static func signs(_ step: Int64, _ words: [Double], into values: inout MutableSpan<Double>) {
    let source = words.span
    precondition(values.count <= source.count, "more values than paths")
    for index in values.indices {
      unsafe values[unchecked: index] = RandomSource.sign(source[unchecked: index].bitPattern, step)
    }
  }

  @inline(__always)
  private mutating func fill(
    _ pair: Int64, _ numbers: (Vector4.Bits, Vector4.Bits) -> (even: Vector4, odd: Vector4)
  ) {
    keptPair = pair
    let bits = UInt64(bitPattern: pair)
    let c0 = Vector4.Bits(bits & 0xffff_ffff)
    let c1 = Vector4.Bits((bits &>> 32) & 0xffff | UInt64(lane) &<< 16)
    let key = source.key
    let first = Vector4.Bits(source.countedPath) &+ Vector4.Bits(lanes: SIMD4(0, 1, 2, 3))
    let count = even.count
    unsafe even.withUnsafeMutableBytes { evens in
      unsafe odd.withUnsafeMutableBytes { odds in
        guard let a = evens.baseAddress, let b = odds.baseAddress else { return }
        var index = 0
        while index < count {
          let paths = first &+ Vector4.Bits(UInt64(truncatingIfNeeded: index))
          let halves = Philox.blocks(c0, c1, paths & 0xffff_ffff, paths.upperHalves, key: key)
          let result = numbers(halves.low, halves.high)
          unsafe (a + index &* 8).storeBytes(of: result.even.lanes, as: SIMD4<Double>.self)
          unsafe (b + index &* 8).storeBytes(of: result.odd.lanes, as: SIMD4<Double>.self)
          index &+= 4
        }
      }
    }
  }

  private static func copy(_ from: [Double], into values: inout MutableSpan<Double>) {
    let source = from.span
    precondition(values.count <= source.count, "more values than paths")
    for index in values.indices { values[index] = source[index] }
  }
}
