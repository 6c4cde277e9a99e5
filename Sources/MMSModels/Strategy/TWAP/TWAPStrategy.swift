// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Executes a quantity in equal slices at equal distances of time.
public struct TWAPStrategy: Strategy, NativeModel {
  /// What the strategy says about itself.
  public static let descriptor = ModelDescriptor(
    id: "twap", kind: .strategy,
    summary: "Executes a quantity in equal slices, evenly in time: the time-weighted average price.",
    equations: """
      n = min(slices, steps of the horizon H); slice j = 0 … n − 1 is decided at the close of step ⌊j·H ÷ n⌋
      due by then: quantity · (j + 1) ÷ n; order = due − filled − under way; nothing is added while four orders work
      jitter: a slice is decided up to that share of its interval later, drawn once per path
      """,
    source: "A definition; the minimum-cost schedule for linear impact and no aversion to risk "
      + "(Almgren & Chriss 2000, J. Risk 3, section 3.1; Bertsimas & Lo 1998, J. Financial Markets 1).",
    parameters: Execution.parameters + [
      slicesParameter,
      ParameterSchema(
        "jitter", unit: .fraction, minimum: 0, maximum: 1, default: .number(0),
        "Share of its interval by which a slice may come late at random, so that nobody can foresee it."),
    ])

  /// How many slices; shared by the strategies that have them.
  static let slicesParameter = ParameterSchema(
    "slices", .integer, minimum: 1, maximum: 1_000_000, default: .integer(100),
    "Number of slices; with fewer steps in the horizon, one per step.")

  private let parameters: ParameterValues
  private var walk: SliceWalk

  /// Makes the strategy from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    self.parameters = parameters
    walk = SliceWalk(parameters)
  }

  /// Is ready to execute again.
  public mutating func begin(_ path: PathContext, context: MarketContext) {
    walk.begin(
      path, context, horizon: Execution.horizon(parameters, context), slices: parameters.integer("slices"),
      jitter: parameters.number("jitter"))
  }

  /// Passes over rows until a slice is due.
  public mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account,
    orders: inout OrderSink
  ) -> Int {
    let (quantity, slices) = (walk.execution.quantity, walk.slices)
    return walk.decide(market, rows: rows, account: account, orders: &orders) { slice in
      quantity * Double(slice + 1) / Double(slices)
    }
  }

  /// Why nothing was traded.
  public var idleReason: String? { walk.idleReason }
}
