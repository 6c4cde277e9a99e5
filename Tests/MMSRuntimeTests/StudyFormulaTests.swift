// SPDX-License-Identifier: Apache-2.0

import MMSEngine
import MMSStudy
import Testing

/// Closed forms behind ratios and Sharpe.
struct StudyFormulaTests {
  @Test func `a pooled ratio's error is the delta method's`() throws {
    var sums = RatioSums()
    let pairs = [(1.0, 2.0), (2.0, 3.0), (0.5, 2.5), (3.0, 4.0)]
    for (n, d) in pairs { sums.add(numerator: n, denominator: d) }
    let r = 6.5 / 11.5
    let residual = pairs.reduce(0) { $0 + ($1.0 - r * $1.1) * ($1.0 - r * $1.1) }
    #expect(abs(sums.ratio - r) < 1e-15)
    #expect(
      abs(try #require(sums.standardError(minimum: 2)) - (4.0 / 3 * residual).squareRoot() / 11.5) < 1e-14)
    #expect(sums.standardError(minimum: 5) == nil)
  }

  @Test func `neighbouring stretches join into the whole`() {
    let equity = [100.0, 104, 97, 99, 120, 90, 95, 110, 70, 88]
    func summary(_ values: ArraySlice<Double>) -> ReturnSummary {
      var whole = ReturnSummary()
      for index in values.indices.dropFirst() {
        var step = ReturnSummary()
        let change = values[index] / values[index - 1] - 1
        step.steps = 1
        step.sum = change
        step.sumOfSquares = change * change
        step.growth = 1 + change
        step.highest = max(1, 1 + change)
        step.lowest = min(1, 1 + change)
        step.drawdown = min(0, change)
        whole.append(step)
      }
      return whole
    }
    var joined = summary(equity[0...4])
    joined.append(summary(equity[4...]))
    var (top, worst) = (0.0, 0.0)
    for value in equity {
      top = max(top, value)
      worst = min(worst, value / top - 1)
    }
    #expect(abs(joined.drawdown - worst) < 1e-15)
    #expect(abs(joined.growth - 0.88) < 1e-15)
    #expect(joined.steps == 9)
  }

  @Test func `a Sharpe ratio of a tenth over 250 periods is known to 0.0634`() {
    #expect(abs(SharpeError.independent(ratio: 0.1, periods: 250) - 0.063403) < 1e-6)
    let annual = SharpeError.independent(
      annualised: 0.1 * 365.0.squareRoot(), periods: 250, periodsPerYear: 365)
    #expect(abs(annual / 365.0.squareRoot() - 0.063403) < 1e-6)
  }

  @Test func `constant returns have a Sharpe ratio of zero`() {
    #expect(ReturnSummary.sharpe(count: 1000, sum: 1, sumOfSquares: 1e-3, periodsPerYear: 365) == 0)
    #expect(ReturnSummary.sharpe(count: 1, sum: 1, sumOfSquares: 1, periodsPerYear: 365) == 0)
  }
}
