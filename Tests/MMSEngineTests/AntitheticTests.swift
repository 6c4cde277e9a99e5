// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSStudy
import Testing

/// Pairs of mirrored paths: draws, means, standard errors.
struct AntitheticTests {
  @Test("A mirrored path has the other's draws, inverted: u + u′ = 1 − 2⁻⁵³, n + n′ = 0, opposite signs")
  func draws() {
    let plain = RandomSource(seed: 5, path: 9, role: .fill)
    let mirrored = RandomSource(seed: 5, path: UInt64(PathContext.mirror(of: 9)), role: .fill)
    for step in [-3, 0, 1, 64, 1 << 40] as [Int64] {
      #expect(mirrored.u64(step: step, lane: 2) == ~plain.u64(step: step, lane: 2))
      #expect(
        plain.uniform(step: step, lane: 1) + mirrored.uniform(step: step, lane: 1) == 1 - 0x1p-53)
      #expect(plain.normal(step: step, attempt: 3) == -mirrored.normal(step: step, attempt: 3))
      #expect(plain.sign(step: step) == -mirrored.sign(step: step))
      // −ln(1 − u) of both: e^−a + e^−b = 1 + 2⁻⁵³.
      let sum =
        MMSMath.exp(-plain.exponential(step: step)) + MMSMath.exp(-mirrored.exponential(step: step))
      #expect((sum - 1).magnitude < 1e-12)
    }
  }

  @Test("Batches over steps and over paths have the bits of single draws on mirrored paths too")
  func batches() {
    let first = UInt64(PathContext.mirror(of: 4))
    let source = RandomSource(seed: 1, path: first, role: .scenario)
    var values = [Double](repeating: 0, count: 21)
    func check(_ single: (Int64) -> Double) {
      for (index, value) in values.enumerated() { #expect(value == single(Int64(index) - 3)) }
    }
    var span = values.mutableSpan
    source.normals(step: -3, lane: 7, into: &span)
    check { source.normal(step: $0, lane: 7) }
    span = values.mutableSpan
    source.uniforms(step: -3, lane: 7, into: &span)
    check { source.uniform(step: $0, lane: 7) }
    span = values.mutableSpan
    source.exponentials(step: -3, lane: 7, into: &span)
    check { source.exponential(step: $0, lane: 7) }
    span = values.mutableSpan
    source.signs(step: -3, lane: 7, into: &span)
    check { source.sign(step: $0, lane: 7) }
    var draws = PathDraws(seed: 1, firstPath: first, count: 21, role: .scenario, lane: 7)
    for step in [3, 2, 65] as [Int64] {
      for kind in 0..<3 {
        var span = values.mutableSpan
        switch kind {
        case 0: draws.normals(step: step, into: &span)
        case 1: draws.uniforms(step: step, into: &span)
        default: draws.signs(step: step, into: &span)
        }
        for (index, value) in values.enumerated() {
          let own = RandomSource(seed: 1, path: first + UInt64(index), role: .scenario)
          let wanted =
            kind == 0
            ? own.normal(step: step, lane: 7)
            : kind == 1 ? own.uniform(step: step, lane: 7) : own.sign(step: step, lane: 7)
          #expect(value == wanted)
        }
      }
    }
  }

  /// One unit held through a geometric motion returns e^(sZ) − 1, which is monotone in Z: its mean is e^(s²÷2) − 1,
  /// its variance e^(s²) (e^(s²) − 1), that of a pair's mean ½ (e^(s²) − 1)².
  @Test("Pairs keep the mean and have the closed form's standard error, a fraction of independent paths'")
  func closedForm() throws {
    let motion = BrownianCase(steps: 30)
    let s2 = 30 * 0.02 * 0.02
    let growth = MMSMath.exp(s2) - 1
    let paths = 4_000
    var plan = try motion.plan()
    let plain = Estimates(try MonteCarlo(threads: 2).run(plan, paths: 0..<paths))[.totalReturn]
    plan.isAntithetic = true
    let results = try MonteCarlo(threads: 2).run(plan, paths: 0..<paths)
    let estimates = Estimates(results)
    let paired = estimates[.totalReturn]
    #expect(estimates.method == .pairs)

    let mean = MMSMath.exp(s2 / 2) - 1
    let pairError = growth / (Double(paths) / 2 * 2).squareRoot()
    let plainError = (MMSMath.exp(s2) * growth / Double(paths)).squareRoot()
    // The mean within four of its closed standard errors.
    #expect((paired.value - mean).magnitude < 4 * pairError)
    // Pair means are near s² Z² ÷ 2: a standard error of 2,000 has a relative one of √((15 − 1) ÷ 2,000) ÷ 2 ≈ 4 %.
    let error = try #require(paired.standardError)
    #expect((error / pairError - 1).magnitude < 0.16)
    let other = try #require(plain.standardError)
    #expect((other / plainError - 1).magnitude < 0.05)
    // A ninth of the error: 80 times fewer paths.
    #expect(error < other / 8)
  }

  @Test("Threads, blocks and batches change no bit; a pair is path j and its mirror image")
  func determinism() throws {
    var plan = try BrownianCase(steps: 30).plan()
    let independent = try MonteCarlo(threads: 1).run(plan, paths: 0..<32)
    plan.isAntithetic = true
    let one = try MonteCarlo(threads: 1).run(plan, paths: 0..<64)
    #expect(try MonteCarlo(threads: 3).run(plan, paths: 0..<64) == one)
    plan.blockSize = 7
    #expect(try MonteCarlo(threads: 2).run(plan, paths: 0..<64) == one)
    for j in 0..<32 {
      #expect(one[2 * j].totalReturn == independent[j].totalReturn)
      // e^(sZ) e^(−sZ) = 1.
      #expect(((1 + one[2 * j].totalReturn) * (1 + one[2 * j + 1].totalReturn) - 1).magnitude < 1e-12)
    }
    #expect(one.map(\.path) == Array(0..<64))
  }

  @Test("A target error is met with pairs, and sooner than with independent paths")
  func target() throws {
    var plan = try BrownianCase(steps: 30).plan()
    let plain = try MonteCarlo(threads: 2).run(plan, upTo: 4_096, target: (.totalReturn, 0.003))
    plan.isAntithetic = true
    let paired = try MonteCarlo(threads: 2).run(plan, upTo: 4_096, target: (.totalReturn, 0.003))
    // (s ÷ .003)² ≈ 1,300 paths against one batch.
    #expect(paired.count == MonteCarlo.batch)
    #expect(plain.count > 1_000)
    #expect(try #require(Estimates(paired)[.totalReturn].standardError) <= 0.003)
  }
}
