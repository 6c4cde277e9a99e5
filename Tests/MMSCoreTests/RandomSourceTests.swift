// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

struct RandomSourceTests {
  // From kat_vectors of Random123, the authors' own implementation.
  @Test(
    arguments: [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func `the generator gives the published answers`(counter: [UInt32], key: [UInt32], words: [UInt32]) {
    let block = Philox.block(SIMD4(counter), key: UInt64(key[1]) << 32 | UInt64(key[0]))
    #expect(block.low == UInt64(words[1]) << 32 | UInt64(words[0]))
    #expect(block.high == UInt64(words[3]) << 32 | UInt64(words[2]))
  }

  // Computed by an independent program from the documented layout.
  @Test func `draws never change`() {
    let source = RandomSource(seed: 0, path: 0, role: .scenario)
    #expect(source.u64(step: 0) == 18_402_867_973_161_246_710)
    #expect(source.u64(step: 1) == 13_349_070_978_389_587_708)
    let other = RandomSource(seed: 42, path: 1 << 40 | 7, role: .fill)
    #expect(other.u64(step: -3, lane: 9, attempt: 2) == 15_327_071_594_013_192_305)
    #expect(other.normal(step: 1_000_000).bitPattern == 13_834_681_655_978_812_579)
    #expect(other.exponential(step: 1 << 40).bitPattern == 4_603_169_951_460_636_673)
  }

  /// n = 6,400 signs: the mean is within 4 standard errors (0.05), as is that of neighbours' products.
  @Test func `signs are fair, unrelated and the bits of one draw for each 64 steps`() {
    let source = RandomSource(seed: 6, path: 1, role: .scenario)
    for start in [0, -70, 13] as [Int64] {
      var signs = [Double](repeating: 0, count: 6400)
      var span = signs.mutableSpan
      source.signs(step: start, lane: 2, into: &span)
      for (index, sign) in signs.enumerated() {
        let step = start + Int64(index)
        #expect(sign == source.sign(step: step, lane: 2))
        let bit = source.u64(step: step >> 6, lane: 2) >> UInt64(step & 63) & 1
        #expect(sign == (bit == 1 ? -1 : 1))
      }
      #expect((signs.reduce(0, +) / 6400).magnitude < 0.05)
      #expect((zip(signs, signs.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / 6400).magnitude < 0.05)
    }
  }

  @Test(arguments: [0, 5, (1 << 32) - 3, (1 << 48) - 20] as [UInt64])
  func `draws across paths have the bits of each path's own`(first: UInt64) {
    for (count, lane) in [(1, 0), (3, 7), (4, 65_535), (19, 1)] {
      var draws = PathDraws(seed: 9, firstPath: first, count: count, role: .fill, lane: lane)
      var values = [Double](repeating: 0, count: count)
      // Every order of steps: pairs are kept, but nothing hangs on it.
      for step in [4, 5, 6, 9, 8, 9, 9, 5, 4, -1, -2] as [Int64] {
        var span = values.mutableSpan
        draws.uniforms(step: step, into: &span)
        for i in 0..<count {
          let own = RandomSource(seed: 9, path: first + UInt64(i), role: .fill)
          #expect(values[i].bitPattern == own.uniform(step: step, lane: lane).bitPattern)
        }
      }
      for step in [0, 63, 64, 65, 127, 128, 190, -1, -64] as [Int64] {
        var span = values.mutableSpan
        draws.signs(step: step, into: &span)
        for i in 0..<count {
          let own = RandomSource(seed: 9, path: first + UInt64(i), role: .fill)
          #expect(values[i] == own.sign(step: step, lane: lane))
        }
      }
      for step in [4, 5, 7] as [Int64] {
        var span = values.mutableSpan
        draws.normals(step: step, into: &span)
        for i in 0..<count {
          let own = RandomSource(seed: 9, path: first + UInt64(i), role: .fill)
          #expect(values[i].bitPattern == own.normal(step: step, lane: lane).bitPattern)
        }
      }
    }
  }

  @Test(arguments: [-7, -4, 0, 1, 2, 3, (1 << 33) - 5, -(1 << 33) - 3, (1 << 48) - 40] as [Int64])
  func `batches have the bits of single draws`(start: Int64) {
    let source = RandomSource(seed: 3, path: 0x1234_5678_9abc, role: .impact)
    for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 31] {
      for lane in [0, 65_535] {
        var (u, n, e) = ([Double](repeating: 0, count: count), [Double](), [Double]())
        (n, e) = (u, u)
        var uSpan = u.mutableSpan
        source.uniforms(step: start, lane: lane, into: &uSpan)
        var nSpan = n.mutableSpan
        source.normals(step: start, lane: lane, into: &nSpan)
        var eSpan = e.mutableSpan
        source.exponentials(step: start, lane: lane, into: &eSpan)
        for i in 0..<count {
          let step = start + Int64(i)
          #expect(u[i].bitPattern == source.uniform(step: step, lane: lane).bitPattern)
          #expect(n[i].bitPattern == source.normal(step: step, lane: lane).bitPattern)
          #expect(e[i].bitPattern == source.exponential(step: step, lane: lane).bitPattern)
        }
      }
    }
  }

  @Test func `any split of a batch gives the same numbers`() {
    let source = RandomSource(seed: 5, path: 1, role: .flow)
    let whole = normals(source, step: 17, count: 1001)
    var pieces: [Double] = []
    for size in [1, 2, 3, 5, 8, 13, 100, 400, 469] {
      pieces += normals(source, step: 17 + Int64(pieces.count), count: size)
    }
    #expect(pieces == whole)
  }

  @Test func `every part of the address changes the draw`() {
    let source = RandomSource(seed: 1, path: 1, role: .scenario)
    var seen: Set<UInt64> = [source.u64(step: 0)]
    for bit in 0..<48 { seen.insert(source.u64(step: 1 << bit)) }
    for bit in 0..<16 {
      seen.insert(source.u64(step: 0, lane: 1 << bit))
      seen.insert(source.u64(step: 0, attempt: 1 << bit))
    }
    seen.insert(source.u64(step: -1))
    for bit in 0..<48 where bit > 0 {
      seen.insert(RandomSource(seed: 1, path: 1 | 1 << bit, role: .scenario).u64(step: 0))
    }
    for bit in 0..<64 {
      seen.insert(RandomSource(seed: 1 ^ 1 << bit, path: 1, role: .scenario).u64(step: 0))
    }
    for role in 2...100 as ClosedRange<UInt32> {
      seen.insert(RandomSource(seed: 1, path: 1, role: RandomRole(rawValue: role)).u64(step: 0))
    }
    #expect(seen.count == 1 + 48 + 32 + 1 + 47 + 64 + 99)
  }

  // Sample moments of n draws lie within 5 standard errors of the true ones.
  static let count = 200_000

  @Test(arguments: [0, 1, 2, UInt64.max])
  func `moments are right`(seed: UInt64) {
    let source = RandomSource(seed: seed, path: 0, role: .scenario)
    let n = Double(Self.count)
    func z(_ values: [Double], power: Int, mean: Double, variance: Double) -> Double {
      let sum = values.reduce(0) { total, x in
        total + (0..<power).reduce(1) { product, _ in product * x }
      }
      return (sum / n - mean) / (variance / n).squareRoot()
    }
    let normal = normals(source, step: 0, count: Self.count)
    #expect(abs(z(normal, power: 1, mean: 0, variance: 1)) < 5)
    #expect(abs(z(normal, power: 2, mean: 1, variance: 2)) < 5)
    #expect(abs(z(normal, power: 3, mean: 0, variance: 15)) < 5)
    #expect(abs(z(normal, power: 4, mean: 3, variance: 96)) < 5)

    var uniform = normal
    var uniformSpan = uniform.mutableSpan
    source.uniforms(step: 0, lane: 1, into: &uniformSpan)
    #expect(abs(z(uniform, power: 1, mean: 0.5, variance: 1 / 12.0)) < 5)
    #expect(abs(z(uniform, power: 2, mean: 1 / 3.0, variance: 4 / 45.0)) < 5)
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })

    var exponential = normal
    var exponentialSpan = exponential.mutableSpan
    source.exponentials(step: 0, lane: 2, into: &exponentialSpan)
    #expect(abs(z(exponential, power: 1, mean: 1, variance: 1)) < 5)
    #expect(abs(z(exponential, power: 2, mean: 2, variance: 20)) < 5)
    #expect(exponential.allSatisfy { $0 >= 0 && $0.isFinite })
  }

  // Kolmogorov and Smirnov: sqrt(n) D exceeds 2.2 once in 8000 times.
  @Test(arguments: [0, 1, 77]) func `distributions are right`(seed: UInt64) {
    let source = RandomSource(seed: seed, path: 3, role: .study)
    var uniform = [Double](repeating: 0, count: 50_000)
    var span = uniform.mutableSpan
    source.uniforms(step: 0, into: &span)
    #expect(kolmogorov(uniform) { $0 } < 2.2)
    let normal = normals(source, step: 0, count: 50_000)
    #expect(kolmogorov(normal) { normalDistribution($0) } < 2.2)
    var exponential = uniform
    var exponentialSpan = exponential.mutableSpan
    source.exponentials(step: 0, lane: 1, into: &exponentialSpan)
    #expect(kolmogorov(exponential) { -MMSMath.expm1(-$0) } < 2.2)
  }

  @Test func `seeds, roles, lanes, paths and steps are not correlated`() {
    func stream(
      seed: UInt64 = 0, path: UInt64 = 0, role: RandomRole = .scenario, lane: Int = 0, step: Int64 = 0
    ) -> [Double] {
      normals(
        RandomSource(seed: seed, path: path, role: role), step: step, lane: lane, count: 20_000)
    }
    let base = stream()
    let others: [(String, [Double])] = [
      ("seed 1", stream(seed: 1)), ("seed 2", stream(seed: 2)), ("last seed", stream(seed: .max)),
      ("fill", stream(role: .fill)), ("study", stream(role: .study)), ("lane 1", stream(lane: 1)),
      ("lane 2", stream(lane: 2)), ("path 1", stream(path: 1)), ("path 2^32", stream(path: 1 << 32)),
      ("next step", stream(step: 1)), ("after 2", stream(step: 2)), ("before", stream(step: -20_000)),
    ]
    let n = Double(base.count)
    for (name, other) in others {
      let product = zip(base, other).reduce(0) { $0 + $1.0 * $1.1 } / n.squareRoot()
      #expect(abs(product) < 5, "\(name)")
      let squares = zip(base, other).reduce(0) { $0 + ($1.0 * $1.0 - 1) * ($1.1 * $1.1 - 1) }
      #expect(abs(squares / (4 * n).squareRoot()) < 5, "squares of \(name)")
    }
  }

  private func normals(
    _ source: RandomSource, step: Int64, lane: Int = 0, count: Int
  ) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    var span = values.mutableSpan
    source.normals(step: step, lane: lane, into: &span)
    return values
  }

  /// sqrt(n) times the largest distance of the sample's distribution function from the true one.
  private func kolmogorov(_ sample: [Double], _ distribution: (Double) -> Double) -> Double {
    let n = Double(sample.count)
    var largest = 0.0
    for (index, x) in sample.sorted().enumerated() {
      let value = distribution(x)
      largest = max(largest, abs(value - Double(index) / n), abs(value - Double(index + 1) / n))
    }
    return largest * n.squareRoot()
  }

  /// The normal distribution function by its Taylor series about 0, good to 1e-9 within ±6.
  private func normalDistribution(_ x: Double) -> Double {
    if abs(x) > 6 { return x < 0 ? 0 : 1 }
    var (term, sum) = (x, x)
    var k = 1.0
    while abs(term) > 1e-14 {
      term *= x * x / (2 * k + 1)
      sum += term
      k += 1
    }
    return 0.5 + sum * MMSMath.exp(-0.5 * x * x) * 0.3989422804014327
  }
}
