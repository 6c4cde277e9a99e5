// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Independent pieces of work on several threads, with results in the order of the pieces.
package enum OrderedWork {
  private struct Board<Output: Sendable, Failure: Error> {
    var next = 0
    var outputs: [Output?]
    var failures: [Int: Failure] = [:]
  }

  /// Does every piece; what comes back does not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - count: How many pieces.
  ///   - threads: How many threads at most.
  ///   - tool: Makes what a thread keeps from piece to piece, such as buffers.
  ///   - work: Does one piece with the thread's tool.
  /// - Throws: The error of the lowest-numbered piece that failed; after a failure no piece is begun.
  package static func map<Tool: ~Copyable, Output: Sendable, Failure: Error>(
    _ count: Int, threads: Int, tool: @Sendable () throws(Failure) -> Tool,
    _ work: @Sendable (inout Tool, Int) throws(Failure) -> Output
  ) throws(Failure) -> [Output] {
    let board = Mutex(Board<Output, Failure>(outputs: Array(repeating: nil, count: count)))
    let loop: @Sendable () -> Void = {
      var own: Tool?
      while let piece = board.withLock({ board -> Int? in
        guard board.next < count, board.failures.isEmpty else { return nil }
        defer { board.next += 1 }
        return board.next
      }) {
        do throws(Failure) {
          if own == nil { own = try tool() }
          // One owner: what the tool holds is changed in place, not copied.
          guard var hand = own.take() else { return }
          let output = try work(&hand, piece)
          own = consume hand
          board.withLock { $0.outputs[piece] = output }
        } catch {
          board.withLock { $0.failures[piece] = error }
        }
      }
    }
    withoutActuallyEscaping(loop) { loop in
      if threads <= 1 || count <= 1 {
        loop()
      } else {
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in loop() }
      }
    }
    let (outputs, failures) = board.withLock { ($0.outputs, $0.failures) }
    if let first = failures.keys.min(), let failure = failures[first] { throw failure }
    return outputs.compactMap { $0 }
  }

  /// Does every piece, none of which can fail.
  package static func map<Output: Sendable>(
    _ count: Int, threads: Int, _ work: @Sendable (Int) -> Output
  ) -> [Output] {
    map(
      count, threads: threads, tool: { () throws(Never) in },
      { (_, piece) throws(Never) in work(piece) })
  }

  /// Cuts a sample into at most so many groups of nearly equal size.
  package static func groups(of sample: Int, atMost most: Int = 256) -> [Range<Int>] {
    let count = min(sample, most)
    return (0..<count).map { sample * $0 / count..<sample * ($0 + 1) / count }
  }
}
