// SPDX-License-Identifier: Apache-2.0
// hot path

internal import MMSCore

/// The recursion of variances, over spans that steps divide or hold.
struct GarchCore: Sendable {
  var (omega, alpha, beta, nu) = (0.0, 0.0, 0.0, Double.infinity)
  /// Steps in a span.
  var parts = 1
  /// Spans in a step.
  var spans = 1

  /// h: the variance of the span now, as known before it.
  private var next = 0.0
  /// h·W ÷ parts: variance of a part of the span.
  private var partVariance = 0.0
  /// Sum of the span's moves so far.
  private var shock = 0.0
  private var part = 0
  private var span = 0
  private var sum = 0.0
  private var squares = 0.0
  private var expectedSquare = 0.0

  /// The stationary variance of a span.
  var variance: Double { omega / (1 - alpha - beta) }
  /// Whether a span begins.
  var isAtStart: Bool { part == 0 }

  /// The row's log return without drift.
  var move: Double { sum - 0.5 * squares }
  /// The standard deviation of the row's return as known before it.
  var expected: Double { expectedSquare.squareRoot() }
  /// The standard deviation it had in the end.
  var realised: Double { squares.squareRoot() }

  /// Goes back to the mean variance.
  mutating func start() {
    next = variance
    (shock, part, span) = (0, 0, 0)
    closeRow()
  }

  /// One span at once, without a row.
  mutating func pass(scale: Double, normal: Double) {
    let move = (next * scale).squareRoot() * normal
    next = omega + alpha * move * move + beta * next
  }

  /// Begins a span of a given W.
  mutating func open(scale: Double) { partVariance = next * scale / Double(parts) }

  /// Moves by a part of a span; whether that ends a row.
  mutating func step(normal: Double) -> Bool {
    if span == 0 { expectedSquare = spans == 1 ? next / Double(parts) : expectedOverRow }
    let move = partVariance.squareRoot() * normal
    shock += move
    sum += move
    squares += partVariance
    part &+= 1
    if part == parts {
      next = omega + alpha * shock * shock + beta * next
      (shock, part) = (0, 0)
    }
    span &+= 1
    return span == spans
  }

  /// Forgets the row.
  mutating func closeRow() { (sum, squares, span) = (0, 0, 0) }

  /// Σ over the row's spans of E h = variance + (h − variance)·φ^i.
  private var expectedOverRow: Double {
    let persistence = alpha + beta
    let decayed = (1 - MMSMath.pow(persistence, Double(spans))) / (1 - persistence)
    return max(0, Double(spans) * variance + (next - variance) * decayed)
  }
}

/// Gamma numbers of unit scale by one try each.
///
/// Marsaglia & Tsang 2000; accepted in more than 95 % of tries.
struct GammaLaw {
  private let d: Double
  private let c: Double

  /// A law of a shape of at least 1.
  init(shape: Double) {
    d = shape - 1.0 / 3
    c = 1 / (9 * d).squareRoot()
  }

  /// The number these draws make; nil when they are rejected.
  @inline(__always)
  func value(normal x: Double, uniform u: Double) -> Double? {
    let root = 1 + c * x
    guard root > 0 else { return nil }
    let v = root * root * root
    let square = x * x
    if u < 1 - 0.0331 * square * square { return d * v }
    return MMSMath.log(u) < 0.5 * square + d * (1 - v + MMSMath.log(v)) ? d * v : nil
  }
}
