// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Trades when the mid strays from its rolling mean: against the move (reversion) or with it (momentum).
public struct ThresholdStrategy: Strategy, NativeModel {
  /// What the strategy says about itself.
  public static let descriptor = ModelDescriptor(
    id: "threshold", kind: .strategy,
    summary: "Buys when the mid strays from its rolling mean by a threshold and sells when it is back.",
    equations: """
      signal = mid ÷ mean of the last window mids, this one included − 1
      reversion: flat and signal ≤ −entry: buy; signal ≥ −exit: sell out. momentum: ≥ +entry, ≤ +exit
      quantity = position_size · equity ÷ mid; stop at stop_loss below the average entry, held by the engine
      after a stop no entry until the signal has been back through the exit level once
      """,
    source:
      "The strategy of the specification; defaults from its example, the window from measured BTC minutes.",
    parameters: [
      ParameterSchema(
        "entry_threshold", unit: .fraction, minimum: 0, maximum: 1, minimumIsExclusive: true,
        default: .number(0.02), "Distance of the mid from its mean at which a position is opened."),
      ParameterSchema(
        "exit_threshold", unit: .fraction, minimum: 0, maximum: 1, default: .number(0.01),
        "Distance of the mid from its mean, on the side of the entry, at which the position is closed."),
      ParameterSchema(
        "position_size", unit: .fraction, minimum: 0, maximum: 1, minimumIsExclusive: true,
        default: .number(0.1), growsWithLeverage: true,
        "Share of the equity put into each entry; above 1 only where the scenario's venue lends."),
      ParameterSchema(
        "stop_loss", unit: .fraction, minimum: 0, maximum: 0.99, default: .number(0.05),
        "Loss from the average entry at which the engine closes the position; 0 for no stop."),
      ParameterSchema(
        "window", .durationOrSteps, unit: .time, minimum: 0, minimumIsExclusive: true,
        default: .duration(.hours(24)),
        "Span of the rolling mean; with one hour the signal of BTC minutes stays within 2 % in a normal month."
      ),
      ParameterSchema(
        "mode", .choice(["reversion", "momentum"]), default: .text("reversion"),
        "Whether a move is expected to be undone or to go on."),
      ParameterSchema(
        "allow_short", .flag, default: .flag(false), "Whether the mirrored signal opens a short position."),
      ParameterSchema(
        "entry_mode", .choice(["once", "scale_in"]), default: .text("once"),
        "One entry per position, or another each step the signal stays beyond entry, up to the whole equity."),
      ParameterSchema(
        "order_type", .choice(["market", "limit"]), default: .text("market"),
        "Market orders, or limit orders at the touch; a limit exit that expires goes to the market."),
      ParameterSchema(
        "order_ttl", .integer, unit: .steps, minimum: 1, maximum: 100_000, default: .integer(5),
        "Steps a limit order waits."),
    ])

  private let entry: Double
  private let exit: Double
  private let positionSize: Double
  private let stopLoss: Double
  private let parameters: ParameterValues
  /// −1 when a fall is bought, +1 when a rise is: the signal times this is how strongly it says "long".
  private let orientation: Double
  private let allowsShort: Bool
  private let scalesIn: Bool
  private let usesLimits: Bool
  private let timeToLive: Int

  private var mean = RollingMean()
  /// The side of the entry whose stop was hit, until the signal has been back through the exit level.
  private var stoppedSide: Side?
  /// The parent of an exit that expired and goes to the market now; 0 when there is none.
  private var expiredExit: ParentID = 0
  /// The parent of an entry that expired in the row before, which a repost continues; 0 when there is none.
  private var expiredEntry: ParentID = 0
  private var lowest = Double.infinity
  private var highest = -Double.infinity

  /// Makes the strategy from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    self.parameters = parameters
    entry = parameters.number("entry_threshold")
    exit = parameters.number("exit_threshold")
    positionSize = parameters.number("position_size")
    stopLoss = parameters.number("stop_loss")
    orientation = parameters.text("mode") == "reversion" ? -1 : 1
    allowsShort = parameters.flag("allow_short")
    scalesIn = parameters.text("entry_mode") == "scale_in"
    usesLimits = parameters.text("order_type") == "limit"
    timeToLive = parameters.integer("order_ttl")
  }

  /// Forgets signal, stops and expired orders.
  public mutating func begin(_ path: PathContext, context: MarketContext) {
    mean.reset(window: parameters.steps("window", of: context.resolution))
    stoppedSide = nil
    expiredExit = 0
    expiredEntry = 0
    lowest = .infinity
    highest = -.infinity
  }

  /// One window.
  public func warmUpDuration(resolution: SimDuration) -> SimDuration {
    let steps = parameters.steps("window", of: resolution)
    return SimDuration(nanoseconds: resolution.nanoseconds * Int64(steps))
  }

  /// Fills the window.
  public mutating func warmUp(_ market: borrowing MarketBlock, rows: Range<Int>) {
    var unseen = (0.0, 0.0)
    _ = mean.scan(
      market.mid.span, rows: rows, lower: -.infinity, upper: .infinity, lowest: &unseen.0,
      highest: &unseen.1)
  }

  /// Passes over rows until the signal asks for something.
  public mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account,
    orders: inout OrderSink
  ) -> Int {
    guard !rows.isEmpty else { return rows.upperBound }
    if !account.events.isEmpty { take(account.events, position: account.position) }
    let mids = market.mid.span
    if expiredExit != 0 {
      let parent = expiredExit
      expiredExit = 0
      if account.position != 0, account.orders.isEmpty {
        let first = rows.lowerBound
        _ = mean.scan(
          mids, rows: first..<first + 1, lower: -.infinity, upper: .infinity, lowest: &lowest,
          highest: &highest)
        close(account.position, at: nil, parent: parent, &orders)
        return first
      }
    }
    defer { expiredEntry = 0 }
    var row = rows.lowerBound
    while row < rows.upperBound {
      let bounds = corridor(account)
      let hit = mean.scan(
        mids, rows: row..<rows.upperBound, lower: bounds.lower, upper: bounds.upper, lowest: &lowest,
        highest: &highest)
      guard hit.row < rows.upperBound else { break }
      if hit.row > rows.lowerBound { expiredEntry = 0 }
      react(to: hit.signal, market, row: hit.row, account, &orders)
      if !orders.isEmpty { return hit.row }
      row = hit.row + 1
    }
    return rows.upperBound
  }

  /// Why nothing was traded: how far the signal went and how far it would have had to go.
  public var idleReason: String? {
    guard lowest <= highest else {
      return "the signal's window of \(mean.window) steps never filled: only \(mean.count) were seen"
    }
    let level = orientation * entry
    let reached = orientation < 0 ? lowest : highest
    guard allowsShort else {
      let (a, b) = Percent.distinct(reached, level)
      return "the signal reached \(a), entry needs \(b)"
    }
    let (low, below) = Percent.distinct(lowest, -entry)
    let (high, above) = Percent.distinct(highest, entry)
    return "the signal stayed between \(low) and \(high), entry needs \(below) or \(above)"
  }

  /// Learns from what happened to orders since the last row.
  private mutating func take(_ events: [OrderEvent], position: Double) {
    for event in events {
      switch event.kind {
      case .stopFill:
        stoppedSide = event.side.opposite
      case .expired:
        let closes = position != 0 && event.side == (position > 0 ? .sell : .buy)
        if closes { expiredExit = event.parent } else if position == 0 { expiredEntry = event.parent }
      case .fill, .rejected, .cancelled:
        break
      }
    }
  }

  /// Signals strictly between the bounds ask for nothing.
  private func corridor(_ account: borrowing Account) -> (lower: Double, upper: Double) {
    // In "says long" terms: long entry ≥ entry, long exit ≤ exit; short entry ≤ −entry, short exit ≥ −exit.
    var (lower, upper) = (-Double.infinity, Double.infinity)
    let held = heldSide(account)
    if account.orders.isEmpty {
      switch held {
      case nil where stoppedSide == nil:
        upper = entry
        if allowsShort { lower = -entry }
      case nil: break
      case .buy:
        lower = exit
        if scalesIn { upper = entry }
      case .sell:
        upper = -exit
        if scalesIn { lower = -entry }
      }
    }
    switch stoppedSide {
    case nil: break
    case .buy: lower = max(lower, exit)
    case .sell: upper = min(upper, -exit)
    }
    return orientation > 0 ? (lower, upper) : (-upper, -lower)
  }

  private mutating func react(
    to signal: Double, _ market: borrowing MarketBlock, row: Int, _ account: borrowing Account,
    _ orders: inout OrderSink
  ) {
    let strength = orientation * signal
    if let side = stoppedSide, side.sign * strength <= exit { stoppedSide = nil }
    guard account.orders.isEmpty else { return }
    if let side = heldSide(account) {
      if side.sign * strength <= exit {
        close(account.position, at: touch(side.opposite, market, row), parent: 0, &orders)
      } else if scalesIn, stoppedSide == nil, side.sign * strength >= entry {
        enter(side, market, row, account, &orders)
      }
    } else if stoppedSide == nil {
      if strength >= entry {
        enter(.buy, market, row, account, &orders)
      } else if allowsShort, -strength >= entry {
        enter(.sell, market, row, account, &orders)
      }
    }
  }

  /// The side of the position; what is less than a lot cannot be traded and counts as nothing.
  private func heldSide(_ account: borrowing Account) -> Side? {
    if account.position == 0 || account.position.magnitude < 0.999 * account.lot { return nil }
    return account.position > 0 ? .buy : .sell
  }

  private func enter(
    _ side: Side, _ market: borrowing MarketBlock, _ row: Int, _ account: borrowing Account,
    _ orders: inout OrderSink
  ) {
    let mid = market.mid[row]
    let equity = account.equity(at: mid)
    let notional = positionSize * equity
    // Scaling in ends where the position would have to borrow, or more than one entry was told to.
    let most = max(1, positionSize) * equity * (1 + 1e-9)
    guard notional > 0, account.position.magnitude * mid + notional <= most else { return }
    let quantity = notional / mid
    guard quantity >= account.lot else { return }
    let price = touch(side, market, row)
    orders.submit(
      OrderRequest(
        side, price == nil ? .market : .limit, quantity: quantity, price: price ?? .nan,
        timeToLive: price == nil ? 0 : timeToLive, parent: expiredEntry, stopLoss: stopLoss))
  }

  private func close(_ position: Double, at price: Double?, parent: ParentID, _ orders: inout OrderSink) {
    orders.submit(
      OrderRequest(
        position > 0 ? .sell : .buy, price == nil ? .market : .limit, quantity: position.magnitude,
        price: price ?? .nan, reduceOnly: true, timeToLive: price == nil ? 0 : timeToLive, parent: parent))
  }

  /// The best price on our own side, where a limit order joins the queue; nil for market orders.
  private func touch(_ side: Side, _ market: borrowing MarketBlock, _ row: Int) -> Double? {
    usesLimits ? market.mid[row] * (1 - side.sign * market.halfSpread[row]) : nil
  }
}
