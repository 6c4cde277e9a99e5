// SPDX-License-Identifier: Apache-2.0

import Dispatch
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
    struct Board {
      var results: [PathResult?]
      var failures: [Int: MMSError] = [:]
      var next: Int
      var done = 0
    }
    let board = Mutex(Board(results: Array(repeating: nil, count: paths.count), next: paths.lowerBound))
    let work: @Sendable () -> Void = {
      var runner: PathRunner?
      while true {
        let path: Int? = board.withLock { board in
          guard board.next < paths.upperBound, board.failures.isEmpty else { return nil }
          defer { board.next += 1 }
          return board.next
        }
        guard let path else { return }
        do throws(MMSError) {
          if isCancelled?() == true { throw MMSError(.interrupted, "stopped on request") }
          if runner == nil { runner = try PathRunner(plan) }
          guard let result = try runner?.run(path: path) else { return }
          let done = board.withLock { board in
            board.results[path - paths.lowerBound] = result
            board.done += 1
            return board.done
          }
          progress?(done, paths.count)
        } catch {
          board.withLock { $0.failures[path] = error }
        }
      }
    }
    if threads == 1 || paths.count == 1 {
      work()
    } else {
      DispatchQueue.concurrentPerform(iterations: min(threads, paths.count)) { _ in work() }
    }
    let (results, failures) = board.withLock { ($0.results, $0.failures) }
    if let first = failures.keys.min(), let failure = failures[first] { throw failure }
    return results.compactMap { $0 }
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
