// SPDX-License-Identifier: Apache-2.0

import GRDB
public import MMSCore

/// The numbers of one simulation that the specification names, each a column of `simulation_results`.
public struct SimulationNumbers: Sendable, Hashable {
  /// Mean cost against the mid at the decision, a fraction.
  public var slippage: Double
  /// The share of orders filled.
  public var fillProbability: Double
  /// How far our trading moved the price, a fraction.
  public var priceImpact: Double
  /// Final equity over initial equity, minus one.
  public var totalReturn: Double
  /// The deepest fall from a peak, a fraction, zero or negative.
  public var maxDrawdown: Double
  /// Annualised mean over standard deviation of returns.
  public var sharpeRatio: Double

  /// Gathers the numbers.
  public init(
    slippage: Double, fillProbability: Double, priceImpact: Double, totalReturn: Double, maxDrawdown: Double,
    sharpeRatio: Double
  ) {
    self.slippage = slippage
    self.fillProbability = fillProbability
    self.priceImpact = priceImpact
    self.totalReturn = totalReturn
    self.maxDrawdown = maxDrawdown
    self.sharpeRatio = sharpeRatio
  }

  /// Refuses numbers that no database can hold.
  ///
  /// - Throws: ``MMSError/Code/internal`` when one is not finite.
  func checkFinite() throws(MMSError) {
    for (name, value) in named where !value.isFinite {
      throw MMSError(.internal, "\(name) came out as \(value), which cannot be stored", path: name)
    }
  }

  private var named: [(String, Double)] {
    [
      ("slippage", slippage), ("fill_probability", fillProbability), ("price_impact", priceImpact),
      ("total_return", totalReturn), ("max_drawdown", maxDrawdown), ("sharpe_ratio", sharpeRatio),
    ]
  }
}

/// A finished simulation that is to be stored: a task row and its result row.
public struct NewSimulation: Sendable {
  /// The trading pair.
  public var symbol: String
  /// The simulated period, such as `30d`.
  public var period: String
  /// The scenario's name.
  public var scenario: String
  /// The strategy's name.
  public var strategy: String
  /// The strategy's parameters, as JSON.
  public var strategyParams: String
  /// The seed of the draws.
  public var seed: UInt64
  /// The number of paths.
  public var paths: Int
  /// The whole request, as JSON: what a replay runs again.
  public var request: String
  /// When the run began.
  public var startedAt: SimTime
  /// The numbers.
  public var numbers: SimulationNumbers
  /// How long it took, in seconds.
  public var executionTime: Double
  /// Where its report was written; nil when none was.
  public var reportPath: String?
  /// The whole answer, as JSON; receives the id, which is known only when the row is made.
  public var details: @Sendable (_ id: String) -> String

  /// Describes a finished simulation.
  public init(
    symbol: String, period: String, scenario: String, strategy: String, strategyParams: String, seed: UInt64,
    paths: Int, request: String, startedAt: SimTime, numbers: SimulationNumbers, executionTime: Double,
    reportPath: String? = nil, details: @escaping @Sendable (_ id: String) -> String
  ) {
    self.symbol = symbol
    self.period = period
    self.scenario = scenario
    self.strategy = strategy
    self.strategyParams = strategyParams
    self.seed = seed
    self.paths = paths
    self.request = request
    self.startedAt = startedAt
    self.numbers = numbers
    self.executionTime = executionTime
    self.reportPath = reportPath
    self.details = details
  }
}

/// A stored simulation: its task row, and its result row when it is completed.
public struct StoredSimulation: Sendable, Hashable {
  /// The id, such as `sim_20241201_001`.
  public var id: String
  /// The trading pair.
  public var symbol: String
  /// The simulated period, such as `30d`.
  public var period: String
  /// The scenario's name.
  public var scenario: String
  /// The strategy's name; nil in rows of other programs.
  public var strategy: String?
  /// The strategy's parameters, as JSON.
  public var strategyParams: String
  /// `pending`, `running`, `completed` or `failed`.
  public var status: String
  /// When the task was made, UTC text.
  public var createdAt: String
  /// When the run began, UTC text.
  public var startedAt: String?
  /// When the run ended, UTC text.
  public var completedAt: String?
  /// The seed of the draws.
  public var seed: UInt64?
  /// The number of paths.
  public var paths: Int?
  /// The whole request, as JSON.
  public var request: String?
  /// Why it failed.
  public var error: String?
  /// How often it was started.
  public var attempts: Int
  /// The numbers; nil until it is completed.
  public var numbers: SimulationNumbers?
  /// How long it took, in seconds.
  public var executionTime: Double?
  /// Where its report was written.
  public var reportPath: String?
  /// The whole answer, as JSON.
  public var details: String?

  init(_ row: Row) throws {
    id = try row.required("task_id")
    symbol = try row.required("symbol")
    period = try row.required("period")
    scenario = try row.required("scenario")
    strategy = try row.optional("strategy")
    strategyParams = try row.required("strategy_params")
    status = try row.optional("status") ?? "pending"
    createdAt = try row.optional("created_at") ?? ""
    startedAt = try row.optional("started_at")
    completedAt = try row.optional("completed_at")
    let bits: Int64? = try row.optional("seed")
    seed = bits.map { UInt64(bitPattern: $0) }
    paths = try row.optional("paths")
    request = try row.optional("request")
    error = try row.optional("error")
    attempts = try row.optional("attempts") ?? 0
    let resultID: String? = try row.optional("result_id")
    if resultID != nil {
      numbers = try SimulationNumbers(
        slippage: row.required("slippage"), fillProbability: row.required("fill_probability"),
        priceImpact: row.required("price_impact"),
        totalReturn: row.required("total_return"), maxDrawdown: row.required("max_drawdown"),
        sharpeRatio: row.required("sharpe_ratio"))
    }
    executionTime = try row.optional("execution_time")
    reportPath = try row.optional("report_path")
    details = try row.optional("details")
  }
}

extension Store {
  /// Stores a finished simulation, task and result in one transaction.
  ///
  /// - Parameter now: The time of completion; its UTC day is part of the id.
  /// - Returns: The id, `sim_YYYYMMDD_NNN`, counting up within the day.
  /// - Throws: ``MMSError/Code/internal`` when a number is not finite.
  @discardableResult
  public func insert(_ simulation: NewSimulation, at now: SimTime = Store.now()) throws(MMSError) -> String {
    try simulation.numbers.checkFinite()
    return try write { db in
      let id = try Self.nextSimulationIDs(1, db, at: now)[0]
      let time = StoredTime.text(now)
      try db.execute(
        sql: """
          INSERT INTO simulation_tasks (task_id, symbol, period, scenario, strategy_params, created_at, started_at,
          completed_at, status, strategy, seed, paths, request)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'completed', ?, ?, ?, ?)
          """,
        arguments: [
          id, simulation.symbol, simulation.period, simulation.scenario, simulation.strategyParams, time,
          StoredTime.text(simulation.startedAt), time, simulation.strategy,
          Int64(bitPattern: simulation.seed),
          simulation.paths, simulation.request,
        ])
      try Self.insertResult(
        db, of: id, simulation.numbers, reportPath: simulation.reportPath, time: time,
        executionTime: simulation.executionTime, details: simulation.details(id))
      return id
    }
  }

  static func insertResult(
    _ db: Database, of id: String, _ numbers: SimulationNumbers, reportPath: String?, time: String,
    executionTime: Double, details: String
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO simulation_results (result_id, task_id, slippage, fill_probability, price_impact,
        total_return, max_drawdown, sharpe_ratio, report_path, created_at, execution_time, details)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      "res" + id.dropFirst(3), id, numbers.slippage, numbers.fillProbability, numbers.priceImpact,
      numbers.totalReturn, numbers.maxDrawdown, numbers.sharpeRatio, reportPath, time, executionTime, details,
    ])
  }

  /// A stored simulation by its id.
  ///
  /// - Throws: ``MMSError/Code/notFound`` with the nearest of the recent ids.
  public func simulation(id: String) throws(MMSError) -> StoredSimulation {
    let found = try read { db in
      try Row.fetchOne(db, sql: "\(Self.simulationColumns) WHERE t.task_id = ?", arguments: [id])
        .map(StoredSimulation.init)
    }
    if let found { return found }
    let recent = try recentSimulations(limit: 200).map(\.id)
    let near = Suggestion.nearest(to: id, among: recent).map { "'\($0)'" }.joined(separator: " or ")
    throw MMSError(
      .notFound, "the database '\(path)' holds no simulation '\(id)'", path: "simulation_id",
      hint: near.isEmpty ? nil : "did you mean \(near)?")
  }

  /// Stored simulations, the latest first.
  public func recentSimulations(limit: Int = 20) throws(MMSError) -> [StoredSimulation] {
    try read { db in
      try Row.fetchAll(
        db, sql: "\(Self.simulationColumns) ORDER BY t.created_at DESC, t.rowid DESC LIMIT ?",
        arguments: [max(0, limit)]
      ).map(StoredSimulation.init)
    }
  }

  /// Notes where the report of a stored simulation was written.
  public func setReportPath(_ reportPath: String, ofSimulation id: String) throws(MMSError) {
    try write { db in
      try db.execute(
        sql: "UPDATE simulation_results SET report_path = ? WHERE task_id = ?", arguments: [reportPath, id])
    }
  }

  private static var simulationColumns: String {
    """
    SELECT t.*, r.result_id, r.slippage, r.fill_probability, r.price_impact, r.total_return, r.max_drawdown,
    r.sharpe_ratio, r.report_path, r.execution_time, r.details
    FROM simulation_tasks t LEFT JOIN simulation_results r ON r.task_id = t.task_id
    """
  }

  /// The next ids of the day, one after another: larger than any given before, so ids grow even after a deletion.
  static func nextSimulationIDs(_ count: Int, _ db: Database, at now: SimTime) throws -> [String] {
    if count == 0 { return [] }
    let day = StoredTime.day(now.nanoseconds).filter { $0 != "-" }
    let prefix = "sim_\(day)_"
    let raise = try db.cachedStatement(
      sql: "UPDATE simulation_numbers SET last = last + ? WHERE day = ? RETURNING last")
    var last = try Int.fetchOne(raise, arguments: [count, day])
    if last == nil {
      // The first of the day, or the first since the table came to be.
      let largest = try Int.fetchOne(
        db, sql: "SELECT MAX(CAST(substr(task_id, ?) AS INTEGER)) FROM simulation_tasks WHERE task_id GLOB ?",
        arguments: [prefix.count + 1, prefix + "[0-9]*"])
      last = (largest ?? 0) + count
      try db.execute(sql: "INSERT INTO simulation_numbers VALUES (?, ?)", arguments: [day, last])
    }
    let first = (last ?? count) - count + 1
    return (first..<first + count).map { number in
      let digits = String(number)
      return prefix + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
  }
}
