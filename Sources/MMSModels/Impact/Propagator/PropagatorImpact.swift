// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Gatheral's transient impact: each moment's trading pushes the price, and each push decays by one kernel.
///
/// What is executed in a step is traded at a constant rate over that step, and integrated exactly.
public struct PropagatorImpact: ImpactModel, NativeModel {
  private let size: Double
  private let permanentSize: Double
  private let exponent: Double
  private let kernel: ExponentialSum

  /// What each term of the kernel displaces now.
  private var terms = [32 of Double](repeating: 0)
  private var permanent = 0.0
  /// Base units traded in this step, signed.
  private var flow = 0.0
  /// f(v) of them, acting until the step has passed.
  private var force = 0.0
  /// The factors of a step of the resolution seen last: exponentials are dear, and resolutions rarely change.
  private var step = ExponentialSum.Step()

  /// The lasting displacement now, a signed fraction of the mid; this step's trading joins it as it passes.
  public private(set) var displacement = 0.0

  /// Makes the model from its kernel and law.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for a combination in which some round trip earns.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    if let fault = Self.manipulation(parameters) { throw fault }
    self.init(unchecked: parameters)
  }

  /// Makes the model without asking whether it can be manipulated: to show that what is refused deserves it.
  package init(unchecked parameters: ParameterValues) {
    size = parameters.number("size")
    permanentSize = parameters.number("permanent")
    exponent = parameters.text("law") == "linear" ? 1 : parameters.number("delta")
    kernel =
      parameters.text("kernel") == "exponential"
      ? .exponential(rate: parameters.number("rho")) : .power(parameters.number("gamma"))
  }

  /// Why a combination of kernel and law is refused; nil when it is not.
  private static func manipulation(_ parameters: ParameterValues) -> MMSError? {
    let permanentDelta = parameters.number("permanentDelta")
    if permanentDelta != 1 { return Manipulation.nonlinearPermanent("permanentDelta", permanentDelta) }
    // With a linear law every kernel here is positive definite: convex and falling.
    guard parameters.text("law") == "power" else { return nil }
    let delta = parameters.number("delta")
    if parameters.text("kernel") == "exponential" {
      return delta == 1 ? nil : Manipulation.exponentialDecay(delta: delta)
    }
    let gamma = parameters.number("gamma")
    // 0.7 + 0.3 may miss 1 by a rounding.
    return gamma < Manipulation.smallestDecay || gamma + delta < 1 - 1e-12
      ? Manipulation.powerDecay(gamma: gamma, delta: delta) : nil
  }

  /// Whether nothing is displaced and nothing traded in this step.
  public var isIdle: Bool {
    guard displacement == 0, permanent == 0, flow == 0 else { return false }
    for term in 0..<kernel.count where terms[term] != 0 { return false }
    return true
  }

  /// Whether both sizes are 0.
  public var isNone: Bool { size == 0 && permanentSize == 0 }

  /// Forgets displacement and flow.
  public mutating func begin(_ path: PathContext) {
    for term in 0..<ExponentialSum.capacity { terms[term] = 0 }
    (permanent, flow, force, displacement) = (0, 0, 0, 0)
  }

  /// What executing a signed quantity in base units would do now.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    move(
      quantity, conditions,
      conditions.resolution == step.resolution ? step : kernel.step(conditions.resolution)
    ).quote
  }

  /// Executes a signed quantity over the step: its permanent part shows at once, the rest as the step passes.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    if conditions.resolution != step.resolution { step = kernel.step(conditions.resolution) }
    let (quote, slope, after) = move(quantity, conditions, step)
    guard quote != .zero else { return .zero }
    flow += quantity
    force = flow == 0 ? 0 : after
    permanent += slope * quantity
    displacement = Self.sum(terms, count: kernel.count, permanent)
    return quote
  }

  private func move(
    _ quantity: Double, _ conditions: ImpactConditions, _ step: borrowing ExponentialSum.Step
  ) -> (quote: ImpactQuote, slope: Double, force: Double) {
    let scale = conditions.volatility / conditions.liquidity
    // One day's volume a day is the rate that f is stated in.
    let unit = conditions.volume * conditions.resolution.days
    guard quantity != 0, scale > 0, scale.isFinite, unit > 0 else { return (.zero, 0, force) }
    let slope = permanentSize * scale / conditions.volume
    let after = size * scale * ImpactArithmetic.signedPower((flow + quantity) / unit, exponent)
    // Earlier displacements fade while the order is worked, and its own rises.
    var (raw, paid, gain) = (permanent, slope * quantity / 2, 0.0)
    for term in 0..<kernel.count {
      raw += terms[term]
      paid -= terms[term] * step.faded[term]
      gain += step.gain[term]
    }
    paid +=
      step.own * size * scale
      * ImpactArithmetic.average(of: quantity / unit, after: flow / unit, exponent: exponent)
    let quote = ImpactArithmetic.quote(
      paid: paid, displacement: raw, lasting: slope * quantity + gain * (after - force))
    return (quote, slope, after)
  }

  /// The displacement after 1, 2, 3 … further steps, without moving on.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    let step = resolution == self.step.resolution ? self.step : kernel.step(resolution)
    var terms = terms
    var force = force
    let stays = ImpactArithmetic.kept(permanent)
    for index in displacements.indices {
      Self.pass(&terms, count: kernel.count, step, force: force)
      displacements[index] = Self.sum(terms, count: kernel.count, stays)
      force = 0
    }
  }

  /// Lets a number of steps pass.
  public mutating func decay(steps: Int, resolution: SimDuration) {
    guard steps > 0 else { return }
    if resolution != step.resolution { step = kernel.step(resolution) }
    permanent = ImpactArithmetic.kept(permanent)
    var remaining = steps
    while remaining > 0 {
      Self.pass(&terms, count: kernel.count, step, force: force)
      force = 0
      flow = 0
      remaining -= 1
    }
    displacement = Self.sum(terms, count: kernel.count, permanent)
  }

  /// Lets one step pass for every term.
  @inline(__always)
  private static func pass(
    _ terms: inout [32 of Double], count: Int, _ step: borrowing ExponentialSum.Step, force: Double
  ) {
    for term in 0..<count {
      let value = terms[term] * step.kept[term] + step.gain[term] * force
      terms[term] = value.magnitude < forgotten ? 0 : value
    }
  }

  /// Terms smaller than this are forgotten; all 32 of them together change no price.
  private static let forgotten = ImpactArithmetic.negligible / 32

  @inline(__always)
  private static func sum(_ terms: borrowing [32 of Double], count: Int, _ permanent: Double) -> Double {
    var sum = permanent
    for term in 0..<count { sum += terms[term] }
    return ImpactArithmetic.shown(sum)
  }
}
