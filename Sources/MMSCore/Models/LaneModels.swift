// SPDX-License-Identifier: Apache-2.0

// Many short paths side by side: the lane forms of models. A lane is a path, never a step. Each form gives
// every path the bits of the model's ordinary form; models without them run one path after another.

/// A ScenarioModel that can move many paths at once.
public protocol LaneScenarioModel: ScenarioModel {
  /// The prices of some paths, one step after another; nil when these parameters need the ordinary form.
  ///
  /// Called on a prepared model.
  func lanes(seed: UInt64, paths: Range<Int>) -> (any LaneMarket)?
}

/// The prices of consecutive paths of one market whose other columns are constant.
public protocol LaneMarket {
  /// Half spread of every row, a fraction of the mid.
  var halfSpread: Double { get }
  /// Volume of every row in base units.
  var volume: Double { get }
  /// The price before the first step.
  var origin: Double { get }

  /// Moves every path by one step: prices at the open become those at the close.
  mutating func advance(step: Int, mids: inout MutableSpan<Double>)
}

/// A FillModel whose resting orders fill whole or not at all, by one draw for each step and side.
///
/// An order fills when the uniform draw of role fill at its step, on the lane of its side's raw value, is
/// below the probability.
public protocol LaneFillModel: FillModel {
  /// The probability that limit orders of one side fill in a step, from the limits and the mids at the open.
  ///
  /// A limit of NaN stands for no order; its probability is 0.
  func probabilities(
    _ side: Side, limits: Span<Double>, opens: Span<Double>, resolution: SimDuration,
    into values: inout MutableSpan<Double>)
}

/// A Strategy that does nothing but quote a bid and an ask at every close, for the next step only.
public protocol LaneQuotingStrategy: Strategy {
  /// Base units of every quote; nil when these parameters need the ordinary form.
  var laneQuantity: Double? { get }

  /// Quotes for every path from its mid and position; NaN where it does not quote.
  ///
  /// Called on a copy after ``Strategy/begin(_:context:)``.
  func quote(
    step: Int, mids: Span<Double>, positions: Span<Double>, bids: inout MutableSpan<Double>,
    asks: inout MutableSpan<Double>)
}
