// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What the rules of a perpetual contract did to one path, amounts in quote currency.
public struct PerpetualOutcome: Sendable, Hashable {
  /// Funding paid less received.
  public internal(set) var funding = 0.0
  /// Instants of payment at which a position was held.
  public internal(set) var fundingPayments = 0
  /// Positions the venue took over.
  public internal(set) var liquidations = 0
  /// What it charged for that.
  public internal(set) var liquidationFees = 0.0
  /// What closing them cost beyond the equity there was: the loss of the lender or an insurance fund.
  public internal(set) var lenderLoss = 0.0

  init() {}
}

/// What an outage did to one path.
public struct OutageOutcome: Sendable, Hashable {
  /// Orders refused because of it.
  public internal(set) var refusedOrders = 0
  /// Orders that arrived when it was over, stops the engine could not send among them.
  public internal(set) var delayedOrders = 0
  /// Cancels that were refused.
  public internal(set) var refusedCancels = 0
  /// Cancels that arrived when it was over.
  public internal(set) var delayedCancels = 0

  init() {}
}

/// A change of cash that is no part of a fill, for reports and property tests.
public struct ChargeRecord: Sendable, Hashable {
  /// What it is for.
  public enum Kind: String, Sendable, Hashable {
    /// A funding payment; negative when received.
    case funding
    /// The venue's fee for taking a position over.
    case liquidationFee = "liquidation_fee"
    /// What the lender bears after a takeover: never positive.
    case lenderLoss = "lender_loss"
  }

  /// The step it was booked in.
  public var step: Int
  /// What it is for.
  public var kind: Kind
  /// Quote currency, positive is a cost to us.
  public var amount: Double
}
