// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A self-exciting point process: each event raises the intensity by α, and the excess fades at rate β.
///
/// λ(t) = μ + Σ α·e^(−β·(t − tᵢ)), in events per unit of time. Simulated exactly in continuous time: with an
/// exponential kernel the process is Markov, and its intensity only falls between events: candidates come at
/// the rate it had last and are kept in proportion to what is left of it (thinning: Lewis & Shedler 1979; Ogata
/// 1981, IEEE Trans. Inf. Theory 27). Draws are addressed by the caller's step and the candidate's number in it.
/// A candidate beyond the span is dropped: nothing is remembered but the intensity, so spans do not change the law.
public struct HawkesProcess: Sendable {
  /// Draws use lanes below this one, at 65,536 times the step and the addresses above that.
  public static let lanes = 2

  /// μ: events per unit of time without excitation.
  public let mu: Double
  /// α: what an event adds to the intensity.
  public let alpha: Double
  /// β: the rate at which the excess fades.
  public let beta: Double
  /// The intensity now, less μ.
  public private(set) var excess = 0.0

  /// Makes a process that starts without excitation.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` unless μ > 0 and 0 ≤ α < β.
  public init(mu: Double, alpha: Double, beta: Double, owner: String = "the Hawkes process") throws(MMSError)
  {
    guard mu > 0, mu.isFinite, alpha >= 0, beta > 0, beta.isFinite else {
      throw MMSError(
        .invalidValue, "\(owner) needs mu > 0, alpha ≥ 0 and beta > 0; got \(mu), \(alpha) and \(beta)",
        path: mu > 0 ? (beta > 0 ? "alpha" : "beta") : "mu")
    }
    guard alpha < beta else {
      throw MMSError(
        .invalidValue,
        "\(owner) is unstable: alpha (\(alpha)) is not below beta (\(beta)), so an event would bring on alpha ÷ beta = "
          + "\(alpha / beta) others and the intensity would grow without end",
        path: "alpha", hint: "choose alpha < beta")
    }
    (self.mu, self.alpha, self.beta) = (mu, alpha, beta)
  }

  /// n = α ÷ β: how many events one event brings on, on average, directly.
  public var branchingRatio: Double { alpha / beta }
  /// L = μ ÷ (1 − n): events per unit of time in the long run.
  public var meanIntensity: Double { mu * beta / (beta - alpha) }
  /// How many draws ``startStationary(_:step:)`` takes on average, roughly.
  public var startDraws: Double {
    let ratio = branchingRatio
    return ratio > 0 ? 44 * mu / beta + mu / alpha * (ratio / (1 - ratio)) * (ratio / (1 - ratio)) : 0
  }
  /// The intensity now.
  public var intensity: Double { mu + excess }

  /// Variance ÷ mean of the number of events in a span of the stationary process.
  ///
  /// 1 + (1 ÷ (1 − n)² − 1)·(1 − (1 − e^(−g·t)) ÷ (g·t)), g = β − α (Hawkes 1971, Biometrika 58).
  public func fano(over span: Double) -> Double {
    1 + (1 / ((1 - branchingRatio) * (1 - branchingRatio)) - 1) * Self.settled((beta - alpha) * span)
  }

  /// 1 − (1 − e^(−x)) ÷ x: how far the dispersion has come to its limit after x relaxation times.
  static func settled(_ x: Double) -> Double {
    x > 1e-4 ? 1 + MMSMath.expm1(-x) / x : x * (0.5 - x / 6)
  }

  // MARK: Starting

  /// Draws the intensity from its stationary law, exactly.
  ///
  /// From the generator, −(ln φ)′(v) = μ·q ÷ (1 − q) with q = (1 − e^(−α·v)) ÷ (β·v) for the Laplace transform φ
  /// of the excess, so the excess is a Poisson sum of jumps with x·ν(dx) = μ·Σ_k n^k·f_k(x) dx, f_k the density of
  /// a sum of k uniform numbers on (0, α). For k = 1 that is a perpetuity; for k ≥ 2 the largest of the k numbers
  /// is split off: rate μ·n^k ÷ α · k ÷ (k − 1), largest M with density (k − 1)·m^(k−2) on (0, 1), the others
  /// uniform below it, and with T = sum ÷ M kept with probability 1 ÷ T.
  ///
  /// - Parameters:
  ///   - random: Where to draw.
  ///   - step: The address of all draws; nothing else may draw there on ``lanes``.
  public mutating func startStationary(_ random: RandomSource, step: Int64) {
    excess = 0
    let ratio = branchingRatio
    guard ratio > 0 else { return }
    var draws = AddressedDraws(random, step: step)
    // k = 1: α·(U₁^(1/θ) + (U₁U₂)^(1/θ) + …), θ = μ ÷ β, as far as doubles can tell.
    let theta = mu / beta
    var logFactor = 0.0
    var sum = 0.0
    while logFactor > -44 {
      logFactor -= draws.exponential() / theta
      sum += MMSMath.exp(logFactor)
    }
    // k ≥ 2: k − 1 is one more than geometric or it is logarithmic, for k ÷ (k − 1) = 1 + 1 ÷ (k − 1).
    let logRatio = MMSMath.log(ratio)
    let geometric = ratio * ratio / (1 - ratio)
    let logarithmic = -ratio * MMSMath.log1p(-ratio)
    let rate = mu / alpha * (geometric + logarithmic)
    var clock = draws.exponential()
    while clock < rate {
      var others: Double
      if draws.uniform() * (geometric + logarithmic) < geometric {
        others = 1 + (-draws.exponential() / logRatio).rounded(.down)
      } else {
        // Kemp 1981: 1 + ln V ÷ ln(1 − (1 − n)^U), whole part.
        let q = -MMSMath.expm1(draws.uniform() * MMSMath.log1p(-ratio))
        others = q > 0 ? (1 - draws.exponential() / MMSMath.log(q)).rounded(.down) : 1
      }
      let largest = MMSMath.exp(-draws.exponential() / others)
      var total = 1.0
      while others > 0 {
        total += draws.uniform()
        others -= 1
      }
      if draws.uniform() * total < 1 { sum += largest * total }
      clock += draws.exponential()
    }
    excess = alpha * sum
  }

  // MARK: Moving

  /// Lets a span pass.
  ///
  /// - Parameters:
  ///   - span: How much time, in the unit of the rates.
  ///   - random: Where to draw.
  ///   - step: The address of the draws: each call of a path needs its own.
  ///   - event: Told of each event: the time from the span's start.
  /// - Returns: How many events happened.
  public mutating func advance(
    by span: Double, _ random: RandomSource, step: Int64, event: (Double) -> Void = { _ in }
  ) -> Int {
    var draws = AddressedDraws(random, step: step)
    var (now, count, level) = (0.0, 0, excess)
    while true {
      let bound = mu + level
      let gap = draws.exponential() / bound
      let left = span - now
      guard gap < left else {
        excess = level * MMSMath.exp(-beta * left)
        return count
      }
      now += gap
      level *= MMSMath.exp(-beta * gap)
      if draws.uniform() * bound < mu + level {
        level += alpha
        count += 1
        event(now)
      }
    }
  }
}

/// Draws of one kind after another at one step, made eight at a time.
private struct AddressedDraws {
  private let random: RandomSource
  private let step: Int64
  private var exponentials = InlineArray<8, Double>(repeating: 0)
  private var uniforms = InlineArray<8, Double>(repeating: 0)
  private var nextExponential = 0
  private var nextUniform = 0

  init(_ random: RandomSource, step: Int64) { (self.random, self.step) = (random, step &<< 16) }

  @inline(__always)
  mutating func exponential() -> Double {
    let place = nextExponential & 7
    if place == 0 { drawExponentials() }
    nextExponential &+= 1
    return exponentials[place]
  }

  @inline(__always)
  mutating func uniform() -> Double {
    let place = nextUniform & 7
    if place == 0 { drawUniforms() }
    nextUniform &+= 1
    return uniforms[place]
  }

  private mutating func drawExponentials() {
    let (address, attempt) = (step + Int64(nextExponential & 0xFFFF), nextExponential &>> 16)
    if attempt == 0 {
      var values = exponentials.mutableSpan
      random.exponentials(step: address, lane: 0, into: &values)
    } else {
      for index in 0..<8 {
        exponentials[index] = random.exponential(step: address + Int64(index), lane: 0, attempt: attempt)
      }
    }
  }

  private mutating func drawUniforms() {
    let (address, attempt) = (step + Int64(nextUniform & 0xFFFF), nextUniform &>> 16)
    if attempt == 0 {
      var values = uniforms.mutableSpan
      random.uniforms(step: address, lane: 1, into: &values)
    } else {
      for index in 0..<8 {
        uniforms[index] = random.uniform(step: address + Int64(index), lane: 1, attempt: attempt)
      }
    }
  }
}
