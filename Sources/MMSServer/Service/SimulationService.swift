// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  public import MMSCore
  public import MMSRuntime
  public import MMSStore

  /// The service behind its doors. (First form: in this process.)
  public final class SimulationService: SimulationHost {
    public let runtime: Runtime
    let configuration: ServiceConfiguration
    let queue = DispatchQueue(label: "simulations", attributes: .concurrent)

    /// Sets a service up.
    public init(_ runtime: Runtime, _ configuration: ServiceConfiguration) throws(MMSError) {
      self.runtime = runtime
      self.configuration = configuration
    }

    func store() throws(MMSError) -> Store {
      guard let store = try runtime.store() else { throw MMSError(.unavailable, "no database") }
      return store
    }

    func run<Value: Sendable>(
      _ body: @escaping @Sendable () throws(MMSError) -> Value
    ) async throws(MMSError) -> Value {
      let result: Result<Value, MMSError> = await withCheckedContinuation { continuation in
        queue.async {
          do throws(MMSError) { continuation.resume(returning: .success(try body())) } catch {
            continuation.resume(returning: .failure(error))
          }
        }
      }
      return try result.get()
    }

    public func simulate(
      _ request: SimulationRequest, progress: (@Sendable (Int, Int) -> Void)?
    ) async throws(MMSError) -> SimulationAnswer {
      let outcome = try await run { () throws(MMSError) in
        var outcome = try self.runtime.outcome(of: request, progress: progress)
        try self.runtime.record(&outcome, of: request)
        let base = self.configuration.publicURL ?? "http://\(self.configuration.http)"
        outcome.identify(reportURL: "\(base)/reports/\(outcome.id)")
        return outcome
      }
      let number = { (name: String) in outcome.answer[name]?.doubleValue ?? 0 }
      return SimulationAnswer(
        id: outcome.id,
        numbers: SimulationNumbers(
          slippage: number("slippage"), fillProbability: number("fill_probability"),
          priceImpact: number("price_impact"), totalReturn: number("total_return"),
          maxDrawdown: number("max_drawdown"), sharpeRatio: number("sharpe_ratio")),
        isCached: false, executionTime: outcome.executionTime,
        reportURL: outcome.answer["report_url"]?.stringValue ?? "",
        json: JSONValue.object(outcome.answer).write(pretty: false))
    }

    public func submit(_ request: SimulationRequest) async throws(MMSError) -> String {
      try await simulate(request, progress: nil).id
    }
    public func cancel(_ id: String) async throws(MMSError) -> Bool {
      _ = try store().simulation(id: id)
      return false
    }
    public func simulation(_ id: String) async throws(MMSError) -> StoredSimulation {
      try await run { () throws(MMSError) in try self.store().simulation(id: id) }
    }
    public func recentSimulations(limit: Int) async throws(MMSError) -> [StoredSimulation] {
      try await run { () throws(MMSError) in try self.store().recentSimulations(limit: limit) }
    }
    public func documents(
      _ id: String, parts: SimulationOutcome.Parts
    ) async throws(MMSError) -> SimulationOutcome {
      try await run { () throws(MMSError) in
        try self.runtime.replay(id, recordsSeries: parts.report).outcome
      }
    }
    public func calibrate(_ request: CalibrationRequest) async throws(MMSError) -> CalibrationReport {
      try await run { () throws(MMSError) in try self.runtime.calibrate(request) }
    }
    public func health() -> ServiceHealth { ServiceHealth(isServing: true, reason: "serving") }
    public func status() async -> ServiceStatus {
      ServiceStatus(
        state: .running, workers: 0, queueLength: 0, averageResponseTime: 0, memoryUsage: 0, cpuUsage: 0)
    }
    public func trials(ofStudy id: String) async throws(MMSError) -> Int { 0 }
  }

#endif
