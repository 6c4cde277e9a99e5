// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Executes a quantity as a share of the volume the market has traded.
public struct POVStrategy: Strategy, NativeModel {
  /// What the strategy says about itself.
  public static let descriptor = ModelDescriptor(
    id: "pov", kind: .strategy,
    summary: "Executes a quantity as a fixed share of the volume seen: percentage of volume.",
    equations: """
      at each close of the horizon: seen += volume of the bar; due = min(quantity, participation · seen)
      order = due − filled − under way, at most max_order; below min_order it waits, unless it is the last
      """,
    source: "A definition; Kissell & Glantz 2003, Optimal Trading Strategies. The default share is a prior.",
    parameters: Execution.parameters + [
      ParameterSchema(
        "participation", unit: .fraction, minimum: 0, maximum: 1, minimumIsExclusive: true,
        default: .number(0.05), "Share of the market's volume, as seen at each bar's close."),
      ParameterSchema(
        "min_order", unit: .baseUnits, minimum: 0, default: .number(0),
        "Smallest order: less is added up until it is reached; 0 for any."),
      ParameterSchema(
        "max_order", unit: .baseUnits, minimum: 0, default: .number(0),
        "Largest order: more is left for later steps; 0 for any."),
    ])

  private let parameters: ParameterValues
  private let participation: Double
  private let sizes: ClosedRange<Double>
  private var execution: Execution
  private var steps = 0
  private var horizon = 1
  /// Base units the market has traded so far.
  private var seen = 0.0

  /// Makes the strategy from parameters that fit ``descriptor``.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when `min_order` exceeds `max_order`.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    self.parameters = parameters
    participation = parameters.number("participation")
    let (smallest, largest) = (parameters.number("min_order"), parameters.number("max_order"))
    if largest > 0, largest < smallest {
      throw MMSError(
        .invalidValue, "pov: min_order (\(smallest)) exceeds max_order (\(largest)): no order could be sent",
        path: "min_order", hint: "lower min_order, or raise max_order or leave it at 0 for no limit")
    }
    sizes = smallest...(largest > 0 ? largest : .infinity)
    execution = Execution(parameters)
  }

  /// Is ready to execute again.
  public mutating func begin(_ path: PathContext, context: MarketContext) {
    execution.begin()
    steps = context.steps
    horizon = Execution.horizon(parameters, context)
    seen = 0
  }

  /// Adds up volume until an order is due.
  public mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account,
    orders: inout OrderSink
  ) -> Int {
    guard !rows.isEmpty, !execution.isComplete else { return rows.upperBound }
    execution.take(account)
    let isBusy = execution.isBusy(account)
    let volume = market.volume.span
    for row in rows {
      if market.firstStep + row < horizon {
        seen += volume[row]
      } else if execution.expired == 0 {
        break
      }
      if isBusy { continue }
      let due = participation * seen
      if execution.send(due: due, within: sizes, market, row: row, account, &orders) { return row }
    }
    return rows.upperBound
  }

  /// Why nothing was traded: what the share of the volume came to.
  public var idleReason: String? {
    if let reason = execution.idleReason(steps: steps) { return reason }
    return "\(participation) of the \(seen) base units traded is \(participation * seen):"
      + " no order of that size can be sent"
  }
}
