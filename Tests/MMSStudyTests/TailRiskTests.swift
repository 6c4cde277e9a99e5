// SPDX-License-Identifier: Apache-2.0

import MMSStudy
import Testing

/// Value at risk and expected shortfall against their definitions.
struct TailRiskTests {
  @Test("Of the returns −0.50, −0.49 … 0.50 the worst fifth and hundredth part are known")
  func ladder() throws {
    let returns = (0...100).map { Double($0 - 50) / 100 }
    let levels = TailRisk(returns.shuffled()).levels
    #expect(levels.map(\.level) == [0.95, 0.99])
    // The sixth and the second of 101 from below.
    #expect(abs(levels[0].valueAtRisk - 0.45) < 1e-12)
    #expect(abs(levels[0].expectedShortfall - 0.475) < 1e-12)
    #expect(abs(levels[1].valueAtRisk - 0.49) < 1e-12)
    #expect(abs(levels[1].expectedShortfall - 0.495) < 1e-12)
  }

  @Test(
    "A sample without a path beyond a level has no such level",
    arguments: [(19, 0), (20, 1), (99, 1), (100, 2)])
  func small(_ paths: Int, _ levels: Int) {
    #expect(TailRisk((0..<paths).map { Double($0) }).levels.count == levels)
  }

  @Test("The mean loss beyond is no smaller than the loss that is exceeded")
  func order() {
    let returns = ComparisonTests.normals(500, path: 3).map { $0 * 0.02 }
    let levels = TailRisk(returns).levels
    #expect(levels.count == 2)
    for level in levels { #expect(level.expectedShortfall >= level.valueAtRisk) }
  }
}
