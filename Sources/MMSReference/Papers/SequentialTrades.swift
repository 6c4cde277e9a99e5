// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Glosten & Milgrom's market: one trader after another, some of whom know the value, at quotes that know it.
///
/// Every course of trading is followed with its probability, and a quote is the mean value over the courses in which
/// the next trade is the one quoted for: nothing is assumed about beliefs, they come out.
struct SequentialTrades {
  /// The share of traders who know the value: they buy when it is high and sell when it is low.
  let informed: Double
  /// Value and probability of each course that agrees with the trades so far.
  private(set) var courses: [(value: Double, probability: Double)]

  init(low: Double, high: Double, prior: Double, informed: Double) {
    self.informed = informed
    courses = [(low, 1 - prior), (high, prior)]
  }

  /// The price of the next trade: the mean value given that it happens; nil when it cannot.
  func quote(_ side: Side) -> Double? {
    let next = after(side)
    let probability = next.courses.reduce(0) { $0 + $1.probability }
    guard probability > 0 else { return nil }
    return next.courses.reduce(0) { $0 + $1.value * $1.probability } / probability
  }

  /// The market after a trade.
  func after(_ side: Side) -> SequentialTrades {
    let high = courses.map(\.value).max()
    var next = self
    next.courses = []
    for course in courses {
      let wish: Side = course.value == high ? .buy : .sell
      // Whoever comes is informed, or buys or sells as a coin falls.
      if wish == side { next.courses.append((course.value, course.probability * informed)) }
      next.courses.append((course.value, course.probability * (1 - informed) * 0.5))
    }
    return next
  }
}
