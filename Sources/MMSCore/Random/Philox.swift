// SPDX-License-Identifier: Apache-2.0
// hot path

/// Philox4x32-10: a counter of 128 bits encrypted under a key of 64 into a random block.
///
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC11. Passes BigCrush; blocks are independent of the order in which they are asked for.
public enum Philox {
  @inline(__always) static var multiplier0: UInt64 { 0xd251_1f53 }
  @inline(__always) static var multiplier1: UInt64 { 0xcd9e_8d57 }
  @inline(__always) static var weyl0: UInt32 { 0x9e37_79b9 }
  @inline(__always) static var weyl1: UInt32 { 0xbb67_ae85 }

  /// The random block of one counter, as two halves of 64 bits.
  ///
  /// `low` holds the first two output words, `high` the last two; the first of each lies lower. The
  /// first word of the key is its lower half.
  @inline(__always)
  public static func block(_ counter: SIMD4<UInt32>, key: UInt64) -> (low: UInt64, high: UInt64) {
    var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key &>> 32)
    for _ in 0..<10 {
      let product0 = multiplier0 &* UInt64(x0)
      let product1 = multiplier1 &* UInt64(x2)
      x0 = UInt32(truncatingIfNeeded: product1 &>> 32) ^ x1 ^ k0
      x1 = UInt32(truncatingIfNeeded: product1)
      x2 = UInt32(truncatingIfNeeded: product0 &>> 32) ^ x3 ^ k1
      x3 = UInt32(truncatingIfNeeded: product0)
      k0 &+= weyl0
      k1 &+= weyl1
    }
    return (UInt64(x1) &<< 32 | UInt64(x0), UInt64(x3) &<< 32 | UInt64(x2))
  }

  /// Several blocks side by side, one in each lane; a counter word is the lower half of its lane.
  ///
  /// The upper halves are noise on the way: products ignore them, and the last step cuts them off.
  @inline(__always)
  static func blocks<B: VectorBits>(
    _ c0: B, _ c1: B, _ c2: B, _ c3: B, key: UInt64
  ) -> (low: B, high: B) {
    var x = (c0, c1, c2, c3)
    // The carries of 64-bit sums stay in the noise as well. Written out, since a loop would not keep
    // its round keys between blocks.
    let k0 = B(key & 0xffff_ffff)
    let k1 = B(key &>> 32)
    x = round(x, k0, k1)
    x = round(x, k0 &+ weyl(1, weyl0), k1 &+ weyl(1, weyl1))
    x = round(x, k0 &+ weyl(2, weyl0), k1 &+ weyl(2, weyl1))
    x = round(x, k0 &+ weyl(3, weyl0), k1 &+ weyl(3, weyl1))
    x = round(x, k0 &+ weyl(4, weyl0), k1 &+ weyl(4, weyl1))
    x = round(x, k0 &+ weyl(5, weyl0), k1 &+ weyl(5, weyl1))
    x = round(x, k0 &+ weyl(6, weyl0), k1 &+ weyl(6, weyl1))
    x = round(x, k0 &+ weyl(7, weyl0), k1 &+ weyl(7, weyl1))
    x = round(x, k0 &+ weyl(8, weyl0), k1 &+ weyl(8, weyl1))
    x = round(x, k0 &+ weyl(9, weyl0), k1 &+ weyl(9, weyl1))
    return (
      x.1.shiftedLeft(32) &+ (x.0 & 0xffff_ffff), x.3.shiftedLeft(32) &+ (x.2 & 0xffff_ffff)
    )
  }

  @inline(__always)
  private static func round<B: VectorBits>(_ x: (B, B, B, B), _ k0: B, _ k1: B) -> (B, B, B, B) {
    let product0 = (x.0 & 0xffff_ffff) &* B(multiplier0)
    let product1 = (x.2 & 0xffff_ffff) &* B(multiplier1)
    return (
      product1.upperHalves ^ x.1 ^ k0, product1,
      product0.upperHalves ^ x.3 ^ k1, product0
    )
  }

  @inline(__always)
  private static func weyl<B: VectorBits>(_ round: UInt64, _ step: UInt32) -> B {
    B(round &* UInt64(step))
  }
}
