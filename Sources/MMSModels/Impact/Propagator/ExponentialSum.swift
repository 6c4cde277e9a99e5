// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// A decay kernel G(t) = Σ wᵢ e^(−ρᵢ t), t in days, of at most 32 terms with positive weights.
struct ExponentialSum: Sendable {
  static let capacity = 32

  private(set) var count: Int
  private(set) var weights: [32 of Double]
  private(set) var rates: [32 of Double]

  /// e^(−ρ t), exactly.
  static func exponential(rate: Double) -> ExponentialSum {
    var sum = ExponentialSum()
    sum.add(weight: 1, rate: rate)
    return sum
  }

  /// t^(−γ), 0 < γ < 1, for 1 s ≤ t ≤ 100 days: within 7e-5 at a moment, 3e-7 in a step's average.
  ///
  /// The trapezoidal rule for t^(−γ) = ∫ e^(γx − t·eˣ) dx ÷ Γ(γ) in steps of 0.8: 30 of its terms, and two that
  /// stand for all the rest with their first two moments: those that act within the first second (as an impact
  /// at once) and those that hardly decay in 100 days. Faster than a power law beyond, finite at 0.
  static func power(_ gamma: Double) -> ExponentialSum {
    let (step, terms) = (0.8, 30)
    let scale = step / gammaFunction(gamma)
    let highest = MMSMath.log(86_400) + 2.6
    let lowest = highest - step * Double(terms - 1)
    /// Σ e^(exponent·x) over the nodes from x on, away from the terms.
    func tail(_ exponent: Double, from x: Double) -> Double {
      scale * MMSMath.exp(exponent * x) / -MMSMath.expm1(-exponent.magnitude * step)
    }
    var sum = ExponentialSum()
    let (mass, moment) = (tail(gamma - 1, from: highest + step), tail(gamma - 2, from: highest + step))
    sum.add(weight: mass * mass / moment, rate: mass / moment)
    for term in 0..<terms {
      let x = highest - step * Double(term)
      sum.add(weight: scale * MMSMath.exp(gamma * x), rate: MMSMath.exp(x))
    }
    let (weight, first) = (tail(gamma, from: lowest - step), tail(gamma + 1, from: lowest - step))
    sum.add(weight: weight, rate: first / weight)
    return sum
  }

  private init() {
    count = 0
    weights = [32 of Double](repeating: 0)
    rates = [32 of Double](repeating: 0)
  }

  private mutating func add(weight: Double, rate: Double) {
    weights[count] = weight
    rates[count] = rate
    count += 1
  }

  /// G(t).
  func value(_ days: Double) -> Double {
    var sum = 0.0
    for term in 0..<count { sum += weights[term] * MMSMath.exp(-rates[term] * days) }
    return sum
  }

  /// Γ(γ) for 0 < γ ≤ 1 by the trapezoidal rule for ∫ e^(γx − eˣ) dx, to the last digits.
  static func gammaFunction(_ gamma: Double) -> Double {
    let step = 0.25
    // Below x = −40 the inner exponential is 1 to the last digit, and the rest a geometric series.
    var sum = MMSMath.exp(-40 * gamma) / -MMSMath.expm1(-gamma * step)
    for index in 1...180 {
      let x = -40 + step * Double(index)
      sum += MMSMath.exp(gamma * x - MMSMath.exp(x))
    }
    return sum * step
  }
}

extension ExponentialSum {
  /// What a step of one length does to each term; a constant force of 1 acts throughout the step.
  struct Step: Sendable {
    var resolution = SimDuration(nanoseconds: 0)
    /// What is left of a term at the step's end.
    var kept = [32 of Double](repeating: 1)
    /// What a term has lost on average over the step, per unit at its start.
    var faded = [32 of Double](repeating: 0)
    /// What the force adds to a term by the step's end.
    var gain = [32 of Double](repeating: 0)
    /// The step's average of what the force adds to all terms.
    var own = 0.0
  }

  /// The factors of a step, each in a form that neither overflows nor cancels at any ρ·dt.
  func step(_ resolution: SimDuration) -> Step {
    var step = Step()
    step.resolution = resolution
    let days = resolution.days
    for term in 0..<count {
      let z = rates[term] * days
      let mean = z == 0 ? 1 : -MMSMath.expm1(-z) / z
      let rise = Self.averageRise(z, mean: mean)
      step.kept[term] = MMSMath.exp(-z)
      step.faded[term] = z * rise
      step.gain[term] = weights[term] * days * mean
      step.own += weights[term] * days * rise
    }
    return step
  }

  /// (1 − (1 − e^(−z)) ÷ z) ÷ z.
  private static func averageRise(_ z: Double, mean: Double) -> Double {
    if z > 0.03 { return (1 - mean) / z }
    // The series: here the difference from 1 has no digits to spare.
    return 1 / 2 - z * (1 / 6 - z * (1 / 24 - z * (1 / 120 - z * (1 / 720 - z / 5_040))))
  }
}
