// SPDX-License-Identifier: Apache-2.0

import Foundation

extension AvellanedaStoikovExperiment.Setting {
  /// Moments of profit and final inventory, exactly.
  struct Law {
    var spread: Double
    var profit: (mean: Double, deviation: Double)
    var inventory: (mean: Double, deviation: Double)
  }

  /// Solves the dealer's Markov chain: the inventory is a walk whose fill probabilities depend on itself and on
  /// time alone, and profit is the sum of the edges earned and of inventory × move, moves being independent.
  ///
  /// Backwards in time, with R the profit still to come: E R = Σ p·(g + E R′) and
  /// E R² = Σ p·(g² + q′²σ²dt + E R′² + 2 g E R′), over the four ways to fill with edge g and inventory q′.
  func law(isSkewed: Bool) -> Law {
    // Where the chain can get, plus the start; far tails have no probability left.
    let reach = Int(min(Double(steps), 20 + 60 * (1 + rate * dt * Double(steps)).squareRoot()))
    let count = 2 * reach + 1
    var first = [Double](repeating: 0, count: count)
    var second = first
    var (position, square) = (first, first)
    for index in 0..<count {
      let q = Double(initial + index - reach)
      (position[index], square[index]) = (q, q * q)
    }
    let variance = sigma * sigma * dt
    var total = 0.0
    for step in stride(from: steps - 1, through: 0, by: -1) {
      let left = Double(steps - step) * dt
      let risk = gamma * sigma * sigma * left
      let spread = risk + (gamma > 0 ? 2 / gamma * Foundation.log1p(gamma / k) : 2 / k)
      total += spread
      var next = (first: first, second: second, position: position, square: square)
      for index in 0..<count {
        let lean = isSkewed ? Double(initial + index - reach) * risk : 0
        let (buyEdge, sellEdge) = (spread / 2 + lean, spread / 2 - lean)
        let buy = min(1, rate * Foundation.exp(-k * buyEdge) * dt)
        let sell = min(1, rate * Foundation.exp(-k * sellEdge) * dt)
        var sums = (0.0, 0.0, 0.0, 0.0)
        for (buys, sells, p) in [
          (0, 0, (1 - buy) * (1 - sell)), (1, 0, buy * (1 - sell)), (0, 1, (1 - buy) * sell),
          (1, 1, buy * sell),
        ] {
          let to = min(count - 1, max(0, index + buys - sells))
          let held = Double(initial + to - reach)
          let edge = Double(buys) * buyEdge + Double(sells) * sellEdge
          sums.0 += p * (edge + first[to])
          sums.1 += p * (edge * edge + held * held * variance + second[to] + 2 * edge * first[to])
          sums.2 += p * position[to]
          sums.3 += p * square[to]
        }
        next.first[index] = sums.0
        next.second[index] = sums.1
        next.position[index] = sums.2
        next.square[index] = sums.3
      }
      (first, second, position, square) = next
    }
    let (mean, meanSquare) = (first[reach], second[reach])
    // The two sides are alike: what rounding leaves of the mean is none.
    let q = position[reach].magnitude < 1e-12 ? 0 : position[reach]
    let qSquare = square[reach]
    return Law(
      spread: total / Double(steps),
      profit: (mean + Double(initial) * start, max(0, meanSquare - mean * mean).squareRoot()),
      inventory: (q, max(0, qSquare - q * q).squareRoot()))
  }
}
