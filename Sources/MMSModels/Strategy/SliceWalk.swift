// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// Walks through a fixed number of slices of a horizon and sends each when its time has come.
///
/// Slice j of n over a horizon of H steps is decided at the close of step ⌊j·H ÷ n⌋ and so executes at the
/// next open. Between slices rows are passed over without being looked at.
struct SliceWalk: Sendable {
  var execution: Execution
  private var steps = 0
  /// H.
  private(set) var horizon = 1
  /// n: as asked for, but at most one a step.
  private(set) var slices = 1
  /// The next slice to come due.
  private var next = 0
  /// Whether something due waits for an order to finish.
  private var isBehind = false
  private var jitter = 0.0
  private var random = RandomSource(seed: 0, path: 0, role: .strategy)

  init(_ parameters: ParameterValues) { execution = Execution(parameters) }

  /// Starts a path.
  mutating func begin(
    _ path: PathContext, _ context: MarketContext, horizon: Int, slices: Int, jitter: Double = 0
  ) {
    execution.begin()
    steps = context.steps
    self.horizon = horizon
    self.slices = min(slices, horizon)
    self.jitter = jitter
    random = path.random(.strategy)
    next = 0
    isBehind = false
  }

  /// The step at which the horizon's j-th of n parts begins.
  func boundary(_ slice: Int) -> Int { slice * horizon / slices }

  /// The step at whose close a slice is decided.
  private func step(of slice: Int) -> Int {
    let first = boundary(slice)
    guard jitter > 0 else { return first }
    let room = jitter * Double(boundary(slice + 1) - first)
    return first + Int(room * random.uniform(step: Int64(slice)))
  }

  /// Looks at rows until a slice was sent.
  ///
  /// - Parameter due: Base units due once a slice is, all before it included.
  /// - Returns: The row where it was sent, or the end of the rows.
  mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account, orders: inout OrderSink,
    due: (_ slice: Int) -> Double
  ) -> Int {
    guard !rows.isEmpty else { return rows.upperBound }
    execution.take(account)
    if execution.expired > 0 { isBehind = true }
    var row = rows.lowerBound
    while !execution.isComplete {
      if !isBehind {
        guard next < slices else { break }
        row = max(row, step(of: next) - market.firstStep)
        guard row < rows.upperBound else { break }
      }
      while next < slices, step(of: next) <= market.firstStep + row { next += 1 }
      // Orders stand still over the given rows: whoever is busy now is busy to their end.
      isBehind = execution.isBusy(account)
      if isBehind { break }
      if execution.send(due: due(next - 1), market, row: row, account, &orders) { return row }
    }
    return rows.upperBound
  }

  /// Why nothing can have been sent; nil when there is nothing to say.
  var idleReason: String? { execution.idleReason(steps: steps) }
}
