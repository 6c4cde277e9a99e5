// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import MMSCore

/// Moves what the write-ahead log of a database holds into its file, on a thread and a connection of its own.
///
/// SQLite would do it inside a commit, for whose end everybody who waits for an answer would wait. A log that has
/// grown beyond ``limit`` pages, since somebody wrote all the time, is moved as a whole while writers wait.
public final class Checkpointer: Sendable {
  /// The most pages of a log that may grow while others write; 32 MiB.
  static let limit = 8192
  /// The least time between two checkpoints, in seconds.
  static let interval = 0.25

  private final class State: @unchecked Sendable {
    // Guarded by the condition.
    let condition = NSCondition()
    var isDue = false
    var isClosing = false
    var hasEnded = false
  }

  private let state = State()

  /// Takes over the checkpoints of a store; one in memory has none.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when the file cannot be opened once more.
  public init(_ store: Store) throws(MMSError) {
    guard let database = try store.secondConnection() else {
      state.hasEnded = true
      return
    }
    let thread = Thread { [state] in Self.work(database, state) }
    thread.name = "mms-checkpoint"
    thread.start()
  }

  /// Says that something was committed.
  public func note() {
    state.condition.lock()
    if !state.isDue {
      state.isDue = true
      state.condition.signal()
    }
    state.condition.unlock()
  }

  /// Ends, after what it is doing.
  public func close() {
    state.condition.lock()
    state.isClosing = true
    state.condition.broadcast()
    while !state.hasEnded { state.condition.wait() }
    state.condition.unlock()
  }

  private static func work(_ database: DatabaseQueue, _ state: State) {
    state.condition.lock()
    while !state.isClosing {
      if !state.isDue {
        state.condition.wait()
        continue
      }
      let next = Date().addingTimeInterval(interval)
      while !state.isClosing, state.condition.wait(until: next) {}
      if state.isClosing { break }
      state.isDue = false
      state.condition.unlock()
      checkpoint(database)
      state.condition.lock()
    }
    state.hasEnded = true
    state.condition.broadcast()
    state.condition.unlock()
  }

  /// A full disk or a busy file is met again by whoever writes, and said there; here it is tried again.
  private static func checkpoint(_ database: DatabaseQueue) {
    try? database.writeWithoutTransaction { db in
      let pages = try db.checkpoint(.passive).walFrameCount
      if pages > limit { try db.checkpoint(.restart) }
    }
  }
}
