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

  /// When trading was halted, in nanoseconds since ``origin``.
  public let halts: [Range<Int64>]

  /// Describes a recording; an order's place is known when `births` has an entry for every event.
  public init(
    events: [L2Event], births: [Int], origin: SimTime, tick: Double, lot: Double, halts: [Range<Int64>] = []
  ) {
    self.halts = halts
    self.events = events
    self.births = births
    self.origin = origin
    self.tick = tick
    self.lot = lot
  }

  /// The halts as events of a scenario: a row that a halt touches is halted.
  public func haltEvents(resolution: SimDuration) -> [ScriptedEvent] {
    let step = resolution.nanoseconds
    return halts.map { halt in
      let start = (origin.nanoseconds + halt.lowerBound) / step * step
      let end = (origin.nanoseconds + halt.upperBound + step - 1) / step * step
      return ScriptedEvent(
        anchor: .time(SimTime(nanoseconds: start)), target: .halted, shape: .step,
        duration: SimDuration(nanoseconds: max(step, end - start)), value: 1)
    }
  }
}
