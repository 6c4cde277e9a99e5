// SPDX-License-Identifier: Apache-2.0

import MMSCore
public import MMSEngine

/// A recording as a feed that orders of ours can join (``MMSEngine/L2Market``).
public struct RecordedFeed: Sendable {
  /// Levels and trades in order of time.
  public var events: [L2Event] = []
  /// For every event the number of the event that brought the order it is about; empty when orders are not known.
  public var births: [Int] = []
  /// When trading was halted, in the time of the events.
  public var halts: [Range<Int64>] = []
  /// Quote currency in a tick.
  public var tick = 1.0
  /// Base units in a lot.
  public var lot = 1.0

  /// Nanoseconds that times here were moved by, so that nothing is known before it happened.
  public var clockOffset: Int64 = 0

  /// Makes an empty feed.
  public init() {}

  mutating func add(_ time: Int64, _ latency: Int64, _ update: DepthUpdate, birth: Int) {
    events.append(L2Event(exchangeTime: time, localTime: time + latency, update))
    births.append(birth)
  }
}
