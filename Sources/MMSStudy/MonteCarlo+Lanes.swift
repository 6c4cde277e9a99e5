// SPDX-License-Identifier: Apache-2.0

import Dispatch
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
    // A few groups at a time: a thread takes the next when it is done with the last.
    let stride = LaneRunner.width * 16
    let groups = (paths.count + stride - 1) / stride
    let board = Mutex((next: 0, found: [Result<[LaneOutcome], MMSError>?](repeating: nil, count: groups)))
    let work: @Sendable () -> Void = {
      while true {
        let group = board.withLock { board in
          defer { board.next += 1 }
          return board.next
        }
        guard group < groups else { return }
        let first = paths.lowerBound + group * stride
        let part = first..<min(paths.upperBound, first + stride)
        let result = Result { () throws(MMSError) in
          if isCancelled?() == true { throw MMSError(.interrupted, "stopped on request") }
          return try runner.run(paths: part)
        }
        board.withLock { $0.found[group] = result }
        progress?(min(paths.count, (group + 1) * stride), paths.count)
      }
    }
    if threads == 1 || groups == 1 {
      work()
    } else {
      DispatchQueue.concurrentPerform(iterations: min(threads, groups)) { _ in work() }
    }
    var outcomes: [LaneOutcome] = []
    outcomes.reserveCapacity(paths.count)
    for part in board.withLock({ $0.found }) { if let part { outcomes += try part.get() } }
    return outcomes
  }
}
