// SPDX-License-Identifier: Apache-2.0

/// NumPy's `default_rng(seed)`: PCG64 behind a SeedSequence, for streams that must equal NumPy's to the bit.
///
/// O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
/// Generation", HMC-CS-2014-0905; Lemire, "Fast Random Integer Generation in an Interval", TOMACS 29(1), 2019.
struct NumPyGenerator {
  private var state: UInt128 = 0
  private let increment: UInt128
  private var spare: UInt32?

  /// - Parameter seed: As given to `default_rng`.
  init(seed: UInt32) {
    var pool: [UInt32] = []
    var constant: UInt32 = 0x43B0_D7E5
    func mixed(_ value: UInt32) -> UInt32 {
      var value = value ^ constant
      constant &*= 0x931E_8875
      value &*= constant
      return value ^ value >> 16
    }
    for word in [seed, 0, 0, 0] { pool.append(mixed(word)) }
    for source in 0..<4 {
      for target in 0..<4 where source != target {
        let value = 0xCA01_F9DD &* pool[target] &- 0x4973_F715 &* mixed(pool[source])
        pool[target] = value ^ value >> 16
      }
    }
    constant = 0x8B51_F9DD
    var words: [UInt128] = []
    for index in 0..<8 {
      var value = pool[index % 4] ^ constant
      constant &*= 0x58F3_8DED
      value &*= constant
      words.append(UInt128(value ^ value >> 16))
    }
    let seeds = stride(from: 0, to: 8, by: 2).map { words[$0] | words[$0 + 1] << 32 }
    increment = (seeds[2] << 64 | seeds[3]) << 1 | 1
    step()
    state &+= seeds[0] << 64 | seeds[1]
    step()
  }

  private mutating func step() {
    state = state &* (2_549_297_995_355_413_924 << 64 | 4_865_540_595_714_422_341) &+ increment
  }

  private mutating func next() -> UInt64 {
    step()
    let (high, low) = (UInt64(state >> 64), UInt64(truncatingIfNeeded: state))
    let (value, turn) = (high ^ low, high >> 58)
    return value >> turn | value << ((64 - turn) & 63)
  }

  private mutating func half() -> UInt32 {
    if let kept = spare {
      spare = nil
      return kept
    }
    let value = next()
    spare = UInt32(value >> 32)
    return UInt32(truncatingIfNeeded: value)
  }

  /// `random(count)`: numbers in [0, 1).
  mutating func uniforms(_ count: Int) -> [Double] { (0..<count).map { _ in Double(next() >> 11) * 0x1p-53 } }

  /// `integers(low, high, count)`: the end is not drawn.
  mutating func integers(_ range: Range<Int64>, _ count: Int) -> [Int64] {
    let width = UInt32(range.count)
    let threshold = (UInt32.max - (width - 1)) % width
    return (0..<count).map { _ in
      var product = UInt64(half()) * UInt64(width)
      while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(half()) * UInt64(width) }
      return range.lowerBound + Int64(product >> 32)
    }
  }
}
