// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Recorded order flow as the market of a simulation: what happened, in order, in whole ticks and lots.
public struct RecordedFlow: Sendable {
  /// Levels and trades; ``L2Event/exchangeTime`` is nanoseconds since ``origin``.
  public let events: [L2Event]
  /// For every event the number of the event that brought the order it is about; see ``L2Market``.
  public let births: [Int]
  /// What the times of events count from.
  public let origin: SimTime
  /// Quote currency in a tick.
  public let tick: Double
  /// Base units in a lot.
  public let lot: Double

  /// Describes a recording; an order's place is known when `births` has an entry for every event.
  public init(events: [L2Event], births: [Int], origin: SimTime, tick: Double, lot: Double) {
    self.events = events
    self.births = births
    self.origin = origin
    self.tick = tick
    self.lot = lot
  }
}
