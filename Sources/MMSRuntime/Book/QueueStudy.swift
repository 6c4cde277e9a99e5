// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSEngine
import MMSModels

/// How well queue models that see levels only tell when an order would have traded, where orders are known.
///
/// Orders of one lot are sent to both best prices every so often and left for a while. Where the recording tells each
/// order, their moment is known; each model sees the same recording as levels and trades, and guesses it.
public enum QueueStudy {
  /// What a model says beside what is known.
  public struct Row: Sendable, Hashable {
    /// The model in words.
    public var name: String
    /// The share of orders it fills.
    public var filled: Double
    /// Of all orders, the share it fills that did not trade.
    public var falseFills: Double
    /// Of all orders, the share it leaves that did trade.
    public var missed: Double
    /// Mean of its moment less the known one, in seconds, of orders that both fill.
    public var bias: Double
    /// Mean size of that difference in seconds.
    public var meanError: Double
    /// The size of that difference that half of the orders do not exceed, in seconds.
    public var medianError: Double
  }

  /// The study's result.
  public struct Result: Sendable, Hashable {
    /// Orders sent.
    public var orders = 0
    /// The share of them that traded.
    public var filled = 0.0
    /// The mean wait of those, in seconds.
    public var meanWait = 0.0
    /// The models.
    public var rows: [Row] = []
  }

  /// Compares models with a recording that tells orders.
  ///
  /// - Parameters:
  ///   - feed: A recording that tells orders.
  ///   - interval: Nanoseconds between two pairs of orders.
  ///   - lifetime: Nanoseconds an order is left.
  /// - Throws: ``MMSCore/MMSError/Code/noData`` when the recording is too short for an order.
  public static func run(
    _ feed: RecordedFeed, interval: Int64 = 5_000_000_000, lifetime: Int64 = 60_000_000_000
  ) throws(MMSError) -> Result {
    let known = try moments(feed, try make(KnownQueueFill.self), max(1, interval), lifetime)
    if known.isEmpty {
      throw MMSError(.noData, "the recording is shorter than one interval; make it shorter")
    }
    var result = Result(orders: known.count)
    let waits = known.filter { $0.wait >= 0 }.map { Double($0.wait) / 1e9 }
    result.filled = Double(waits.count) / Double(known.count)
    result.meanWait = waits.isEmpty ? 0 : waits.reduce(0, +) / Double(waits.count)
    for (name, model) in try models() {
      result.rows.append(row(name, try moments(feed, model, max(1, interval), lifetime), known))
    }
    return result
  }

  private struct Moment {
    var id: UInt64
    /// Nanoseconds until it filled; below 0 when it did not.
    var wait: Int64
  }

  private static func models() throws(MMSError) -> [(String, any QueueFillModel)] {
    func power(_ n: Double, _ form: String) throws(MMSError) -> PowerQueueFill {
      try make(PowerQueueFill.self, [("n", .number(n)), ("form", .text(form))])
    }
    return [
      ("RiskAverseQueue-v1", try make(RiskAverseQueueFill.self)),
      ("PowerQueue-v1 n 1", try power(1, "sum")), ("PowerQueue-v1 n 2", try power(2, "sum")),
      ("PowerQueue-v1 n 3", try power(3, "sum")), ("PowerQueue-v1 n 2 total", try power(2, "total")),
      ("PowerQueue-v1 n 2 complement", try power(2, "complement")),
      ("LogQueue-v1", try make(LogQueueFill.self)),
      ("LogQueue-v1 total", try make(LogQueueFill.self, [("form", .text("total"))])),
    ]
  }

  private static func make<M: NativeModel>(
    _ type: M.Type, _ inputs: [(name: String, input: ParameterInput)] = []
  ) throws(MMSError) -> M {
    try M(
      ParameterResolver.resolve(
        inputs, schema: M.descriptor.parameters, owner: M.descriptor.id, path: "params"))
  }

  /// Sends the same orders whatever the model, and says when each filled.
  private static func moments(
    _ feed: RecordedFeed, _ model: any QueueFillModel, _ interval: Int64, _ lifetime: Int64
  ) throws(MMSError) -> [Moment] {
    // Whole fills keep orders apart: none takes volume from another.
    let settings = L2Settings(tick: feed.tick, lot: feed.lot, fills: .whole)
    var market = try L2Market(settings, events: feed.events, births: feed.births, model: model)
    market.keepsFills = true
    var sent: [Int64] = []
    var moments: [Moment] = []
    var oldest = 0
    while market.advance(by: interval) {
      for fill in market.fillList {
        moments[Int(fill.id) - 1].wait = fill.time - sent[Int(fill.id) - 1]
      }
      market.removeFills()
      while oldest < sent.count, sent[oldest] + lifetime <= market.time {
        market.cancel(UInt64(oldest + 1))
        oldest += 1
      }
      market.clearInactive()
      for side in [Side.buy, .sell] {
        guard let price = side == .buy ? market.bestBid : market.bestAsk else { continue }
        market.submit(side, price: price, quantity: 1, timeInForce: .postOnly)
        sent.append(market.time)
        moments.append(Moment(id: market.sent, wait: -1))
      }
    }
    // The last ones had no time to fill.
    return moments.filter { sent[Int($0.id) - 1] + lifetime <= market.time }
  }

  private static func row(_ name: String, _ found: [Moment], _ known: [Moment]) -> Row {
    var row = Row(name: name, filled: 0, falseFills: 0, missed: 0, bias: 0, meanError: 0, medianError: 0)
    let count = Double(max(1, known.count))
    var errors: [Double] = []
    for (guess, truth) in zip(found, known) {
      if guess.wait >= 0 { row.filled += 1 / count }
      if guess.wait >= 0, truth.wait < 0 { row.falseFills += 1 / count }
      if guess.wait < 0, truth.wait >= 0 { row.missed += 1 / count }
      if guess.wait >= 0, truth.wait >= 0 { errors.append(Double(guess.wait - truth.wait) / 1e9) }
    }
    if errors.isEmpty { return row }
    row.bias = errors.reduce(0, +) / Double(errors.count)
    let sizes = errors.map(\.magnitude).sorted()
    row.meanError = sizes.reduce(0, +) / Double(sizes.count)
    row.medianError = sizes[sizes.count / 2]
    return row
  }
}
