// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Impact by a bare function: it gives the fraction of the price that an order alone in its step pays.
///
/// With f(x) the function made odd: orders of one step pay together what one order of their sum would, an order q
/// after F pays ((F+q)·f(F+q) − F·f(F)) ÷ q; the share `lasting` of f stays and fades with `halfLife`. Nothing here
/// keeps a round trip from earning when f is concave and much of it lasts.
public struct FunctionImpactModel: ImpactModel {
  private let instance: FunctionInstance
  private let isSigned: Bool
  private let share: Double
  private let halfLife: SimDuration
  private var kept = 0.0
  /// What this step has added to ``kept``.
  private var added = 0.0
  /// Base units traded in this step, signed.
  private var flow = 0.0

  /// What the model says of itself.
  public var descriptor: ModelDescriptor { instance.function.descriptor }
  /// What the function did wrong.
  public var failure: MMSError? { instance.failure }

  /// Makes the model; parameters beyond the bound ones are `lasting` and `halfLife`.
  public init(_ function: BareFunction, parameters: ParameterValues) throws(MMSError) {
    try self.init(FunctionInstance(function, parameters: parameters))
  }

  private init(_ instance: FunctionInstance) {
    self.instance = instance
    let parameters = instance.parameters
    isSigned = instance.function.specification.binding.binds("order.side")
    let names = parameters.entries.map(\.name)
    share = names.contains("lasting") ? parameters.number("lasting") : 0
    halfLife = names.contains("halfLife") ? parameters.duration("halfLife") : .minutes(30)
  }

  /// A fresh instance with arguments of its own.
  public func makeInstance() throws(MMSError) -> FunctionImpactModel {
    FunctionImpactModel(try instance.again())
  }

  /// The lasting displacement now, a signed fraction of the mid.
  public var displacement: Double { Self.shown(kept) }

  /// Whether nothing was traded in this step and nothing displaced before.
  public var isIdle: Bool { kept == 0 && flow == 0 }

  /// Forgets displacement, flow and failure.
  public mutating func begin(_ path: PathContext) {
    (kept, added, flow) = (0, 0, 0)
    instance.forget()
  }

  /// What executing a signed quantity in base units would do now.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    guard quantity != 0, conditions.volume > 0, conditions.volatility > 0, conditions.liquidity > 0,
      instance.failure == nil
    else { return .zero }
    let total = flow + quantity
    let after: Double
    let average: Double
    if flow == 0 {
      after = law(total, conditions)
      average = after
    } else if quantity.magnitude < 1e-6 * flow.magnitude {
      // Two nearly equal costs would leave no digits of their difference: the slope around F does.
      let width = 1e-4 * flow
      after = law(total, conditions)
      let (above, below) = laws(flow + width, flow - width, conditions)
      average = ((flow + width) * above - (flow - width) * below) / (2 * width)
    } else {
      let before: Double
      (after, before) = laws(total, flow, conditions)
      average = (total * after - flow * before) / quantity
    }
    if instance.failure != nil { return .zero }
    // What stays of this step's earlier orders is part of what they paid together already.
    let start = Self.shown(kept)
    let paid = max(-0.99, min(99, start + (average - added))) - start
    return ImpactQuote(temporary: paid / (1 + start), lasting: share * after - added)
  }

  /// Executes a signed quantity: the displacement moves by the quote's lasting part.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    let quote = quote(quantity, in: conditions)
    guard instance.failure == nil else { return .zero }
    kept += quote.lasting
    added += quote.lasting
    flow += quantity
    return quote
  }

  /// The displacement after 1, 2, 3 … further steps.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    let factor = factor(resolution)
    var value = kept
    for index in displacements.indices {
      value = Self.faded(value, factor)
      displacements[index] = Self.shown(value)
    }
  }

  /// Ends the step that orders traded in together, and lets what stays fade.
  public mutating func decay(steps: Int, resolution: SimDuration) {
    guard steps > 0 else { return }
    (flow, added) = (0, 0)
    if kept == 0 { return }
    let factor = factor(resolution)
    for _ in 0..<steps where kept != 0 { kept = Self.faded(kept, factor) }
  }

  private func factor(_ resolution: SimDuration) -> Double {
    MMSMath.exp(-0.693_147_180_559_945_3 * (resolution.seconds / halfLife.seconds))
  }

  /// What changes no price any more is forgotten.
  private static func faded(_ value: Double, _ factor: Double) -> Double {
    let next = value * factor
    return next.magnitude < 0x1p-53 ? 0 : next
  }

  /// Keeps prices positive and finite, whatever a function says far outside its range.
  private static func shown(_ value: Double) -> Double { max(-0.99, min(99, value)) }

  /// The function of a signed quantity, odd unless it knows the side.
  private func law(_ quantity: Double, _ conditions: ImpactConditions) -> Double {
    if quantity == 0 { return 0 }
    guard let value = instance.evaluate(row: nil, { feed($0, quantity, conditions) }) else { return 0 }
    return isSigned || quantity > 0 ? value : -value
  }

  /// The function of two quantities: one call where there is a batch form.
  private func laws(_ a: Double, _ b: Double, _ conditions: ImpactConditions) -> (Double, Double) {
    if a == 0 || b == 0 { return (law(a, conditions), law(b, conditions)) }
    var found = (0.0, 0.0)
    instance.evaluate(count: 2, row: nil) { question, index in
      feed(index, question == 0 ? a : b, conditions)
    } take: { question, value in
      let quantity = question == 0 ? a : b
      let signed = isSigned || quantity > 0 ? value : -value
      if question == 0 { found.0 = signed } else { found.1 = signed }
    }
    return found
  }

  @inline(__always)
  private func feed(_ index: Int, _ quantity: Double, _ conditions: ImpactConditions) -> Double {
    // The order of EngineQuantity.impact.
    switch index {
    case 0: isSigned ? quantity : quantity.magnitude
    case 1: quantity > 0 ? 1 : -1
    case 2, 3: conditions.price
    case 4, 5: conditions.volatility
    case 6: conditions.volume
    case 7: conditions.liquidity
    default: conditions.resolution.days
    }
  }
}
