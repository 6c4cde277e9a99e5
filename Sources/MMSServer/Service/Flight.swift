// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import Synchronization

/// A task that is accepted and has not ended, and everybody who waits for it.
///
/// Equal requests that come while one is under way share it.
final class Flight: Sendable {
  /// An answer that was computed for those who wait.
  struct Landing: Sendable {
    /// What the cache keeps of it.
    let entry: ResultCache.Entry
    /// The whole document, as it is stored.
    let text: String
  }

  /// What those who wait are told.
  typealias Ending = Result<Landing, MMSError>
  /// What those who ask for the id are told.
  typealias Commit = Result<String, MMSError>
  /// Told how many paths are done of how many.
  typealias Progress = @Sendable (Int, Int) -> Void

  private struct State {
    var id: String?
    var ending: Ending?
    var waiting: [Int: CheckedContinuation<Ending, Never>] = [:]
    var progress: [Int: Progress] = [:]
    var departed: Set<Int> = []
    var tickets = 0
    var isDetached = false
    var isAbandoned = false
    var askedForID: [CheckedContinuation<Commit, Never>] = []
  }

  /// The text of the request, as the cache knows it.
  let key: String
  /// The state of the world it was asked in.
  let stamp: WorldStamp.Value
  /// What was asked; nil of a task that an earlier process accepted.
  let request: SimulationRequest?
  private let state: Mutex<State>

  /// Starts a flight.
  ///
  /// - Parameter isDetached: Whether it goes on when nobody waits.
  init(
    key: String, stamp: WorldStamp.Value, request: SimulationRequest? = nil, id: String? = nil,
    isDetached: Bool = false
  ) {
    self.key = key
    self.request = request
    self.stamp = stamp
    state = Mutex(State(id: id, isDetached: isDetached))
  }

  /// The id of its task, once that is committed.
  var id: String? { state.withLock(\.id) }

  /// Gives it the id of its task, which is committed, and has it run.
  ///
  /// - Parameter submit: Hands the task on; nobody can give it up before that has returned.
  /// - Returns: Whether anybody wants it still; if not, it has no id and is not handed on.
  func begin(as id: String, submit: () -> Void) -> Bool {
    let asked: [CheckedContinuation<Commit, Never>]? = state.withLock { state in
      if state.isAbandoned { return nil }
      state.id = id
      submit()
      defer { state.askedForID = [] }
      return state.askedForID
    }
    for continuation in asked ?? [] { continuation.resume(returning: .success(id)) }
    return asked != nil
  }

  /// Nobody wants it any more.
  ///
  /// - Returns: Its id; nil when its task is not committed yet, which then will not be run.
  func abandon() -> String? {
    state.withLock { state in
      state.isAbandoned = true
      return state.id
    }
  }

  /// Waits until its task is committed.
  ///
  /// - Throws: Why it is not.
  func committedID() async throws(MMSError) -> String {
    let result: Commit = await withCheckedContinuation { continuation in
      let known: Commit? = state.withLock { state in
        if let id = state.id { return .success(id) }
        if case .failure(let error)? = state.ending { return .failure(error) }
        state.askedForID.append(continuation)
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
    return try result.get()
  }

  /// Lets it go on when nobody waits.
  func detach() { state.withLock { $0.isDetached = true } }

  /// Waits for the end.
  ///
  /// - Parameter abandoned: Called when the last one who waited is cancelled and nobody else wants the result.
  func wait(
    progress: Progress? = nil, abandoned: @escaping @Sendable () -> Void
  ) async throws(MMSError) -> Landing {
    let ticket = state.withLock { state in
      state.tickets += 1
      if let progress { state.progress[state.tickets] = progress }
      return state.tickets
    }
    let ending: Ending = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now: Ending? = state.withLock { state in
          if let ending = state.ending { return ending }
          if state.departed.remove(ticket) != nil { return .failure(.clientGone) }
          state.waiting[ticket] = continuation
          return nil
        }
        if let now { continuation.resume(returning: now) }
      }
    } onCancel: {
      let (continuation, isAbandoned) = state.withLock { state in
        state.progress[ticket] = nil
        let continuation = state.waiting.removeValue(forKey: ticket)
        if continuation == nil { state.departed.insert(ticket) }
        return (continuation, state.waiting.isEmpty && !state.isDetached && state.ending == nil)
      }
      continuation?.resume(returning: .failure(.clientGone))
      if isAbandoned { abandoned() }
    }
    return try ending.get()
  }

  /// Says how far it is.
  func report(_ done: Int, of wanted: Int) {
    for progress in state.withLock({ Array($0.progress.values) }) { progress(done, wanted) }
  }

  /// Ends it; the first end counts.
  func end(_ ending: Ending) {
    let (waiting, asked) = state.withLock { state in
      guard state.ending == nil else {
        return ([CheckedContinuation<Ending, Never>](), [CheckedContinuation<Commit, Never>]())
      }
      state.ending = ending
      defer { (state.waiting, state.askedForID) = ([:], []) }
      return (Array(state.waiting.values), state.askedForID)
    }
    for continuation in waiting { continuation.resume(returning: ending) }
    // Who still asks for the id learns why there is none: an end without a task is a failure.
    guard case .failure(let error) = ending else { return }
    for continuation in asked { continuation.resume(returning: .failure(error)) }
  }
}

extension MMSError {
  /// What a request ends with whose client went away.
  static var clientGone: MMSError { MMSError(.interrupted, "the client that asked went away") }
}

#endif
