// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Independent samples of a process, over threads, in the order of paths.
enum SampledPaths {
  /// Paths a thread takes at a time.
  private static let batch = 256

  /// Calls a function for each path number; it must depend on nothing but that number.
  static func values(_ paths: Int, threads: Int, of value: @Sendable @escaping (Int) -> Double) -> [Double] {
    let batches = (paths + batch - 1) / batch
    let results = Mutex([[Double]](repeating: [], count: batches))
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, batches))) { worker in
      for index in stride(from: worker, to: batches, by: max(1, min(threads, batches))) {
        let part = (index * batch..<min(paths, (index + 1) * batch)).map(value)
        results.withLock { $0[index] = part }
      }
    }
    return results.withLock { $0.flatMap { $0 } }
  }
}
