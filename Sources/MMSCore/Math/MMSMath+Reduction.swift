// SPDX-License-Identifier: Apache-2.0

extension MMSMath {
  /// Payne and Hanek's reduction of a finite x > 2²⁰: `r + low` within ±π/4, and the quadrant.
  ///
  /// Multiples of 4 in x · 2/π do not matter, so of 2/π only 192 bits, from where they begin to
  /// matter, are multiplied by the 53 bits of x: what is left is exact to 2⁻¹³⁷.
  static func reduceLarge(_ x: Double) -> (r: Double, low: Double, quadrant: UInt64) {
    // x = fraction · 2^exponent. Bits of 2/π above `start` contribute multiples of 4.
    let fraction = (x.bitPattern & 0x000f_ffff_ffff_ffff) | 0x0010_0000_0000_0000
    let exponent = Int(x.bitPattern >> 52) - 1075
    let start = exponent - 2
    let p2 = fraction.multipliedFullWidth(by: twoOverPi(start + 128))
    let p1 = fraction.multipliedFullWidth(by: twoOverPi(start + 64))
    let (middle, carry) = p1.low.addingReportingOverflow(p2.high)
    let top = fraction &* twoOverPi(start) &+ p1.high &+ (carry ? 1 : 0)

    // The two top bits are the quadrant, the rest a fraction of π/2, brought to the nearest quadrant.
    var quadrant = top >> 62
    var a = top << 2 | middle >> 62
    var b = middle << 2 | p2.low >> 62
    var c = p2.low << 2
    let isUpper = a >> 63 == 1
    if isUpper {
      quadrant &+= 1
      (a, b, c) = (~a, ~b, ~c)  // the negative, but for 2⁻¹⁹²
    }
    var scale = 1.0
    if a == 0 {
      (a, b) = (b, c)
      c = 0
      scale = 0x1p-64
    }
    let zeros = UInt64(a.leadingZeroBitCount)
    if zeros > 0, zeros < 64 {
      a = a << zeros | b >> (64 - zeros)
      b = b << zeros | c >> (64 - zeros)
      scale *= Double(bitPattern: (1023 - zeros) << 52)
    }
    // (head + tail) · π/2; the heads of 26 bits multiply exactly.
    let head = Double(a >> 38) * 0x1p-26
    let tail = Double((a & 0x3f_ffff_ffff) << 26 | b >> 38) * 0x1p-90
    let high = head * 0x1.921fb50000000p+0
    let rest =
      head * 0x1.110b4611a6263p-26 + tail * 0x1.921fb54442d18p+0
    let r = high + rest
    let low = rest - (r - high)
    let signed = isUpper ? -scale : scale
    return (r * signed, low * signed, quadrant)
  }

  /// 64 bits of 2/π, from a position after the binary point; before it there are zeros.
  private static func twoOverPi(_ position: Int) -> UInt64 {
    let (word, bit) = ((position + 64) >> 6, UInt64((position + 64) & 63))
    if bit == 0 { return twoOverPiWords[word] }
    return twoOverPiWords[word] << bit | twoOverPiWords[word + 1] >> (64 - bit)
  }

  /// 2/π to 1280 bits, after a word of zeros.
  private static let twoOverPiWords: [UInt64] = [
    0x0000_0000_0000_0000, 0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561, 0xb724_6e3a_424d_d2e0, 0x0649_2eea_09d1_921c, 0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484, 0xe99c_7026_b45f_7e41, 0x3991_d639_8353_39f4, 0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f, 0xef2f_118b_5a0a_6d1f, 0x6d36_7ecf_27cb_09b7, 0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b, 0x3d07_39f7_8a52_92ea, 0x6bfb_5fb1_1f8d_5d08, 0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
  ]
}
