// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Independent pieces of work on several threads, with results in the order of the pieces.
enum OrderedWork {
  /// Does every piece; what comes back does not depend on the number of threads.
  static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ work: @Sendable (Int) -> Result
  ) -> [Result] {
    let board = Mutex((next: 0, results: [Result?](repeating: nil, count: count)))
    let loop: @Sendable () -> Void = {
      while let piece = board.withLock({ board -> Int? in
        guard board.next < count else { return nil }
        defer { board.next += 1 }
        return board.next
      }) {
        let result = work(piece)
        board.withLock { $0.results[piece] = result }
      }
    }
    withoutActuallyEscaping(loop) { loop in
      if threads <= 1 || count <= 1 {
        loop()
      } else {
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in loop() }
      }
    }
    return board.withLock { $0.results.compactMap { $0 } }
  }

  /// Cuts a sample into at most so many groups of nearly equal size.
  static func groups(of sample: Int, atMost most: Int = 256) -> [Range<Int>] {
    let count = min(sample, most)
    return (0..<count).map { sample * $0 / count..<sample * ($0 + 1) / count }
  }
}
