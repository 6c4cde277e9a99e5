// SPDX-License-Identifier: Apache-2.0

/// A span in which nothing we send reaches the venue, while the market and what rests there go on.
public struct Outage: Sendable, Hashable {
  /// What becomes of what is sent meanwhile.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// It is refused.
    case refuse
    /// It arrives when the outage ends.
    case delay
  }

  /// When it begins: at the open of that step.
  public var anchor: ScriptedEvent.Anchor
  /// How long it lasts; it ends with a step.
  public var duration: SimDuration
  /// What becomes of what is sent meanwhile.
  public var mode: Mode
  /// Whether cancels fail as orders do.
  public var coversCancels: Bool

  /// Describes an outage.
  public init(
    anchor: ScriptedEvent.Anchor, duration: SimDuration, mode: Mode = .refuse, coversCancels: Bool = true
  ) {
    self.anchor = anchor
    self.duration = duration
    self.mode = mode
    self.coversCancels = coversCancels
  }
}
