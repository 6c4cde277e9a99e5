// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore

/// Obizhaeva & Wang 2013: the cheapest way to buy from a book that refills, and what it costs.
public enum ObizhaevaWangExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "obizhaeva-wang"
  /// What is run.
  public static let summary =
    "Optimal purchase from a block-shaped resilient book: first trade, trades between, last trade and their cost."
  /// Where it was published.
  public static let source = """
    Obizhaeva & Wang 2013, Optimal trading strategy and supply/demand dynamics, J. Financial Markets 16:1-32; \
    discrete trades: Alfonsi, Fruth & Schied 2010, Quantitative Finance 10(2):143-157
    """
  /// The paper's example with a half-life of 121 minutes of 390; λ is 1 ÷ (2q) throughout.
  public static let parameters = [
    ParameterSchema(
      "X0", unit: .baseUnits, minimum: 0, maximum: 1e15, minimumIsExclusive: true, default: .number(100_000),
      "Base units to buy."),
    ParameterSchema(
      "q", minimum: 0, maximum: 1e15, minimumIsExclusive: true, default: .number(5_000),
      "Density of the book in base units per unit of quote currency."),
    ParameterSchema(
      "T", minimum: 0, maximum: 1e9, minimumIsExclusive: true, default: .number(1), "Time to buy, in days."),
    ParameterSchema(
      "rho", unit: .perDay, minimum: 0, maximum: 1e9, minimumIsExclusive: true, default: .number(2.231),
      "Resilience: the rate at which the book refills."),
    ParameterSchema(
      "N", .numberOrAuto, minimum: 1, maximum: 5_000, default: .text("auto"),
      "N + 1 equally spaced trades, `between` being one of the inner ones; auto trades continuously, `between` being all of it."
    ),
  ]

  /// Finds the schedule in the model's own charges, and has it charged.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (total, density) = (parameters.number("X0"), parameters.number("q"))
    let decay = parameters.number("rho") * parameters.number("T")
    guard decay >= 1e-3, decay <= 1_000 else {
      throw MMSError(
        .invalidValue,
        "rho · T is \(decay): the book hardly refills in T, or at once, and no schedule is better than another",
        path: "param.rho", hint: "0.001 ≤ rho · T ≤ 1000")
    }
    let count = parameters.numberOrAuto("N")
    if let count, count != count.rounded() {
      throw MMSError(
        .invalidValue, "N is \(count); the number of spans between trades is a whole number", path: "param.N",
        hint: "N = 1, 2, 3 … 5000, or auto")
    }
    // Continuous trading by so many trades that their spacing is a thousandth of the book's memory at most:
    // trades at the middle of their spans err with its square, by a few 1e-8.
    let pieces = count.map { Int($0) } ?? Int(2_000 + 1_000 * decay)
    let pauses = count == nil ? 2 * pieces : pieces
    func book(density: Double, permanent: Double) throws(MMSError) -> BookSchedule.Book {
      try BookSchedule.Book(
        density: density, permanent: permanent, decay: decay / Double(pauses), largest: total)
    }
    let whole = try book(density: density, permanent: 0.5)
    let schedule =
      count == nil
      ? BookSchedule.cheapestBlocks(total: total, pieces: pieces, in: whole)
      : BookSchedule.cheapest(total: total, trades: pieces + 1, in: whole)
    // λ alone is a book of density 1 ÷ λ = 2q of which nothing refills.
    let permanent = schedule.cost(in: try book(density: 2 * density, permanent: 1))
    let transient = schedule.cost(in: whole) - permanent
    let first = schedule.trades[0]
    let last = schedule.trades[schedule.trades.count - 1]
    let between = count == nil ? total - first - last : pieces == 1 ? 0 : schedule.trades[1]
    let paper = Closed(total: total, density: density, decay: decay, spans: count)
    return [
      .exact("initial", first, expected: paper.outer, relative: 1e-6),
      // A trade that is nothing against the whole order is known to the rounding of the whole.
      ExperimentResult(
        "between", between, expected: paper.between, tolerance: 1e-6 * paper.between + 1e-9 * total),
      .exact("final", last, expected: paper.outer, relative: 1e-6),
      .exact("transient_cost", transient, expected: paper.transient, relative: 1e-6),
      .exact("permanent_cost", permanent, expected: paper.permanent, relative: 1e-6),
    ]
  }

  /// The closed forms.
  private struct Closed {
    var outer: Double
    var between: Double
    var transient: Double
    var permanent: Double

    init(total: Double, density: Double, decay: Double, spans: Double?) {
      let kappa = 1 / (2 * density)
      permanent = total * total * kappa / 2
      if let spans {
        let fade = -expm1(-decay / spans)
        outer = total / ((spans - 1) * fade + 2)
        between = spans == 1 ? 0 : outer * fade
        transient = kappa * total * outer * (2 - fade) / 2
      } else {
        outer = total / (decay + 2)
        between = total * decay / (decay + 2)
        transient = kappa * total * outer
      }
    }
  }
}
