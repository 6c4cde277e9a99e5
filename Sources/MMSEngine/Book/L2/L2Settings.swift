// SPDX-License-Identifier: Apache-2.0

/// The market that orders of ours meet in a recorded feed of levels.
public struct L2Settings: Sendable, Hashable {
  /// How much of an order fills at once.
  public enum Fills: Sendable, Hashable {
    /// An order fills whole or not at all, and what takes is filled whole at the best price.
    case whole
    /// An order fills by what trades beyond its place, and what takes sweeps the levels shown.
    ///
    /// What it has swept is gone until the feed tells the level anew.
    case partial
  }

  /// Quote currency in a tick.
  public var tick: Double
  /// Base units in a lot.
  public var lot: Double
  /// Nanoseconds from us to the exchange.
  public var entryLatency: Int64
  /// Nanoseconds from the exchange to us.
  public var responseLatency: Int64
  /// How much of an order fills at once.
  public var fills: Fills
  /// Fee of a resting order, a fraction of the value; below 0 a rebate.
  public var makerFee: Double
  /// Fee of an order that takes, a fraction of the value.
  public var takerFee: Double

  /// Makes settings; latencies below 0 become 0.
  public init(
    tick: Double, lot: Double, entryLatency: Int64 = 0, responseLatency: Int64 = 0, fills: Fills = .partial,
    makerFee: Double = 0, takerFee: Double = 0
  ) {
    self.tick = tick
    self.lot = lot
    self.entryLatency = max(0, entryLatency)
    self.responseLatency = max(0, responseLatency)
    self.fills = fills
    self.makerFee = makerFee
    self.takerFee = takerFee
  }
}
