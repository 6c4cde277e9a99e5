// SPDX-License-Identifier: Apache-2.0

import Glibc
import MMSCore
import Testing

/// The distance of a value from the right one in units of its last place; 0 for equal bits or two NaN.
private func ulps(_ value: Double, _ expected: Double) -> Double {
  if value.isNaN || expected.isNaN { return value.isNaN && expected.isNaN ? 0 : .infinity }
  if value.bitPattern == expected.bitPattern { return 0 }
  if value.isInfinite || expected.isInfinite { return .infinity }
  if value == expected { return .infinity }  // zeros of different sign
  return abs(value - expected) / expected.ulp
}

/// Numbers without pattern for property tests.
private struct Numbers {
  var state: UInt64
  mutating func bits() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(bits() >> 11) * 0x1p-53
  }
}

struct MMSMathTests {
  typealias Scalar = @Sendable (Double) -> Double
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let table: [(x: Double, value: Double)]
    let scalar: Scalar
    let batch: @Sendable (inout MutableSpan<Double>) -> Void
    let glibc: Scalar
    /// Where the comparison with Glibc draws arguments.
    let range: ClosedRange<Double>
    var testDescription: String { name }
  }

  static let functions: [Function] = [
    Function(
      name: "exp", table: MathTable.exp, scalar: { MMSMath.exp($0) },
      batch: { MMSMath.exp(&$0) },
      glibc: { Glibc.exp($0) }, range: -720...712),
    Function(
      name: "expm1", table: MathTable.expm1, scalar: { MMSMath.expm1($0) },
      batch: { MMSMath.expm1(&$0) },
      glibc: { Glibc.expm1($0) }, range: -3...3),
    Function(
      name: "log", table: MathTable.log, scalar: { MMSMath.log($0) },
      batch: { MMSMath.log(&$0) },
      glibc: { Glibc.log($0) }, range: 0...3),
    Function(
      name: "log1p", table: MathTable.log1p, scalar: { MMSMath.log1p($0) },
      batch: { MMSMath.log1p(&$0) },
      glibc: { Glibc.log1p($0) }, range: -1...3),
    Function(
      name: "sin", table: MathTable.sin, scalar: { MMSMath.sin($0) },
      batch: { MMSMath.sin(&$0) },
      glibc: { Glibc.sin($0) }, range: -1000...1000),
    Function(
      name: "cos", table: MathTable.cos, scalar: { MMSMath.cos($0) },
      batch: { MMSMath.cos(&$0) },
      glibc: { Glibc.cos($0) }, range: -2e6...2e6),
  ]

  static let specials: [Double] = [
    0, -0.0, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, 1.5, -2.5,
    709.79, -745.2, 708, -708, 0x1p-54, -0x1p-54, 0x1p-27, 0x1p20, 0x1.0000000000001p20, 1e300,
  ]

  /// Arguments of every kind: ordinary ones, special ones and any bits.
  private static func arguments(_ count: Int, seed: UInt64) -> [Double] {
    var numbers = Numbers(state: seed)
    return (0..<count).map { index in
      switch index % 8 {
      case 0: Double(bitPattern: numbers.bits())
      case 1: specials[Int(numbers.bits() % UInt64(specials.count))]
      case 2: numbers.uniform(-800, 800)
      default: numbers.uniform(-4, 8)
      }
    }
  }

  @Test(arguments: functions)
  func `is within one unit of the last place of the true value`(function: Function) {
    for (x, value) in function.table {
      let result = function.scalar(x)
      #expect(ulps(result, value) <= 1, "\(function.name)(\(x)) is \(result), should be \(value)")
    }
  }

  @Test func `pow is within one unit of the last place of the true value`() {
    for (x, y, value) in MathTable.pow {
      let result = MMSMath.pow(x, y)
      #expect(ulps(result, value) <= 1, "pow(\(x), \(y)) is \(result), should be \(value)")
    }
  }

  @Test(arguments: functions)
  func `agrees with the C library`(function: Function) {
    var numbers = Numbers(state: 11)
    var worst = 0.0
    for _ in 0..<50_000 {
      let x = numbers.uniform(function.range.lowerBound, function.range.upperBound)
      worst = max(worst, ulps(function.scalar(x), function.glibc(x)))
    }
    #expect(worst <= 2)
  }

  @Test func `pow agrees with the C library`() {
    var numbers = Numbers(state: 12)
    var worst = 0.0
    for _ in 0..<50_000 {
      let (x, y) = (numbers.uniform(0, 20), numbers.uniform(-250, 250))
      worst = max(worst, ulps(MMSMath.pow(x, y), Glibc.pow(x, y)))
    }
    #expect(worst <= 1)
  }

  @Test(arguments: functions)
  func `batches have the bits of the scalar`(function: Function) {
    let x = Self.arguments(40_001, seed: 13)
    let expected = x.map { function.scalar($0).bitPattern }
    var batch = x
    var span = batch.mutableSpan
    function.batch(&span)
    #expect(batch.map(\.bitPattern) == expected)
  }

  @Test func `batches of pow have the bits of the scalar`() {
    let x = Self.arguments(20_001, seed: 14)
    for exponent in [0.5, -2, 3, 1.14, 60, -250.5, 1e300, .nan, 0] {
      var batch = x
      var span = batch.mutableSpan
      MMSMath.pow(&span, exponent)
      #expect(batch.map(\.bitPattern) == x.map { MMSMath.pow($0, exponent).bitPattern })
    }
  }

  @Test func `sincos is sin and cos`() {
    for x in Self.arguments(2000, seed: 16) {
      let both = MMSMath.sincos(x)
      #expect(both.sin.bitPattern == MMSMath.sin(x).bitPattern)
      #expect(both.cos.bitPattern == MMSMath.cos(x).bitPattern)
    }
  }

  @Test(arguments: functions)
  func `special values are those of C`(function: Function) {
    for x in Self.specials {
      let (result, expected) = (function.scalar(x), function.glibc(x))
      #expect(ulps(result, expected) <= 1, "\(function.name)(\(x)) is \(result), not \(expected)")
    }
  }

  @Test func `special values of pow are those of C`() {
    let values = Self.specials + [2, -2, 3, -3, 0.5, -0.5, 0x1p53, 0x1p60, 1e18 + 1, 1.0000001]
    for x in values {
      for y in values {
        let (result, expected) = (MMSMath.pow(x, y), Glibc.pow(x, y))
        #expect(ulps(result, expected) <= 1, "pow(\(x), \(y)) is \(result), not \(expected)")
      }
    }
  }

  // Fixed on one processor, so that a build for another, or another compiler, cannot differ unseen.
  @Test func `a digest over many arguments stays as it is`() {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for x in Self.arguments(20_000, seed: 17) {
      for function in Self.functions {
        digest = (digest ^ function.scalar(x).bitPattern) &* 0x100_0000_01b3
        digest ^= digest >> 29
      }
      digest = (digest ^ MMSMath.pow(abs(x), 1.37).bitPattern) &* 0x100_0000_01b3
    }
    #expect(digest == 2_677_680_358_933_074_107)
  }
}
