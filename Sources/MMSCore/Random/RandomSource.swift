// SPDX-License-Identifier: Apache-2.0
// hot path

/// Random draws by address: a pure function of seed, path, role, step, lane and attempt.
///
/// Nothing is consumed and there is no state, so draws do not depend on the order, the batches or the
/// threads in which they are asked for. A model that needs several draws in a step numbers them by
/// lane; a rejection method raises the attempt.
///
/// Each address is a place in a block of ``Philox``. The key mixes seed and role, one to one in the
/// seed. The counter words are, from the first: bits 0-31 of the block's number; bits 32-47 of it and
/// the lane (16 bits) above; bits 0-31 of the path; bits 32-47 of it and the attempt (16 bits) above.
/// Steps 2j and 2j + 1 have the two halves of block j. This layout must never change.
///
/// The path number's bit 47 is no part of the counter: it mirrors the path that the bits below name. All bits of a draw
/// are inverted, so that u becomes 1 − 2⁻⁵³ − u, and normals change their sign (Hammersley & Morton 1956, antithetic
/// variates). Mirrored draws have the law of the others.
public struct RandomSource: Sendable {
  package let key: UInt64
  package let path: UInt64

  /// The bit of a path's number that mirrors it.
  package static let mirror: UInt64 = 1 << 47

  /// All ones on a mirrored path, else 0.
  @inline(__always) var inversion: UInt64 {
    UInt64(bitPattern: Int64(bitPattern: path &<< 16) &>> 63)
  }

  /// The sign of normals: the highest bit on a mirrored path, else 0.
  @inline(__always) var sign: UInt64 { inversion & (1 << 63) }

  /// The path's number in the counter.
  @inline(__always) var countedPath: UInt64 { path & (Self.mirror &- 1) }

  /// The draws at an address that another source has named: how the kit of plugins has the host's draws.
  package init(key: UInt64, path: UInt64) {
    precondition(path < 1 << 48, "the path's number must be below 2^48")
    self.key = key
    self.path = path
  }

  /// The draws of one role on one path.
  ///
  /// - Parameters:
  ///   - seed: any number; 0 is a seed like all others.
  ///   - path: the number of the simulated path, below 2⁴⁷, or 2⁴⁷ more for its mirror image.
  ///   - role: the slot that draws.
  public init(seed: UInt64, path: UInt64, role: RandomRole) {
    precondition(path < 1 << 48, "the path's number must be below 2^48")
    self.path = path
    // The outer mix keeps keys of neighbouring roles and seeds unrelated.
    key = Self.mix(Self.mix(seed) &+ UInt64(role.rawValue) &* 0x9e37_79b9_7f4a_7c15)
  }

  /// A bijection that spreads each bit over all (Stafford's mix 13 of MurmurHash3's finalizer).
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// 64 random bits.
  ///
  /// - Parameters:
  ///   - step: from -2⁴⁸ up to but not including 2⁴⁸.
  ///   - lane: which draw of the step, 0 to 65,535.
  ///   - attempt: which try of a rejection method, 0 to 65,535.
  public func u64(step: Int64, lane: Int = 0, attempt: Int = 0) -> UInt64 {
    let halves = block(step &>> 1, lane, attempt)
    return (step & 1 == 0 ? halves.low : halves.high) ^ inversion
  }

  /// A uniform number in [0, 1), a multiple of 2⁻⁵³.
  public func uniform(step: Int64, lane: Int = 0, attempt: Int = 0) -> Double {
    Double(Int64(bitPattern: u64(step: step, lane: lane, attempt: attempt) &>> 11)) * 0x1p-53
  }

  /// +1 or −1, each with probability ½: bit `step mod 64` of the draw at `step ÷ 64`, rounded down.
  ///
  /// It shares that draw's address, so a lane that gives signs should give nothing else.
  public func sign(step: Int64, lane: Int = 0) -> Double {
    Self.sign(u64(step: step >> 6, lane: lane), step)
  }

  @inline(__always)
  static func sign(_ word: UInt64, _ step: Int64) -> Double {
    let bit = word &>> UInt64(truncatingIfNeeded: step & 63)
    return Double(bitPattern: 0x3ff0_0000_0000_0000 | bit &<< 63)
  }

  /// A standard normal number.
  ///
  /// G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates" (1958), on the
  /// halves of a block: even steps have the cosine, odd ones the sine. At most 8.57 in size.
  public func normal(step: Int64, lane: Int = 0, attempt: Int = 0) -> Double {
    let halves = block(step &>> 1, lane, attempt)
    let both = Self.normalPair(
      Vector2.Bits(halves.low), Vector2.Bits(halves.high), sign: Vector2.Bits(sign))
    return step & 1 == 0 ? both.even.first : both.odd.first
  }

  /// An exponential number of mean 1; at most 36.74.
  public func exponential(step: Int64, lane: Int = 0, attempt: Int = 0) -> Double {
    let bits = u64(step: step, lane: lane, attempt: attempt)
    return Self.exponentialPair(Vector2.Bits(bits)).first
  }

  /// The block of two steps, as it is before anything is mirrored.
  @inline(__always)
  func block(_ number: Int64, _ lane: Int, _ attempt: Int) -> (low: UInt64, high: UInt64) {
    Self.check(number, lane, attempt)
    let bits = UInt64(bitPattern: number)
    return Philox.block(
      SIMD4(
        UInt32(truncatingIfNeeded: bits),
        UInt32(truncatingIfNeeded: (bits &>> 32) & 0xffff | UInt64(lane) &<< 16),
        UInt32(truncatingIfNeeded: countedPath),
        UInt32(truncatingIfNeeded: countedPath &>> 32 | UInt64(attempt) &<< 16)),
      key: key)
  }

  @inline(__always)
  static func check(_ number: Int64, _ lane: Int, _ attempt: Int) {
    precondition(number >= -(1 << 47) && number < 1 << 47, "a step must be within ±2^48")
    precondition(lane >= 0 && lane < 1 << 16, "a lane must be 0 to 65535")
    precondition(attempt >= 0 && attempt < 1 << 16, "an attempt must be 0 to 65535")
  }

  // MARK: Bits to numbers

  /// Uniform numbers in [0, 1): the upper 53 bits of each lane.
  @inline(__always)
  static func uniform<V: Vector>(_ bits: V.Bits) -> V {
    // 32 bits under the exponent of 2²⁰, 21 under that of 2⁻¹²; every sum is exact.
    let upper = V(bits: bits.upperHalves | 0x4130_0000_0000_0000) - V(0x1p20 + 0x1p-12)
    return upper + V(bits: (bits & 0xffff_f800) | 0x3f30_0000_0000_0000)
  }

  /// Exponential numbers.
  @inline(__always)
  static func exponential<V: Vector>(_ bits: V.Bits) -> V {
    // 1 - u is exact and in (0, 1]; the difference keeps the sign of zero away.
    0 - MMSMath.logCore(1 - uniform(bits))
  }

  @inline(never)
  private static func exponentialPair(_ bits: Vector2.Bits) -> Vector2 { exponential(bits) }

  @inline(never)
  private static func normalPair(
    _ low: Vector2.Bits, _ high: Vector2.Bits, sign: Vector2.Bits
  ) -> (even: Vector2, odd: Vector2) { normals(low, high, sign: sign) }

  /// Normal numbers of blocks' halves, the even and the odd steps', with the sign that ``sign`` says.
  @inline(__always)
  static func normals<V: Vector>(
    _ low: V.Bits, _ high: V.Bits, sign: V.Bits
  ) -> (even: V, odd: V) {
    let square: V = -2 * MMSMath.logCore(1 - uniform(low))
    // A radius below zero is the same point across the origin.
    let radius = V(bits: square.magnitude.squareRoot.bits ^ sign)
    // The angle in turns goes to the nearest quarter; what is left becomes radians.
    let turns: V = uniform(high)
    let quarters = turns * 4 + V(MMSMath.roundingMagic)
    let rest = turns - (quarters - V(MMSMath.roundingMagic)) * 0.25
    let angle = MMSMath.sincosReduced(rest * 0x1.921fb54442d18p+2, 0, quadrant: quarters.bits)
    return (radius * angle.cos, radius * angle.sin)
  }
}
