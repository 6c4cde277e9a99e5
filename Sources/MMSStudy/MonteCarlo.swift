// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine
import Synchronization

/// Runs the paths of a plan, in parallel, with results in path order.
///
/// A path is a pure function of the plan and its number, so the number of threads changes nothing but time.
public struct MonteCarlo: Sendable {
  /// Paths are added in batches of this many until a target error is met.
  public static let batch = 64

  /// How many threads run paths.
  public var threads: Int
  /// Told after each path how many are done and how many are wanted.
  public var progress: (@Sendable (_ done: Int, _ wanted: Int) -> Void)?
  /// Asked between paths; true stops the run.
  public var isCancelled: (@Sendable () -> Bool)?

  /// Makes a runner with a number of threads.
  public init(threads: Int, progress: (@Sendable (Int, Int) -> Void)? = nil) {
    self.threads = max(1, threads)
    self.progress = progress
  }

  /// Runs a fixed number of paths.
  ///
  /// - Throws: The error of the lowest-numbered path that failed; ``MMSError/Code/interrupted`` on cancel.
  public func run(_ plan: RunPlan, paths: Range<Int>) throws(MMSError) -> [PathResult] {
    let done = Atomic(0)
    return try OrderedWork.map(
      paths.count, threads: threads, tool: { () throws(MMSError) in try PathRunner(plan) }
    ) {
      (runner, index) throws(MMSError) in
      if isCancelled?() == true { throw MMSError(.interrupted, "stopped on request") }
      let result = try runner.run(path: paths.lowerBound + index)
      progress?(done.add(1, ordering: .relaxed).newValue, paths.count)
      return result
    }
  }

  /// Runs batches of paths until the standard error of a metric is small enough or paths run out.
  ///
  /// - Parameters:
  ///   - paths: The most paths to run.
  ///   - target: The standard error to reach, and of which metric.
  public func run(
    _ plan: RunPlan, upTo paths: Int, target: (metric: Metric, standardError: Double)
  ) throws(MMSError) -> [PathResult] {
    var results: [PathResult] = []
    while results.count < paths {
      let next = results.count..<min(paths, results.count + Self.batch)
      results += try run(plan, paths: next)
      let estimates = Estimates(results)
      if let error = estimates[target.metric].standardError, error <= target.standardError { break }
    }
    return results
  }
}
