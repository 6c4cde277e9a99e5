// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy
import Testing

/// The law of impact that is fitted to metaorders.
struct ImpactLawFitTests {
  private static func points(_ exponent: Double, error: Double, noise: [Double] = []) -> [ImpactLaw.Point] {
    (0..<8).map { power in
      let size = Double(1 << power)
      let mean = MMSMath.pow(size, exponent)
      return ImpactLaw.Point(
        size: size, mean: mean * (1 + (noise.isEmpty ? 0 : noise[power])), standardError: error * mean)
    }
  }

  @Test func `exact laws are found and named`() throws {
    for (exponent, name) in [
      (0.3, "flatter than the square root"), (0.5, "square root"), (0.7, "concave"), (1, "linear"),
      (1.4, "convex"),
    ] {
      let law = try #require(ImpactLaw(Self.points(exponent, error: 0.02)))
      #expect((law.exponent - exponent).magnitude < 1e-12)
      // Eight points of ln 2 · k: Σ(k − 3.5)² = 42.
      #expect((law.standardError - 0.02 / (MMSMath.log(2) * (42.0).squareRoot())).magnitude < 1e-12)
      #expect(law.name == name && law.sizes == 8)
    }
    #expect(ImpactLaw(exponent: 0.75, standardError: 0.2, sizes: 3).name == "undecided")
  }

  @Test func `points off the line widen the error, and insignificant ones do not count`() throws {
    let noisy = try #require(
      ImpactLaw(Self.points(0.5, error: 0.02, noise: [0.2, -0.2, 0.2, -0.2, 0.2, -0.2, 0.2, -0.2])))
    #expect(noisy.standardError > 5 * 0.02 / (MMSMath.log(2) * (42.0).squareRoot()))
    #expect(ImpactLaw(Self.points(0.5, error: 0.6)) == nil)
    #expect(ImpactLaw(Array(Self.points(0.5, error: 0.02).prefix(2))) == nil)
  }
}
