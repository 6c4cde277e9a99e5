// SPDX-License-Identifier: Apache-2.0

import MMSStudy
import Testing

/// Statistics of selection against published numbers and SciPy.
struct SelectionHonestyTests {
  @Test func `the deflated Sharpe ratio is that of Bailey and López de Prado's example`() throws {
    // 2.5 a year, 100 trials of variance ½, 1,250 days of skewness −3 and kurtosis 10.
    let daily = 2.5 / 250.0.squareRoot()
    let luck = SelectionHonesty.bestByLuck(trials: 100, variance: 0.5 / 250)
    #expect(abs(luck - 0.11317200186513214) < 1e-12)
    let deflated = try #require(
      SelectionHonesty.probabilisticSharpe(
        daily, above: luck, observations: 1250, skewness: -3, kurtosis: 10))
    #expect(abs(deflated - 0.9003968344493903) < 1e-10)
    #expect(abs(deflated - 0.900397) < 1e-6)
    let plain = try #require(
      SelectionHonesty.probabilisticSharpe(daily, above: 0, observations: 1250, skewness: -3, kurtosis: 10))
    #expect(abs(plain - 0.9999968595078976) < 1e-10)
  }

  @Test func `one trial needs no deflation`() {
    #expect(SelectionHonesty.bestByLuck(trials: 1, variance: 1) == 0)
    #expect(
      SelectionHonesty.probabilisticSharpe(1, above: 0, observations: 1, skewness: 0, kurtosis: 3) == nil)
  }

  @Test(arguments: [
    (-6, 9.865876450376946e-10), (-4.5, 3.3976731247300535e-06), (-2.5, 0.006209665325776132),
    (-0.3, 0.3820885778110474), (0, 0.5), (1.96, 0.9750021048517795), (4.2, 0.9999866542509841),
  ])
  func `the normal distribution agrees with SciPy`(x: Double, expected: Double) {
    #expect(abs(NormalLaw.probability(below: x) - expected) <= 1e-15 + 1e-10 * min(expected, 1e-5))
  }

  @Test(arguments: [
    (1e-06, -4.753424308822899), (0.01, -2.3263478740408408), (0.3, -0.5244005127080409), (0.5, 0),
    (0.99, 2.3263478740408408), (0.9963212055882856, 2.6802104449668875),
  ])
  func `its quantiles agree with SciPy`(p: Double, expected: Double) {
    #expect(abs(NormalLaw.quantile(p) - expected) < 1e-11)
  }

  @Test func `the best of many draws without skill is where luck is said to be`() {
    // 2,000 experiments of 50 standard normal ratios: the mean of the best.
    var sum = 0.0
    for experiment in 0..<2000 {
      var best = -Double.infinity
      for trial in 0..<50 {
        let share = Draws.uniform(experiment, trial)
        best = max(best, NormalLaw.quantile(share))
      }
      sum += best
    }
    let luck = SelectionHonesty.bestByLuck(trials: 50, variance: 1)
    // The standard error of the mean is 0.465 ÷ √2000; the formula itself is an asymptotic one, 1 % off here.
    #expect(abs(sum / 2000 - luck) < 3 * 0.465 / 2000.0.squareRoot() + 0.01 * luck)
  }
}
