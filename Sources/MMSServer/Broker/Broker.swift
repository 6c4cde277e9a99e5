// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Logging
import MMSCore
import Synchronization

/// Runs tasks in worker processes: a ZeroMQ ROUTER on a thread of its own, and the processes it starts.
final class Broker: TaskRunner {
  /// What other threads ask of the broker's.
  private enum Command {
    case submit(RunnableTask)
    case cancel(String)
    case died(name: String, how: String)
    case stop
  }

  private struct Shared {
    var commands: [Command] = []
    var figures = RunnerFigures()
    var fleet: WorkerFleet?
    var hasEnded = false
  }

  private let bell: Bell
  private let shared = Mutex(Shared())
  private let ended = DispatchSemaphore(value: 0)
  private let folder: String
  private let logger: Logger

  /// Opens the sockets, starts the thread and the local workers.
  ///
  /// - Parameters:
  ///   - endpoint: Where workers of other hosts may connect; nil for local ones only.
  ///   - keys: The keys of CURVE for that endpoint; needed beyond loopback.
  ///   - command: Starts a worker: program and arguments after `mms`, the endpoint and the name to follow.
  /// - Throws: ``MMSError/Code/unavailable`` when an endpoint cannot be listened on.
  init(
    workers: Int, endpoint: String?, keys: BrokerKeys?, deadline: Double, logger: Logger,
    reports: TaskReports,
    command: WorkerFleet.Command
  ) throws(MMSError) {
    self.logger = logger
    bell = try Bell()
    // Only this user can reach a socket in a folder of mode 0700.
    folder = try Self.privateFolder()
    let local = "ipc://\(folder)/broker"
    shared.withLock { $0.figures.wanted = workers }
    let starting = Mutex<MMSError?>(nil)
    let isUp = DispatchSemaphore(value: 0)
    let thread = Thread { [self] in
      do throws(MMSError) {
        let loop = try Loop(local: local, endpoint: endpoint, keys: keys)
        isUp.signal()
        run(loop, Dispatcher(deadline: deadline), reports)
      } catch {
        starting.withLock { $0 = error }
        isUp.signal()
      }
      ended.signal()
    }
    thread.name = "mms-broker"
    thread.start()
    isUp.wait()
    if let error = starting.withLock({ $0 }) { throw error }
    let fleet = WorkerFleet(count: workers, endpoint: local, command: command, logger: logger) {
      [self] name, how in post(.died(name: name, how: how))
    }
    shared.withLock { $0.fleet = fleet }
  }

  func submit(_ task: RunnableTask) { post(.submit(task)) }
  func cancel(_ id: String) { post(.cancel(id)) }
  var figures: RunnerFigures { shared.withLock(\.figures) }

  func stop() {
    post(.stop)
    ended.wait()
    shared.withLock { $0.fleet }?.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func post(_ command: Command) {
    shared.withLock { $0.commands.append(command) }
    bell.ring()
  }

  private static func privateFolder() throws(MMSError) -> String {
    var name = Array("\(FileManager.default.temporaryDirectory.path)/mms-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&name) != nil else {
      throw MMSError(
        .unavailable,
        "cannot create a folder in \(FileManager.default.temporaryDirectory.path);"
          + " make it writable or set TMPDIR")
    }
    return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The sockets, which never leave the broker's thread.
  private struct Loop {
    let context: ZeroMQContext
    let local: ZeroMQSocket
    var remote: ZeroMQSocket?
    var gate: CurveGate?

    init(local: String, endpoint: String?, keys: BrokerKeys?) throws(MMSError) {
      context = try ZeroMQContext()
      self.local = try ZeroMQSocket(context, .router)
      try self.local.bind(local)
      guard let endpoint else { return }
      let remote = try ZeroMQSocket(context, .router)
      if let keys {
        gate = try CurveGate(context, client: keys.client.publicKey)
        try remote.beCurveServer(keys.server)
      }
      try remote.bind(endpoint)
      self.remote = remote
    }

    var sockets: [ZeroMQSocket] { [local] + [remote, gate?.socket].compactMap { $0 } }
  }

  private func run(_ loop: Loop, _ start: Dispatcher, _ reports: TaskReports) {
    var dispatcher = start
    let clock = ContinuousClock()
    let origin = clock.now
    var nextTick = 0.0
    var isHungry = true
    var isStopping = false
    while !isStopping {
      ZeroMQSocket.wait(loop.sockets, bell, milliseconds: Int(Dispatcher.heartbeat * 250))
      let now = (clock.now - origin) / .seconds(1)
      loop.gate?.answer()
      // The prefix says which socket a worker is reached by; identities of the two may be equal.
      for (prefix, socket) in [(UInt8(0), loop.local), (1, loop.remote)] {
        guard let socket else { continue }
        while let parts = socket.receive() {
          guard let identity = parts.first, let message = BrokerMessage(parts: parts.dropFirst()) else {
            continue
          }
          dispatcher.receive(message, from: [prefix] + identity, at: now)
        }
      }
      for command in shared.withLock({ shared in
        defer { shared.commands = [] }
        return shared.commands
      }) {
        switch command {
        case .submit(let task): dispatcher.submit(task, at: now)
        case .cancel(let id): dispatcher.cancel(id, at: now)
        case .died(let name, let how): dispatcher.died(name, how, at: now)
        case .stop:
          dispatcher.park()
          isStopping = true
        }
      }
      if now >= nextTick {
        dispatcher.tick(at: now)
        nextTick = now + Dispatcher.heartbeat / 4
      }
      perform(dispatcher.takeActions(), loop, reports)
      if dispatcher.isHungry != isHungry {
        isHungry.toggle()
        reports.hungry(isHungry)
      }
      publish(dispatcher, at: now)
    }
  }

  private func perform(_ actions: [Dispatcher.Action], _ loop: Loop, _ reports: TaskReports) {
    for action in actions {
      switch action {
      case .send(let message, let identity):
        let socket = identity.first == 0 ? loop.local : loop.remote
        socket?.send([Array(identity.dropFirst())] + message.parts)
      case .started(let id, let attempt): reports.started(id, attempt)
      case .progressed(let id, let done, let wanted): reports.progressed(id, done, wanted)
      case .ended(let id, let outcome): reports.ended(id, outcome)
      case .kill(let name):
        logger.warning("a worker does not answer and is ended", metadata: ["worker": "\(name)"])
        shared.withLock { $0.fleet }?.kill(name)
      }
    }
  }

  private func publish(_ dispatcher: Dispatcher, at now: Double) {
    let workers = dispatcher.figures(at: now)
    shared.withLock {
      $0.figures.workers = workers
      $0.figures.waiting = dispatcher.waiting
      $0.figures.running = dispatcher.running
      $0.figures.deaths = dispatcher.deaths
      $0.figures.retries = dispatcher.retries
    }
  }
}

#endif
