// SPDX-License-Identifier: Apache-2.0

package import MMSCore
import MMSModels

/// Schedules of one large purchase against a resilient book, and what the book charges for them.
///
/// Time is counted in pauses: one pause is one step of a second in the model, whose resilience is scaled to it.
package struct BookSchedule {
  /// Trades in base units, one pause apart; 0 where nothing is traded.
  package var trades: [Double]

  /// States a schedule.
  package init(_ trades: [Double]) { self.trades = trades }

  /// The book of a paper: absolute density, resilience per pause.
  package struct Book {
    let model: ObizhaevaWangImpact
    /// The mid without us: so high that no schedule moves it by more than a hundredth.
    let price: Double

    /// Makes a book.
    ///
    /// - Parameters:
    ///   - density: q, base units per unit of quote currency.
    ///   - permanent: The share of a trade's move that stays.
    ///   - decay: ρ times the length of a pause.
    ///   - largest: The largest amount ever traded.
    package init(density: Double, permanent: Double, decay: Double, largest: Double) throws(MMSError) {
      model = try ExperimentMarket.make(
        ObizhaevaWangImpact.self,
        ["q": .number(density), "permanent": .number(permanent), "rho": .number(decay * 86_400)])
      price = 100 * largest / density
    }

    func conditions(_ model: ObizhaevaWangImpact) -> ImpactConditions {
      ImpactConditions(
        volatility: 0, volume: 0, liquidity: 1, price: price * (1 + model.displacement),
        resolution: .seconds(1))
    }
  }

  /// What the book charges beyond the mid before the first trade, in quote currency.
  package func cost(in book: Book) -> Double {
    var model = book.model
    var cost = 0.0
    for trade in trades {
      if trade != 0 {
        let before = model.displacement
        let quote = model.apply(trade, in: book.conditions(model))
        cost += trade * book.price * ((1 + before) * (1 + quote.temporary) - 1)
      }
      model.decay(steps: 1, resolution: .seconds(1))
    }
    return cost
  }

  /// A first trade, a last one, and the rest in equal trades at the middles of `pieces` equal spans between.
  package static func blocks(
    first: Double, last: Double, total: Double, pieces: Int
  ) -> BookSchedule {
    var trades = [Double](repeating: 0, count: 2 * pieces + 1)
    let piece = (total - first - last) / Double(pieces)
    for index in 0..<pieces { trades[2 * index + 1] = piece }
    trades[0] = first
    trades[2 * pieces] = last
    return BookSchedule(trades)
  }

  /// The cheapest schedule of a first and a last block with a constant rate between them.
  ///
  /// What a book charges is quadratic in both blocks: six schedules tell the whole of it, and its lowest point
  /// needs no theory of the book.
  package static func cheapestBlocks(total: Double, pieces: Int, in book: Book) -> BookSchedule {
    let half = total / 2
    func cost(_ first: Double, _ last: Double) -> Double {
      blocks(first: first * half, last: last * half, total: total, pieces: pieces).cost(in: book)
    }
    let none = cost(0, 0)
    let (one, two) = (cost(1, 0), cost(2, 0))
    let (lateOne, lateTwo, both) = (cost(0, 1), cost(0, 2), cost(1, 1))
    let (curve, lateCurve) = (two - 2 * one + none, lateTwo - 2 * lateOne + none)
    let cross = both - one - lateOne + none
    let (slope, lateSlope) = (one - none - curve / 2, lateOne - none - lateCurve / 2)
    let determinant = curve * lateCurve - cross * cross
    let first = (cross * lateSlope - lateCurve * slope) / determinant
    let last = (cross * slope - curve * lateSlope) / determinant
    return blocks(first: first * half, last: last * half, total: total, pieces: pieces)
  }

  /// The cheapest schedule of a number of trades a pause apart.
  ///
  /// The book is asked how one trade displaces it 0, 1, 2 … pauses later; half of that matrix is the cost, and
  /// its minimum for a given total solves G x = constant (Levinson's recursion, G being symmetric Toeplitz).
  package static func cheapest(total: Double, trades count: Int, in book: Book) -> BookSchedule {
    var model = book.model
    model.apply(total, in: book.conditions(model))
    var kernel: [Double] = []
    for _ in 0..<count {
      kernel.append(model.displacement)
      model.decay(steps: 1, resolution: .seconds(1))
    }
    let scale = kernel[0]
    for index in 0..<count { kernel[index] /= scale }
    let solution = solveToeplitz(kernel)
    let sum = solution.reduce(0, +)
    return BookSchedule(solution.map { $0 / sum * total })
  }

  /// Solves a symmetric positive definite Toeplitz system with first row `row`, row[0] = 1, for a right side of ones.
  private static func solveToeplitz(_ row: [Double]) -> [Double] {
    var solution = [1.0]
    /// The solution for the right side (1, 0, 0 …), scaled so that its first element is 1.
    var forward = [1.0]
    var error = 1.0
    for size in 1..<max(1, row.count) {
      var (reflection, miss) = (0.0, 0.0)
      for index in 0..<size {
        reflection += row[size - index] * forward[index]
        miss += row[size - index] * solution[index]
      }
      reflection /= error
      var next = forward + [0]
      for index in 0...size { next[index] -= reflection * (index == 0 ? 0 : forward[size - index]) }
      forward = next
      error *= 1 - reflection * reflection
      let gain = (1 - miss) / error
      solution.append(0)
      for index in 0...size { solution[index] += gain * forward[size - index] }
    }
    return solution
  }
}
