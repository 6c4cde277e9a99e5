// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSStore
import Synchronization

/// The one writer of task rows: changes that come at the same time are committed together.
///
/// A change is acknowledged after the commit that holds it. An idle writer commits at once; a busy one collects
/// until it has ``batch`` changes, for ``interval`` while workers have enough to do and for ``haste`` when they are
/// about to run out. What must not be lost, the end of a task, is tried again until the database takes it.
final class Journal: Sendable {
  /// The most changes of one transaction.
  static let batch = 256
  /// The least time between two transactions, in seconds.
  static let interval = 0.001
  /// The least time between two transactions for which workers wait, in seconds.
  static let haste = 0.0002
  /// How long to wait before an end that could not be stored is tried again.
  static let patience = 0.25

  /// Told what a change did: the id of its task, nil when it changed nothing, or why it is not stored.
  typealias Acknowledgement = @Sendable (Result<String?, MMSError>) -> Void

  private struct Entry {
    let change: TaskChange
    let acknowledge: Acknowledgement?
  }

  private final class State: @unchecked Sendable {
    // Guarded by the condition.
    let condition = NSCondition()
    var queue: [Entry] = []
    var isHurried = true
    var isClosing = false
    var hasEnded = false
    var faults = 0
  }

  private let store: Store
  private let checkpointer: Checkpointer
  private let state = State()
  private let onFault: @Sendable (MMSError) -> Void

  /// Starts the writer's thread.
  ///
  /// - Parameter onFault: Told when the database refuses to write.
  /// - Throws: ``MMSError/Code/unavailable`` when the database cannot be opened once more.
  init(_ store: Store, onFault: @escaping @Sendable (MMSError) -> Void) throws(MMSError) {
    self.store = store
    checkpointer = try Checkpointer(store)
    self.onFault = onFault
    let thread = Thread { [self] in work() }
    thread.name = "mms-journal"
    thread.start()
  }

  /// Hands over a change.
  func post(_ change: TaskChange, _ acknowledge: Acknowledgement? = nil) {
    state.condition.lock()
    state.queue.append(Entry(change: joined(change), acknowledge: acknowledge))
    if state.queue.count == 1 || state.queue.count == Self.batch { state.condition.signal() }
    state.condition.unlock()
  }

  /// Says whether somebody is idle, or about to be, until changes are committed.
  func hurry(_ isHurried: Bool) {
    state.condition.lock()
    state.isHurried = isHurried
    if isHurried, !state.queue.isEmpty { state.condition.signal() }
    state.condition.unlock()
  }

  /// A completion takes in the start of its task that still waits beside it: one change of the row in place of two.
  private func joined(_ change: TaskChange) -> TaskChange {
    guard case .complete(let id, var result) = change else { return change }
    for place in state.queue.indices.reversed() {
      guard case .start(id, let attempt, _) = state.queue[place].change else { continue }
      guard state.queue[place].acknowledge == nil else { break }
      result.attempt = attempt
      state.queue.remove(at: place)
      return .complete(id: id, result)
    }
    return change
  }

  /// Hands over a change and waits for its commit.
  func commit(_ change: TaskChange) async throws(MMSError) -> String? {
    let result: Result<String?, MMSError> = await withCheckedContinuation { continuation in
      post(change) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Whether the last write was refused.
  var isFailing: Bool {
    state.condition.lock()
    defer { state.condition.unlock() }
    return state.faults > 0
  }

  /// Commits what was handed over and ends; blocks until that is done, at most some seconds when the database
  /// refuses to write.
  func close() {
    state.condition.lock()
    state.isClosing = true
    state.condition.broadcast()
    let limit = Date().addingTimeInterval(5)
    while !state.hasEnded, state.condition.wait(until: limit) {}
    state.condition.unlock()
  }

  private func work() {
    var last = ContinuousClock.now - .seconds(1)
    while let entries = next(after: last) {
      last = ContinuousClock.now
      let unstored = write(entries)
      guard !unstored.isEmpty else { continue }
      state.condition.lock()
      state.queue.insert(contentsOf: unstored, at: 0)
      // Once more at the end; then a restart runs these tasks again.
      let isLast = state.isClosing
      if !isLast { _ = state.condition.wait(until: Date().addingTimeInterval(Self.patience)) }
      state.condition.unlock()
      if isLast { break }
    }
    checkpointer.close()
    state.condition.lock()
    state.hasEnded = true
    state.condition.broadcast()
    state.condition.unlock()
  }

  /// Waits for changes; nil when all are written and no more will come.
  private func next(after last: ContinuousClock.Instant) -> [Entry]? {
    state.condition.lock()
    defer { state.condition.unlock() }
    while state.queue.isEmpty {
      if state.isClosing { return nil }
      state.condition.wait()
    }
    while state.queue.count < Self.batch, !state.isClosing {
      let gap = state.isHurried ? Self.haste : Self.interval
      let left = gap - (ContinuousClock.now - last) / .seconds(1)
      guard left > 0 else { break }
      _ = state.condition.wait(until: Date().addingTimeInterval(left))
    }
    let entries = Array(state.queue.prefix(Self.batch))
    state.queue.removeFirst(entries.count)
    return entries
  }

  /// Commits all together, or one by one when that fails, so that a bad row harms itself alone.
  ///
  /// - Returns: Ends of tasks that could not be stored.
  private func write(_ entries: [Entry]) -> [Entry] {
    do throws(MMSError) {
      let ids = try store.apply(entries.map(\.change))
      checkpointer.note()
      note(fault: nil)
      for (entry, id) in zip(entries, ids) { entry.acknowledge?(.success(id)) }
      return []
    } catch {
      if entries.count > 1 { return entries.flatMap { write([$0]) } }
      note(fault: error)
      switch entries[0].change {
      case .complete, .fail:
        // A row that this database can never hold is a failure of its task.
        if error.code == .internal, case .complete(let id, _) = entries[0].change {
          entries[0].acknowledge?(.failure(error))
          return [Entry(change: .fail(id: id, reason: error.message), acknowledge: nil)]
        }
        return entries
      case .accept, .start, .park, .countTrial:
        entries[0].acknowledge?(.failure(error))
        return []
      }
    }
  }

  private func note(fault: MMSError?) {
    state.condition.lock()
    let isNew = fault != nil && state.faults == 0
    state.faults = fault == nil ? 0 : state.faults + 1
    state.condition.unlock()
    if isNew, let fault { onFault(fault) }
  }
}

#endif
