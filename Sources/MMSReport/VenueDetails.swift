// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// What the rules of a perpetual contract did over the paths of a simulation.
public struct PerpetualDetails: Sendable, Hashable {
  /// Funding paid less received, quote currency, mean over paths.
  public let funding: Double
  /// Instants of payment at which a position was held, pooled.
  public let fundingPayments: Int
  /// Positions the venue took over, pooled.
  public let liquidations: Int
  /// Paths with at least one of them.
  public let liquidatedPaths: Int
  /// What the venue charged for them, quote currency, mean over paths.
  public let liquidationFees: Double
  /// What closing them cost beyond the equity there was, quote currency, mean over paths.
  public let lenderLoss: Double

  /// Adds up what the paths say; nil on a spot venue.
  init?(_ paths: [PathResult]) {
    let outcomes = paths.compactMap(\.perpetual)
    guard !outcomes.isEmpty else { return nil }
    func mean(_ value: (PerpetualOutcome) -> Double) -> Double {
      outcomes.reduce(0) { $0 + value($1) } / Double(outcomes.count)
    }
    funding = mean(\.funding)
    fundingPayments = outcomes.reduce(0) { $0 + $1.fundingPayments }
    liquidations = outcomes.reduce(0) { $0 + $1.liquidations }
    liquidatedPaths = outcomes.count { $0.liquidations > 0 }
    liquidationFees = mean(\.liquidationFees)
    lenderLoss = mean(\.lenderLoss)
  }

  /// The figures as JSON.
  var json: JSONValue {
    [
      "funding": .number(funding), "funding_payments": .integer(Int64(fundingPayments)),
      "liquidations": .integer(Int64(liquidations)),
      "paths_with_liquidations": .integer(Int64(liquidatedPaths)),
      "liquidation_fees": .number(liquidationFees), "lender_loss": .number(lenderLoss),
    ]
  }
}

/// What an outage did over the paths of a simulation, pooled.
public struct OutageDetails: Sendable, Hashable {
  /// Orders refused because of it.
  public let refusedOrders: Int
  /// Orders that arrived when it was over.
  public let delayedOrders: Int
  /// Cancels refused because of it.
  public let refusedCancels: Int
  /// Cancels that arrived when it was over.
  public let delayedCancels: Int

  /// Adds up what the paths say; nil without an outage.
  init?(_ paths: [PathResult]) {
    let outcomes = paths.compactMap(\.outage)
    guard !outcomes.isEmpty else { return nil }
    refusedOrders = outcomes.reduce(0) { $0 + $1.refusedOrders }
    delayedOrders = outcomes.reduce(0) { $0 + $1.delayedOrders }
    refusedCancels = outcomes.reduce(0) { $0 + $1.refusedCancels }
    delayedCancels = outcomes.reduce(0) { $0 + $1.delayedCancels }
  }

  /// The figures as JSON.
  var json: JSONValue {
    [
      "orders_refused": .integer(Int64(refusedOrders)), "orders_delayed": .integer(Int64(delayedOrders)),
      "cancels_refused": .integer(Int64(refusedCancels)), "cancels_delayed": .integer(Int64(delayedCancels)),
    ]
  }
}
