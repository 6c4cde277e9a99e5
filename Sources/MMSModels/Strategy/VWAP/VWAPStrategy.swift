// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Executes a quantity along the volume expected at each time of the day.
public struct VWAPStrategy: Strategy, NativeModel {
  /// What the strategy says about itself.
  public static let descriptor = ModelDescriptor(
    id: "vwap", kind: .strategy,
    summary: "Executes a quantity along the day's usual volume: the volume-weighted average price.",
    equations: """
      profile u(time of day, UTC) = mean volume of the warm-up rows in that bucket; flat when a bucket has none
      n = min(slices, steps of the horizon H); slice j is decided at the close of step k_j = ⌊j·H ÷ n⌋
      due by then: quantity · ∫u from the start to k_{j+1} ÷ ∫u over the horizon; order = due − filled − under way
      """,
    source:
      "Berkowitz, Logue & Noser 1988, J. Finance 43 (the benchmark); Konishi 2002, J. Financial Markets 5 "
      + "(execution along the expected volume); bucket and window are priors.",
    parameters: Execution.parameters + [
      TWAPStrategy.slicesParameter,
      ParameterSchema(
        "profile_window", .duration, unit: .time, minimum: 0, default: .duration(.days(1)),
        "Recorded market before the period from which the profile is learned; below one day it stays flat."),
      ParameterSchema(
        "profile_bucket", .duration, unit: .time, minimum: 60e9, maximum: 86_400e9,
        default: .duration(.minutes(30)),
        "Part of the day over which the profile is averaged; at least a step."),
    ])

  private let parameters: ParameterValues
  private var walk: SliceWalk
  private var profile = IntradayProfile()
  private var resolution = SimDuration.minutes(1)
  /// When step 0 closed; nil before it was seen.
  private var start: Int64?

  /// Makes the strategy from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    self.parameters = parameters
    walk = SliceWalk(parameters)
  }

  /// Forgets the profile.
  public mutating func begin(_ path: PathContext, context: MarketContext) {
    resolution = context.resolution
    start = nil
    profile.reset(part: parameters.duration("profile_bucket"), resolution: resolution)
    walk.begin(
      path, context, horizon: Execution.horizon(parameters, context), slices: parameters.integer("slices"))
  }

  /// What the profile is learned from.
  public func warmUpDuration(resolution: SimDuration) -> SimDuration { parameters.duration("profile_window") }

  /// Learns the profile.
  public mutating func warmUp(_ market: borrowing MarketBlock, rows: Range<Int>) {
    profile.learn(market, rows: rows)
  }

  /// Passes over rows until a slice is due.
  public mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account,
    orders: inout OrderSink
  ) -> Int {
    guard let first = rows.first else { return rows.upperBound }
    let length = resolution.nanoseconds
    let start = start ?? market.time[first] - Int64(market.firstStep + first) * length
    self.start = start
    let (quantity, last) = (walk.execution.quantity, walk.slices - 1)
    let (profile, outline) = (profile, walk)
    return walk.decide(market, rows: rows, account: account, orders: &orders) { slice in
      func volume(to boundary: Int) -> Double {
        profile.volume(from: start, to: start + Int64(boundary) * length)
      }
      let total = volume(to: outline.horizon)
      // Where nothing ever trades the last slice takes all.
      if slice >= last { return quantity }
      return total > 0 ? quantity * volume(to: outline.boundary(slice + 1)) / total : 0
    }
  }

  /// Why nothing was traded.
  public var idleReason: String? { walk.idleReason }
}
