// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// An ImpactModel whose temporary impact is a bare function of the execution; nothing lasts.
///
/// temporary = sign(q) · f(|q|, …): odd in the quantity whatever the function, unless it takes the side itself.
/// Unchecked: an instance is entered by the one thread that holds it, since every runner makes its own.
public struct FunctionImpactModel: ImpactModel, @unchecked Sendable {
  private let function: BareFunction
  private let takesSide: Bool

  init(_ function: BareFunction) {
    self.function = function
    takesSide = function.specification.feeds.contains {
      if case .quantity(let quantity) = $0 { quantity.name == "order.side" } else { false }
    }
  }

  /// What the manifest says of it.
  public var descriptor: ModelDescriptor { function.descriptor }
  /// Why an answer could not be had.
  public var failure: MMSError? { function.faults.error }
  /// Nothing lasts.
  public var displacement: Double { 0 }
  /// Always.
  public var isIdle: Bool { true }

  /// Another instance.
  public func makeInstance() throws(MMSError) -> FunctionImpactModel {
    FunctionImpactModel(try function.twin())
  }

  /// Nothing to forget.
  public mutating func begin(_ path: PathContext) {}

  /// What an execution pays.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    if quantity == 0 { return .zero }
    let sign: Double = quantity > 0 ? 1 : -1
    let value = function.value(at: "an execution of \(quantity)") { name in
      switch name {
      case "order.quantity": quantity.magnitude
      case "order.side": sign
      case "order.price": conditions.price
      case "market.volatility": conditions.volatility
      case "market.adv": conditions.volume
      case "market.liquidity": conditions.liquidity
      default: Double(conditions.resolution.nanoseconds) / 86_400e9
      }
    }
    return ImpactQuote(temporary: takesSide ? value : sign * value, lasting: 0)
  }

  /// Executes: the same answer.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    quote(quantity, in: conditions)
  }

  /// Nothing lasts.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    for index in displacements.indices { displacements[index] = 0 }
  }

  /// Nothing lasts.
  public mutating func decay(steps: Int, resolution: SimDuration) {}
}
