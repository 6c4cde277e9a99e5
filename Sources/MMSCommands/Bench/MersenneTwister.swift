// SPDX-License-Identifier: Apache-2.0

/// MT19937 with the draws that compiled NumPy code makes of it, for streams that must equal such code's to the bit.
///
/// Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998.
struct MersenneTwister {
  private var state: [UInt32] = []
  private var index = 624

  init(seed: UInt32) {
    state.reserveCapacity(624)
    var word = seed
    for place in 0..<624 {
      state.append(word)
      word = 1_812_433_253 &* (word ^ word >> 30) &+ UInt32(place) &+ 1
    }
  }

  private mutating func twist() {
    for place in 0..<624 {
      let mixed = state[place] & 0x8000_0000 | state[(place + 1) % 624] & 0x7FFF_FFFF
      state[place] = state[(place + 397) % 624] ^ mixed >> 1 ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    index = 0
  }

  private mutating func next() -> UInt32 {
    if index == 624 { twist() }
    var word = state[index]
    index += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C_5680
    word ^= word << 15 & 0xEFC6_0000
    return word ^ word >> 18
  }

  /// A number in [0, 1) of 53 bits.
  mutating func uniform() -> Double {
    let (high, low) = (next() >> 5, next() >> 6)
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  /// A whole number below a bound above 1, by drawing its bits again until they are below.
  mutating func below(_ bound: UInt32) -> Int64 {
    let mask = UInt32.max >> UInt32((bound - 1).leadingZeroBitCount)
    while true {
      let value = next() & mask
      if value < bound { return Int64(value) }
    }
  }
}
