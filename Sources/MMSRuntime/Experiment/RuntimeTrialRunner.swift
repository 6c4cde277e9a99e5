// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSStudy

/// Runs the trials of an experiment with what a runtime finds.
public struct RuntimeTrialRunner: TrialRunner {
  private let runtime: Runtime
  private let requests: TrialRequests
  private let threads: Int

  /// Makes a runner; preparations are shared when the runtime's configuration says so.
  ///
  /// - Parameter threads: How many threads one trial may use for its paths.
  public init(_ runtime: Runtime, _ requests: TrialRequests, threads: Int = 1) {
    self.runtime = runtime
    self.requests = requests
    self.threads = threads
  }

  /// Runs a trial: here, or in a child when it needs code of a plugin.
  ///
  /// - Throws: What no other trial would escape either: a file system or a database that fails, our own fault.
  public func run(_ trial: Trial) throws(MMSError) -> TrialOutcome {
    let request = requests.request(trial.body)
    do throws(MMSError) {
      let isForeign = try !runtime.foreignModels(of: request).isEmpty
      if isForeign, !runtime.configuration.mayRunForeignCode {
        return TrialOutcome(answer: try runtime.outcome(of: request).answer)
      }
      return TrialOutcome(try runtime.prepare(request).results(threads: threads))
    } catch {
      let concernsAll: [MMSError.Code] = [.internal, .unavailable, .exhausted, .interrupted, .timedOut]
      if concernsAll.contains(error.code) { throw error }
      return TrialOutcome(error: error.message)
    }
  }
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
