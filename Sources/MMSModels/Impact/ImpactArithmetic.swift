// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// What the impact laws share: the range of displacements, and what an order pays.
enum ImpactArithmetic {
  /// Below this a displacement changes no price: 1 + D is 1.
  static let negligible = 0x1p-53

  /// Keeps prices positive and finite, whatever a law says far outside its range.
  @inline(__always)
  static func shown(_ displacement: Double) -> Double { max(-0.99, min(99, displacement)) }

  /// A displacement as it lasts to the next step: what changes no price any more is forgotten.
  @inline(__always)
  static func kept(_ displacement: Double) -> Double {
    displacement.magnitude < negligible ? 0 : displacement
  }

  /// The quote of an order that pays, on average, a fraction of the undisplaced mid over the displacement it meets.
  ///
  /// Told over the displaced mid, so that the price is mid · (1 + D + paid) and round trips balance to the last
  /// digit however far the mid has moved.
  @inline(__always)
  static func quote(paid: Double, displacement: Double, lasting: Double) -> ImpactQuote {
    let start = shown(displacement)
    let average = displacement + paid
    let paid = start == displacement && shown(average) == average ? paid : shown(average) - start
    return ImpactQuote(temporary: paid / (1 + start), lasting: lasting)
  }

  /// The average of a power law over what an order adds to what its step has traded before it.
  ///
  /// (|F + q|^(1+β) − |F|^(1+β)) ÷ q: alone in its step an order meets sign(q)·|q|^β, several together pay
  /// what one order of their sum would have paid. Odd when both change sign, never falling in q for β ≥ 0.
  static func average(of quantity: Double, after flow: Double, exponent: Double) -> Double {
    if flow == 0 { return signedPower(quantity, exponent) }
    if exponent == 1 { return 2 * flow + quantity }
    let total = flow + quantity
    if quantity.magnitude < 1e-6 * flow.magnitude {
      // Two nearly equal powers would leave no digits of their difference: the middle of the slope does.
      return (1 + exponent) * signedPower(flow + quantity / 2, exponent)
    }
    let before = MMSMath.pow(flow.magnitude, 1 + exponent)
    let after = total == 0 ? 0 : MMSMath.pow(total.magnitude, 1 + exponent)
    return (after - before) / quantity
  }

  /// sign(x)·|x|^y, 0 at 0.
  @inline(__always)
  static func signedPower(_ x: Double, _ y: Double) -> Double {
    if x == 0 || y == 1 { return x }
    let power = MMSMath.pow(x.magnitude, y)
    return x > 0 ? power : -power
  }
}

/// A linear permanent displacement, and a power law of what the orders of one step trade together.
///
/// Permanent: D rises by slope · q, of which the order itself pays half, so that going in and out costs nothing.
struct InstantImpact: Sendable {
  /// What the law is at one execution.
  struct Law {
    /// Permanent displacement of one base unit.
    var slope: Double
    /// Temporary displacement of an order of ``unit``.
    var size: Double
    /// Base units the power law is stated in.
    var unit: Double
    /// The power.
    var exponent: Double
  }

  private var permanent = 0.0
  /// Base units traded in this step, signed.
  private var flow = 0.0

  var displacement: Double { ImpactArithmetic.shown(permanent) }
  var isIdle: Bool { permanent == 0 && flow == 0 }

  mutating func begin() { (permanent, flow) = (0, 0) }

  func quote(_ quantity: Double, _ law: Law) -> ImpactQuote {
    let lasting = law.slope * quantity
    let power = ImpactArithmetic.average(
      of: quantity / law.unit, after: flow / law.unit, exponent: law.exponent)
    return ImpactArithmetic.quote(
      paid: lasting / 2 + law.size * power, displacement: permanent, lasting: lasting)
  }

  mutating func apply(_ quantity: Double, _ law: Law) -> ImpactQuote {
    let quote = quote(quantity, law)
    permanent += quote.lasting
    flow += quantity
    return quote
  }

  func decay(into displacements: inout MutableSpan<Double>) {
    let value = ImpactArithmetic.shown(ImpactArithmetic.kept(permanent))
    for index in displacements.indices { displacements[index] = value }
  }

  mutating func decay(steps: Int) {
    guard steps > 0 else { return }
    flow = 0
    permanent = ImpactArithmetic.kept(permanent)
  }
}
