// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// The manifest's test rows: what goes in by the names of engine quantities, and what must come out.
enum RowProbe {
  static func rows(_ subject: Subject) throws(MMSError) -> ProbeAnswer {
    // A bare function's rows run whenever it is made.
    if let function = subject.model.function {
      _ = try subject.make(subject.parameters())
      return ProbeAnswer(detail: "\(function.tests.count) \(function.tests.count == 1 ? "row" : "rows")")
    }
    let rows = subject.model.tests
    for (number, row) in rows.enumerated() {
      let question = RowQuestion(row)
      let model = try subject.make(subject.parameters(row.parameters))
      let answers = try question.answers(model)
      try question.requireAllRead(number: number + 1)
      for (name, expected) in row.expected {
        guard let got = answers[name] else {
          throw located(
            row,
            "test row \(number + 1) expects '\(name)', which a \(subject.descriptor.kind) model does not answer",
            Suggestion.hint(for: name, among: answers.keys.sorted()))
        }
        let allowed = row.tolerance * expected.magnitude
        let isEqual = expected.isNaN ? got.isNaN : (got - expected).magnitude <= allowed
        if !isEqual {
          throw located(
            row,
            "test row \(number + 1) expects \(name) = \(expected), the model answers \(got); allowed is a"
              + " difference of \(allowed)", "is the row right, or the model?")
        }
      }
    }
    return ProbeAnswer(detail: "\(rows.count) \(rows.count == 1 ? "row" : "rows")")
  }

  static func located(_ row: PluginTestRow, _ message: String, _ hint: String?) -> MMSError {
    MMSError(.modelFailed, message, hint: hint, location: row.location)
  }
}

/// One row as a question to a model of any kind.
private final class RowQuestion {
  private let row: PluginTestRow
  private var read: Set<String> = []

  init(_ row: PluginTestRow) { self.row = row }

  /// A value of the row, or what it is when nobody says.
  private func value(_ name: String, _ usual: Double) -> Double {
    read.insert(name)
    return row.inputs.last { $0.name == name }?.value ?? usual
  }

  private func has(_ name: String) -> Bool { row.inputs.contains { $0.name == name } }

  /// An input nobody asked for is a mistake in the row.
  func requireAllRead(number: Int) throws(MMSError) {
    guard let stray = row.inputs.first(where: { !read.contains($0.name) }) else { return }
    throw RowProbe.located(
      row, "test row \(number) gives '\(stray.name)', which this kind of model is not asked with",
      Suggestion.hint(for: stray.name, among: read.sorted()))
  }

  func answers(_ model: MadeModel) throws(MMSError) -> [String: Double] {
    switch model {
    case .scenario(let model): try scenario(model)
    case .fill(let model): try fill(model)
    case .impact(let model): try impact(model)
    case .strategy(let model): try strategy(model)
    case .source(let model): try source(model)
    }
  }

  private var path: PathContext { PathContext(seed: row.seed, path: 0, isCentral: false) }
  private let resolution = SimDuration(nanoseconds: 60_000_000_000)

  private func context() -> MarketContext {
    let market = ExerciseMarket(seed: row.seed).context
    return MarketContext(symbol: market.symbol, resolution: resolution, steps: 1, stress: market.stress)
  }

  /// One row at step 0.
  private func block() -> MarketBlock {
    var block = MarketBlock(firstStep: 0, count: 1)
    let mid = value("market.mid", value("market.open", 100))
    let usual: [MarketColumn: Double] = [
      .open: mid, .high: .nan, .low: .nan, .mid: mid, .halfSpread: 0.0001, .bidDepth: 10, .askDepth: 10,
      .volatility: 0.02, .volume: 1000, .baseVolatility: 0.02, .baseVolume: 1_440_000,
    ]
    block.time[0] = 60_000_000_000
    for column in MarketColumn.allCases {
      block[keyPath: column.keyPath][0] = value("market.\(column.rawValue)", usual[column] ?? 0)
    }
    return block
  }

  private func scenario(_ made: any ScenarioModel) throws(MMSError) -> [String: Double] {
    var (model, rows) = (made, block())
    try model.prepare(history: rows, context: context())
    try model.begin(path)
    try model.advance(&rows, rows: 0..<1, flow: OwnFlow(), random: path.random(.scenario))
    var answers: [String: Double] = [:]
    for column in MarketColumn.allCases {
      answers["market.\(column.rawValue)"] = rows[keyPath: column.keyPath][0]
    }
    return answers
  }

  private func fill(_ model: any FillModel) throws(MMSError) -> [String: Double] {
    let remaining = value("order.remaining", 1)
    let query = FillQuery(
      side: value("order.side", 0) == 0 ? .buy : .sell, limitPrice: value("order.limit_price", .nan),
      remaining: remaining, queueAhead: value("order.queue_ahead", .nan),
      isMarketable: value("order.is_marketable", has("order.limit_price") ? 0 : 1) != 0,
      available: value("order.available", remaining), consumed: value("order.consumed", 0),
      used: value("order.used", 0), tick: value("order.tick", 0.01), resolution: resolution, step: 0, order: 1
    )
    let decision = model.fill(query, in: MarketRow(block(), row: 0), random: path.random(.fill))
    if let failure = model.failure { throw failure }
    return [
      "fill.quantity": decision.quantity, "fill.probability": decision.probability,
      "fill.queue_ahead": decision.queueAhead, "fill.concession": decision.concession,
    ]
  }

  private func impact(_ made: any ImpactModel) throws(MMSError) -> [String: Double] {
    var model = made
    model.begin(path)
    let quote = model.apply(
      value("order.quantity", 1),
      in: ImpactConditions(
        volatility: value("market.volatility", 0.02), volume: value("market.adv", 1_440_000),
        liquidity: value("market.liquidity", 1), price: value("order.price", 100), resolution: resolution))
    let steps = Int(value("impact.steps", 0))
    if steps > 0 { model.decay(steps: steps, resolution: resolution) }
    if let failure = model.failure { throw failure }
    return [
      "impact.temporary": quote.temporary, "impact.lasting": quote.lasting,
      "impact.displacement": model.displacement,
    ]
  }

  private func strategy(_ made: any Strategy) throws(MMSError) -> [String: Double] {
    var (model, sink) = (made, OrderSink())
    var account = Account(cash: value("account.cash", 100_000))
    account.position = value("account.position", 0)
    account.averageEntry = value("account.average_entry", 0)
    model.begin(path, context: context())
    _ = model.decide(block(), rows: 0..<1, account: account, orders: &sink)
    if let failure = model.failure { throw failure }
    var answers = ["strategy.actions": Double(sink.actions.count)]
    for action in sink.actions {
      guard case .submit(_, let request) = action else { continue }
      answers["strategy.quantity"] = request.side.sign * request.quantity
      answers["strategy.price"] = request.price
      break
    }
    return answers
  }

  private func source(_ source: any DataSource) throws(MMSError) -> [String: Double] {
    guard let series = try source.coverage().first else { return ["source.series": 0] }
    let end = min(
      series.end.nanoseconds,
      series.start.nanoseconds + Int64(ExerciseMarket.steps) * series.resolution.nanoseconds)
    let bars = try source.bars(
      BarRequest(
        symbol: series.symbol, resolution: series.resolution, start: series.start,
        end: SimTime(nanoseconds: end)))
    return [
      "source.series": Double(try source.coverage().count), "source.open": bars.open.first ?? .nan,
      "source.high": bars.high.first ?? .nan, "source.low": bars.low.first ?? .nan,
      "source.close": bars.close.first ?? .nan, "source.volume": bars.volume.first ?? .nan,
    ]
  }
}
