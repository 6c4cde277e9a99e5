// SPDX-License-Identifier: Apache-2.0

/// A row of the ScenarioModel's columns in the units of a book; NaN where a column has nothing to say.
public struct FlowConditions: BitwiseCopyable, Sendable, Hashable {
  /// The price that the flow gathers around, in ticks and parts of one.
  public var fairPrice: Double
  /// Half the spread, in ticks.
  public var halfSpread: Double
  /// Lots at the best bid.
  public var bidDepth: Double
  /// Lots at the best ask.
  public var askDepth: Double
  /// Lots traded in a second.
  public var volume: Double
  /// A fraction per √day.
  public var volatility: Double
  /// From 0, normal, to 1.
  public var stress: Double
  /// Whether trading is halted: no events are due.
  public var isHalted: Bool

  /// Describes a row; what is left out says nothing, so that a model's own rates hold.
  public init(
    fairPrice: Double = .nan, halfSpread: Double = .nan, bidDepth: Double = .nan, askDepth: Double = .nan,
    volume: Double = .nan, volatility: Double = .nan, stress: Double = 0, isHalted: Bool = false
  ) {
    self.fairPrice = fairPrice
    self.halfSpread = halfSpread
    self.bidDepth = bidDepth
    self.askDepth = askDepth
    self.volume = volume
    self.volatility = volatility
    self.stress = stress
    self.isHalted = isHalted
  }
}
