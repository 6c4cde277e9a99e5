// SPDX-License-Identifier: Apache-2.0

import Dispatch
public import MMSCore
import Synchronization

/// Runs the trials of an experiment, or of a shard of it, on several threads.
public struct TrialSchedule: Sendable {
  /// A part of an experiment: every N-th trial.
  public struct Shard: Sendable, Hashable {
    /// Which part, from 1.
    public var index: Int
    /// How many parts there are.
    public var count: Int
    /// The whole.
    public static let whole = Shard(index: 1, count: 1)

    /// Names a part.
    public init(index: Int, count: Int) {
      self.index = index
      self.count = count
    }

    /// Reads `K/N`.
    public init?(_ text: String) {
      let sides = text.split(separator: "/", omittingEmptySubsequences: false)
      guard sides.count == 2, let index = Int(sides[0]), let count = Int(sides[1]),
        (1...1_000_000).contains(count), (1...count).contains(index)
      else { return nil }
      self.init(index: index, count: count)
    }

    /// `K/N`.
    public var description: String { "\(index)/\(count)" }

    /// How many of so many trials it holds.
    public func size(of trials: Int) -> Int { trials < index ? 0 : (trials - index) / count + 1 }

    /// The number of its n-th trial.
    public func number(_ place: Int) -> Int { place * count + index - 1 }
  }

  /// The trials.
  public let trials: TrialList
  /// The part to run.
  public let shard: Shard
  /// How many threads.
  public let threads: Int
  /// Told how many trials of the part are done.
  public var progress: (@Sendable (_ done: Int) -> Void)?
  /// Asked between trials; true ends the run.
  public var isCancelled: (@Sendable () -> Bool)?

  /// Plans a run.
  public init(_ trials: TrialList, shard: Shard = .whole, threads: Int) {
    self.trials = trials
    self.shard = shard
    self.threads = max(1, threads)
  }

  private struct Board {
    var place = 0
    var done: Int
    var failure: (place: Int, error: MMSError)?
  }

  /// Runs what is not done yet and hands each outcome to the sink.
  ///
  /// - Parameter isDone: Whether the n-th trial of the part is done.
  /// - Throws: The first error of runner or sink; ``MMSError/Code/interrupted`` on cancel.
  public func run(
    _ runner: some TrialRunner, into sink: some TrialSink, isDone: @Sendable (_ place: Int) -> Bool,
    done: Int = 0
  ) throws(MMSError) {
    let size = shard.size(of: trials.count)
    let board = Mutex(Board(done: done))
    let loop: @Sendable () -> Void = {
      while let place = board.withLock({ board -> Int? in
        guard board.failure == nil else { return nil }
        while board.place < size, isDone(board.place) { board.place += 1 }
        guard board.place < size else { return nil }
        defer { board.place += 1 }
        return board.place
      }) {
        do throws(MMSError) {
          if isCancelled?() == true { throw MMSError(.interrupted, "stopped on request") }
          let trial = trials[shard.number(place)]
          try sink.keep(runner.run(trial), of: trial)
          let done = board.withLock { board -> Int in
            board.done += 1
            return board.done
          }
          progress?(done)
        } catch {
          board.withLock { board in
            if board.failure.map({ $0.place > place }) ?? true { board.failure = (place, error) }
          }
        }
      }
    }
    withoutActuallyEscaping(loop) { loop in
      if threads <= 1 {
        loop()
      } else {
        DispatchQueue.concurrentPerform(iterations: min(threads, max(1, size))) { _ in loop() }
      }
    }
    if let failure = board.withLock({ $0.failure }) { throw failure.error }
  }
}
