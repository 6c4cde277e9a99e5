// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

struct HawkesProcessTests {
  static func random(_ path: UInt64) -> RandomSource { RandomSource(seed: 41, path: path, role: .scenario) }

  @Test func `the intensity's integral between events is exponential`() throws {
    // Time change (Papangelou 1972): n = 8,000 gaps; Kolmogorov-Smirnov, 1.63 ÷ √n is its 1 % point.
    var process = try HawkesProcess(mu: 1.2, alpha: 0.6, beta: 0.8)
    var gaps: [Double] = []
    var (excess, last, gathered) = (process.excess, 0.0, 0.0)
    func gather(_ span: Double) {
      gathered += 1.2 * span - excess * MMSMath.expm1(-0.8 * span) / 0.8
      excess *= MMSMath.exp(-0.8 * span)
    }
    for step in 0..<4_000 {
      last = 0
      _ = process.advance(by: 0.5, Self.random(0), step: Int64(step)) { time in
        gather(time - last)
        gaps.append(gathered)
        (last, gathered) = (time, 0)
        excess += 0.6
      }
      gather(0.5 - last)
      #expect((excess - process.excess).magnitude < 1e-9 * (1 + excess))
    }
    let n = Double(gaps.count)
    let sorted = gaps.map { 1 - MMSMath.exp(-$0) }.sorted()
    var distance = 0.0
    for (index, share) in sorted.enumerated() {
      distance = max(distance, share - Double(index) / n, Double(index + 1) / n - share)
    }
    #expect(n > 7_000)
    #expect(distance < 1.63 / n.squareRoot(), "\(distance) at \(n)")
  }

  @Test func `a stationary start has the cumulants of the stationary law`() throws {
    // Of the excess: m₁ = L − mu, m₂ = α²L ÷ (2g), m₃ = mu·Σ nᵏ·α²·(k ÷ 12 + k² ÷ 4): 3.6, 4.32, 9.504.
    // n = 4,000; bounds of four standard errors.
    var process = try HawkesProcess(mu: 1.2, alpha: 0.6, beta: 0.8)
    let n = 4_000
    var values: [Double] = []
    for path in 0..<n {
      process.startStationary(Self.random(UInt64(path)), step: -1)
      values.append(process.excess)
    }
    let mean = values.reduce(0, +) / Double(n)
    let second = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
    let third = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) } / Double(n)
    #expect((mean - 3.6).magnitude < 4 * (4.32 / Double(n)).squareRoot())
    #expect((second - 4.32).magnitude < 4 * 0.131)
    #expect((third - 9.504).magnitude < 4 * 0.9)
  }

  @Test func `the mean number of events is stationary whatever the span is cut into`() throws {
    // 1,000 paths of t = 4: mean 19.2, variance by the closed form; four standard errors.
    for pieces in [1, 8] {
      var sum = 0.0
      var process = try HawkesProcess(mu: 1.2, alpha: 0.6, beta: 0.8)
      for path in 0..<1_000 {
        process.startStationary(Self.random(UInt64(path)), step: -1)
        for piece in 0..<pieces {
          sum += Double(
            process.advance(by: 4 / Double(pieces), Self.random(UInt64(path)), step: Int64(piece)))
        }
      }
      let error = (19.2 * process.fano(over: 4) / 1_000).squareRoot()
      #expect((sum / 1_000 - 19.2).magnitude < 4 * error)
    }
  }

  @Test(arguments: [
    (0.0, 0.1, 0.2, "mu"), (1.0, 0.2, 0.2, "alpha"), (1.0, 0.3, 0.2, "alpha"),
    (1.0, Double.nan, 1.0, "alpha"),
  ])
  func `an unstable process is refused`(mu: Double, alpha: Double, beta: Double, word: String) throws {
    let error = #expect(throws: MMSError.self) { try HawkesProcess(mu: mu, alpha: alpha, beta: beta) }
    #expect(error?.path == word)
  }
}
