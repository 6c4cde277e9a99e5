// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine
import Synchronization

extension MonteCarlo {
  /// Runs paths side by side where the plan allows it, else one by one; the numbers are the same.
  ///
  /// - Throws: The error of the lowest-numbered path that failed; ``MMSError/Code/interrupted`` on cancel.
  public func outcomes(_ plan: RunPlan, paths: Range<Int>) throws(MMSError) -> [LaneOutcome] {
    guard let runner = LaneRunner(plan) else {
      return try run(plan, paths: paths).map { LaneOutcome($0) }
    }
    // Many groups at a time: beginning a piece must cost nothing beside it.
    let stride = LaneRunner.width * 16
    let done = Atomic(0)
    let parts = try OrderedWork.map(
      (paths.count + stride - 1) / stride, threads: threads, tool: { () throws(MMSError) in runner }
    ) { (runner, index) throws(MMSError) in
      if isCancelled?() == true { throw MMSError(.interrupted, "stopped on request") }
      let first = paths.lowerBound + index * stride
      let part = try runner.run(paths: first..<min(paths.upperBound, first + stride))
      progress?(done.add(part.count, ordering: .relaxed).newValue, paths.count)
      return part
    }
    return Array(parts.joined())
  }
}
