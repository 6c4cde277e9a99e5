// SPDX-License-Identifier: Apache-2.0

/// What a path run beside others has to say; the numbers have the bits of its ``PathResult``.
public struct LaneOutcome: Sendable, Hashable {
  /// The path's number.
  public var path: Int
  /// Equity at the end, quote currency.
  public var finalEquity: Double
  /// Base units held at the end.
  public var finalPosition: Double
  /// How many fills happened.
  public var fillCount: Int

  init(path: Int, finalEquity: Double, finalPosition: Double, fillCount: Int) {
    self.path = path
    self.finalEquity = finalEquity
    self.finalPosition = finalPosition
    self.fillCount = fillCount
  }

  /// The outcome of a path that was run alone.
  public init(_ result: PathResult) {
    self.init(
      path: result.path, finalEquity: result.finalEquity, finalPosition: result.finalPosition,
      fillCount: result.fillCount)
  }
}
