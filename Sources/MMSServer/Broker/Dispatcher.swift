// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// Who gets which task, and what happens when somebody falls silent: the broker without its sockets.
///
/// Every task ends exactly once. A worker runs one task at a time; the longest idle one gets the next. A worker whose
/// tasks take no time worth mentioning is handed the next ones ahead, so that it need not wait for them; they are taken
/// back when it turns out to be busy and another idle. A task whose worker is lost goes to another, at most twice;
/// answers to attempts that are not the current one are dropped.
struct Dispatcher {
  /// How long a worker or the broker may be silent, in seconds, between two heartbeats.
  static let heartbeat = 1.0
  /// Heartbeats that may be missed.
  static let patience = 3.0
  /// How often a task is tried.
  static let attempts = 3
  /// How long a worker may take to give up a task, in seconds.
  static let giveUpTime = 5.0
  /// How many tasks a quick worker holds at most, the one that runs included.
  static let window = 3
  /// A worker is quick when its last task took less than this, in seconds.
  static let quickTime = 0.02

  /// What is to be done; in order.
  enum Action {
    case send(BrokerMessage, to: [UInt8])
    case started(id: String, attempt: Int)
    case progressed(id: String, done: Int, wanted: Int)
    case ended(id: String, TaskOutcome)
    /// A worker does not give up what it runs.
    case kill(name: String)
  }

  private struct Worker {
    var name: String
    var process: Int
    var lastHeard: Double
    var idleSince: Double
    /// What it was given and has not answered, the one that runs first.
    var held: [BrokerMessage.Attempt] = []
    /// When the first of them became the first.
    var headSince = 0.0
    var isQuick = false
    var done = 0
    /// When it was told to give up; it is killed some time later.
    var toldToStop: Double?
    var isLeaving = false
  }

  private struct Entry {
    var task: RunnableTask
    var attempt: Int
    var worker: [UInt8]?
    var deadline: Double
    var reasons: [String] = []
  }

  private var workers: [[UInt8]: Worker] = [:]
  private var entries: [String: Entry] = [:]
  private var queue: [String] = []
  private var queueHead = 0
  private(set) var deaths = 0
  private(set) var retries = 0
  private(set) var actions: [Action] = []
  private let deadline: Double

  /// - Parameter deadline: How long a task may run, in seconds.
  init(deadline: Double) { self.deadline = deadline }

  /// Takes what is to be done.
  mutating func takeActions() -> [Action] {
    defer { actions = [] }
    return actions
  }

  /// Tasks that wait.
  var waiting: Int { queue.count - queueHead }
  /// Tasks that run.
  var running: Int { entries.count - waiting }

  /// Whether a worker runs its last task or none.
  var isHungry: Bool { waiting == 0 && workers.values.contains { $0.held.count < 2 } }

  /// The workers, for people.
  func figures(at now: Double) -> [RunnerFigures.Worker] {
    workers.values.filter { !$0.isLeaving }.map {
      RunnerFigures.Worker(
        name: $0.name, process: $0.process, task: $0.held.first?.task, done: $0.done,
        silence: now - $0.lastHeard)
    }.sorted { $0.name < $1.name }
  }

  /// A new task.
  mutating func submit(_ task: RunnableTask, at now: Double) {
    entries[task.id] = Entry(task: task, attempt: task.attempts, worker: nil, deadline: .infinity)
    queue.append(task.id)
    dispatch(at: now)
  }

  /// Nobody wants a task any more.
  mutating func cancel(_ id: String, at now: Double) {
    guard let entry = entries[id] else { return }
    finish(id, .failed(.cancelled(id)))
    recall(id, entry, at: now)
  }

  /// Every task is given back; for the end of the service.
  mutating func park() {
    for id in entries.keys.sorted() { finish(id, .parked) }
    for identity in workers.keys { actions.append(.send(.end, to: identity)) }
  }

  /// A message of a worker.
  mutating func receive(_ message: BrokerMessage, from identity: [UInt8], at now: Double) {
    if case .ready(let name, let process, _) = message {
      // Under this name there may have been another process.
      if let held = workers[identity], held.process != process {
        lose(identity, "it was replaced by another process", at: now)
      }
      if workers[identity] == nil {
        workers[identity] = Worker(name: name, process: process, lastHeard: now, idleSince: now)
      }
      workers[identity]?.lastHeard = now
      return dispatch(at: now)
    }
    guard workers[identity] != nil else {
      // It was thought dead, and what it ran went elsewhere.
      actions.append(.send(.introduce, to: identity))
      return
    }
    workers[identity]?.lastHeard = now
    switch message {
    case .heartbeat:
      actions.append(.send(.alive, to: identity))
    case .progress(let attempt, let done, let wanted):
      if isCurrent(attempt, identity) {
        actions.append(.progressed(id: attempt.task, done: done, wanted: wanted))
      }
    case .result(let attempt, let startedAt, let document):
      if isCurrent(attempt, identity) { finish(attempt.task, .done(document, startedAt: startedAt)) }
      release(identity, attempt, at: now)
    case .failure(let attempt, let error):
      if isCurrent(attempt, identity) { finish(attempt.task, .failed(error)) }
      release(identity, attempt, at: now)
    case .outdated:
      workers[identity]?.isLeaving = true
      let held = workers[identity]?.held ?? []
      workers[identity]?.held = []
      for other in held.reversed() where isCurrent(other, identity) { requeue(other.task, counts: false) }
    case .farewell:
      lose(identity, "it was told to end", at: now, isDeath: false)
    default: break
    }
    dispatch(at: now)
  }

  /// A local worker's process has ended.
  mutating func died(_ name: String, _ how: String, at now: Double) {
    guard let identity = workers.first(where: { $0.value.name == name })?.key else { return }
    lose(identity, how, at: now)
    dispatch(at: now)
  }

  /// Time has passed.
  mutating func tick(at now: Double) {
    for (identity, worker) in workers {
      if now - worker.lastHeard > Self.heartbeat * Self.patience {
        // A stopped process would wake up one day: what it runs is another's by then.
        actions.append(.kill(name: worker.name))
        lose(identity, "it was silent for \(Int(Self.heartbeat * Self.patience * 1000)) ms", at: now)
      } else if let told = worker.toldToStop, now - told > Self.giveUpTime {
        workers[identity]?.toldToStop = nil
        actions.append(.kill(name: worker.name))
      }
    }
    for (id, entry) in entries where entry.deadline < now {
      finish(
        id,
        .failed(
          MMSError(
            .timedOut,
            "simulation \(id) was given up after \(Int(deadline)) s, the limit of this service;"
              + " ask for fewer paths or a shorter period")))
      recall(id, entry, at: now)
    }
    dispatch(at: now)
  }

  private func isCurrent(_ attempt: BrokerMessage.Attempt, _ identity: [UInt8]) -> Bool {
    guard let entry = entries[attempt.task] else { return false }
    return entry.worker == identity && entry.attempt == attempt.number
  }

  /// Tells a worker to give up a task.
  private mutating func recall(_ id: String, _ entry: Entry, at now: Double) {
    guard let identity = entry.worker else { return }
    let attempt = BrokerMessage.Attempt(task: id, number: entry.attempt)
    guard workers[identity]?.held.contains(attempt) == true else { return }
    if workers[identity]?.held.first == attempt { workers[identity]?.toldToStop = now }
    actions.append(.send(.cancel(attempt), to: identity))
  }

  /// A worker has answered.
  private mutating func release(_ identity: [UInt8], _ attempt: BrokerMessage.Attempt, at now: Double) {
    guard var worker = workers[identity], let place = worker.held.firstIndex(of: attempt) else { return }
    worker.held.remove(at: place)
    worker.done += 1
    if place == 0 {
      worker.toldToStop = nil
      worker.isQuick = now - worker.headSince < Self.quickTime
    }
    if worker.held.isEmpty { worker.idleSince = now }
    workers[identity] = worker
    if place == 0 { begin(identity, at: now) }
  }

  /// The first task of a worker starts.
  private mutating func begin(_ identity: [UInt8], at now: Double) {
    guard let attempt = workers[identity]?.held.first else { return }
    workers[identity]?.headSince = now
    guard isCurrent(attempt, identity) else { return }
    entries[attempt.task]?.deadline = now + deadline
    actions.append(.started(id: attempt.task, attempt: attempt.number))
  }

  private mutating func finish(_ id: String, _ outcome: TaskOutcome) {
    guard let entry = entries.removeValue(forKey: id) else { return }
    if entry.worker == nil, let place = queue[queueHead...].firstIndex(of: id) { queue.remove(at: place) }
    actions.append(.ended(id: id, outcome))
  }

  private mutating func lose(_ identity: [UInt8], _ how: String, at now: Double, isDeath: Bool = true) {
    guard let worker = workers.removeValue(forKey: identity) else { return }
    if isDeath { deaths += 1 }
    // What waited behind the first did no harm.
    for waiting in worker.held.dropFirst().reversed() where isCurrent(waiting, identity) {
      requeue(waiting.task, counts: false)
    }
    guard let attempt = worker.held.first, isCurrent(attempt, identity) else { return }
    let reason = "worker \(worker.name) was lost in try \(attempt.number): \(how)"
    entries[attempt.task]?.reasons.append(reason)
    if attempt.number >= Self.attempts, isDeath {
      let reasons = entries[attempt.task]?.reasons ?? []
      finish(
        attempt.task,
        .failed(
          MMSError(
            .modelFailed,
            "simulation \(attempt.task) was tried \(attempt.number) times and ended its worker each time: "
              + reasons.joined(separator: "; "),
            hint: "a model of a plugin may crash or run out of memory: 'mms plugin check' finds out")))
    } else {
      requeue(attempt.task, counts: isDeath)
    }
  }

  private mutating func requeue(_ id: String, counts: Bool) {
    guard entries[id] != nil else { return }
    if counts { retries += 1 } else { entries[id]?.attempt -= 1 }
    entries[id]?.worker = nil
    entries[id]?.deadline = .infinity
    // It has waited longest.
    queue.insert(id, at: queueHead)
  }

  private mutating func dispatch(at now: Double) {
    while waiting > 0, let identity = nextWorker(at: now) {
      let id = queue[queueHead]
      queueHead += 1
      guard var entry = entries[id] else { continue }
      entry.attempt += 1
      entry.worker = identity
      entries[id] = entry
      let attempt = BrokerMessage.Attempt(task: id, number: entry.attempt)
      workers[identity]?.held.append(attempt)
      if workers[identity]?.held.count == 1 { begin(identity, at: now) }
      actions.append(
        .send(.run(attempt, stamp: entry.task.stamp, request: entry.task.request), to: identity))
    }
    if queueHead > 1024 || queueHead == queue.count {
      queue.removeFirst(queueHead)
      queueHead = 0
    }
    balance(at: now)
  }

  /// Who gets the next task: the one that holds least, the longest idle of those.
  private func nextWorker(at now: Double) -> [UInt8]? {
    workers.filter { _, worker in
      guard !worker.isLeaving, let head = worker.held.first else { return !worker.isLeaving }
      let isBusy = !worker.isQuick || now - worker.headSince > Self.quickTime || entries[head.task] == nil
      return !isBusy && worker.held.count < Self.window
    }.min { a, b in
      (a.value.held.count, a.value.idleSince, a.value.name)
        < (b.value.held.count, b.value.idleSince, b.value.name)
    }?.key
  }

  /// Gives an idle worker what waits behind a task that takes long.
  private mutating func balance(at now: Double) {
    guard waiting == 0, workers.values.contains(where: { $0.held.isEmpty && !$0.isLeaving }) else { return }
    let late = workers.filter { $0.value.held.count > 1 && now - $0.value.headSince > Self.quickTime }
    guard let identity = late.min(by: { $0.value.headSince < $1.value.headSince })?.key,
      let attempt = workers[identity]?.held.popLast()
    else { return }
    actions.append(.send(.cancel(attempt), to: identity))
    if isCurrent(attempt, identity) { requeue(attempt.task, counts: false) }
    dispatch(at: now)
  }
}

#endif
