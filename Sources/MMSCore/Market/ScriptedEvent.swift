// SPDX-License-Identifier: Apache-2.0

/// A shock written in a scenario file, applied on top of what the models did.
public struct ScriptedEvent: Sendable, Hashable {
  /// When the event begins.
  public enum Anchor: Sendable, Hashable {
    /// At an instant.
    case time(SimTime)
    /// At a share of the period, 0…1.
    case share(Double)
    /// A span after a step that the ScenarioModel names, such as `crash`.
    case named(String, offset: SimDuration)
  }

  /// How the event unfolds over its duration.
  public enum Shape: String, Sendable, Hashable, CaseIterable {
    /// At full strength for the duration, then gone.
    case step
    /// Rising in proportion over the duration, then lasting.
    case ramp
    /// At full strength at once, halving with every duration that passes.
    case decay
  }

  /// When it begins.
  public var anchor: Anchor
  /// Which column it changes; `mid` stands for all four prices.
  public var target: MarketColumn
  /// How it unfolds.
  public var shape: Shape
  /// Its duration (of a decay: the half-life).
  public var duration: SimDuration
  /// At full strength the column is multiplied by this; stress and halted are raised to it instead.
  public var value: Double

  /// Describes an event.
  public init(
    anchor: Anchor, target: MarketColumn, shape: Shape, duration: SimDuration, value: Double
  ) {
    self.anchor = anchor
    self.target = target
    self.shape = shape
    self.duration = duration
    self.value = value
  }
}
