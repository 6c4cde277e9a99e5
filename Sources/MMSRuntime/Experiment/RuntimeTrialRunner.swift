// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSEngine
import MMSScenario
import MMSStudy
import Synchronization

/// Runs the trials of an experiment with what a runtime finds.
///
/// Trials that differ by parameters of the strategy and by the seed share everything else: scenario, bars and models are
/// prepared once for all of them.
public final class RuntimeTrialRunner: TrialRunner {
  /// What trials share.
  private enum Shared {
    /// Runs here.
    case prepared(Prepared)
    /// Needs code of a plugin, so that it runs in a child.
    case foreign
  }

  /// A simulation whose parts are many; threads count one reference to all of them.
  private final class Prepared: Sendable {
    let simulation: PreparedSimulation
    /// What its bars were cut for.
    let warmUp: SimDuration

    init(_ simulation: PreparedSimulation) {
      self.simulation = simulation
      warmUp = simulation.warmUp
    }
  }

  private let runtime: Runtime
  private let requests: TrialRequests
  private let bootstraps: Bool
  private let threads: Int
  private let shared = Mutex<[String: Shared]>([:])
  /// More markets than this are prepared again when they come back.
  private static let limit = 64

  /// Makes a runner; bars are shared when the runtime's configuration says so.
  ///
  /// - Parameters:
  ///   - runtime: Runs the trials.
  ///   - requests: Makes the request of a trial.
  ///   - bootstraps: Whether trials of one path have bootstrapped errors.
  ///   - threads: How many threads one trial may use for its paths.
  public init(_ runtime: Runtime, _ requests: TrialRequests, bootstraps: Bool, threads: Int = 1) {
    self.runtime = runtime
    self.requests = requests
    self.bootstraps = bootstraps
    self.threads = threads
  }

  /// Runs a trial: here, or in a child when it needs code of a plugin.
  ///
  /// - Throws: What no other trial would escape either: a file system or a database that fails, our own fault.
  public func run(_ trial: Trial) throws(MMSError) -> TrialOutcome {
    let request = requests.request(trial.body)
    do throws(MMSError) {
      let key = Self.key(of: trial.body)
      let held = shared.withLock { $0[key] }
      if case .foreign? = held { return try foreign(request) }
      if case .prepared(let prepared)? = held,
        let plan = try PlanBuilder(runtime: runtime, request: request).plan(
          like: prepared.simulation, warmUp: prepared.warmUp)
      {
        return TrialOutcome(
          try prepared.simulation.results(of: plan, threads: threads), bootstraps: bootstraps)
      }
      if held == nil, !runtime.configuration.mayRunForeignCode,
        try !runtime.foreignModels(of: request).isEmpty
      {
        keep(.foreign, key)
        return try foreign(request)
      }
      let simulation = try runtime.prepare(request)
      if held == nil { keep(.prepared(Prepared(simulation)), key) }
      return TrialOutcome(
        try simulation.results(of: simulation.plan, threads: threads), bootstraps: bootstraps)
    } catch {
      let concernsAll: [MMSError.Code] = [.internal, .unavailable, .exhausted, .interrupted, .timedOut]
      if concernsAll.contains(error.code) { throw error }
      return TrialOutcome(error: error.message)
    }
  }

  private func foreign(_ request: SimulationRequest) throws(MMSError) -> TrialOutcome {
    TrialOutcome(answer: try runtime.outcome(of: request).answer)
  }

  private func keep(_ value: Shared, _ key: String) {
    shared.withLock { shared in
      if shared.count >= Self.limit { shared = [:] }
      shared[key] = value
    }
  }

  /// Everything of a body but the strategy's parameters and the seed; whether there is a seed counts.
  private static func key(of body: JSONObject) -> String {
    var key = ""
    for member in body where member.key != "strategy_params" {
      key += member.key
      key += "="
      if member.key != "seed" { key += member.value.stringValue ?? member.value.write() }
      key += "\u{0}"
    }
    return key
  }
}

extension PlanBuilder {
  /// The plan of a request that differs from another by strategy's parameters and seed only.
  ///
  /// - Returns: nil when the strategy wants another warm-up, so that the bars are others.
  func plan(
    like prepared: PreparedSimulation, warmUp: SimDuration
  ) throws(MMSError) -> RunPlan? {
    let scenario = prepared.scenario
    let strategy = try makeStrategy(leverage: scenario.execution.perpetual?.leverageCap ?? 1)
    guard strategy.model.warmUpDuration(resolution: scenario.data.resolution) == warmUp else { return nil }
    var plan = prepared.plan
    plan.strategy = strategy.model
    if let seed = request.seed { plan.seed = seed }
    return plan
  }
}

extension PreparedSimulation {
  /// The warm-up that its strategy asked for.
  var warmUp: SimDuration { plan.strategy.warmUpDuration(resolution: scenario.data.resolution) }
}

extension TrialOutcome {
  /// What an answer of POST /simulate says; the moments of returns are not part of it.
  init(answer: JSONObject) {
    self.init(
      values: ExperimentDesign.metricNames.map { answer[$0]?.doubleValue }
        + ExperimentDesign.metricNames.map { answer["standard_errors"]?[$0]?.doubleValue }
        + [answer["trades"]?.doubleValue, nil, nil, nil, nil])
  }
}
