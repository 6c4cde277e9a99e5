// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
public import MMSCore
import MMSPluginHost
public import MMSRuntime
import MMSStore
import Synchronization

/// A worker's side of the broker: takes tasks one by one, runs them on a thread of its own, and says that it lives.
public final class WorkerClient: Sendable {
  /// How a worker finds its broker.
  public struct Address: Sendable {
    /// The broker's ZeroMQ endpoint.
    public var endpoint: String
    /// What the worker calls itself.
    public var name: String
    /// The keys of CURVE; needed beyond this host.
    public var keys: BrokerKeys?
    /// Whether it ends with its standard input, and when the broker falls silent.
    public var isLeashed: Bool

    /// Names a broker.
    public init(endpoint: String, name: String, keys: BrokerKeys? = nil, isLeashed: Bool = false) {
      self.endpoint = endpoint
      self.name = name
      self.keys = keys
      self.isLeashed = isLeashed
    }
  }

  private struct Shared {
    var outbox: [BrokerMessage] = []
    var cancelled: Set<BrokerMessage.Attempt> = []
    var isOutdated = false
  }

  /// A task and the state of the world it belongs to.
  private struct Order {
    let attempt: BrokerMessage.Attempt
    let stamp: WorldStamp.Value
    let request: String
  }

  private final class Inbox: @unchecked Sendable {
    // Guarded by the condition.
    let condition = NSCondition()
    var orders: [Order] = []

    func put(_ order: Order) {
      condition.lock()
      orders.append(order)
      condition.signal()
      condition.unlock()
    }

    func take() -> Order {
      condition.lock()
      defer { condition.unlock() }
      while orders.isEmpty { condition.wait() }
      return orders.removeFirst()
    }
  }

  private let address: Address
  private let bell: Bell
  private let shared = Mutex(Shared())
  private let inbox = Inbox()
  private let configuration: RuntimeConfiguration

  /// Prepares a worker.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when there are no more descriptors.
  public init(_ configuration: RuntimeConfiguration, _ address: Address) throws(MMSError) {
    var configuration = configuration
    configuration.sharesPreparations = true
    configuration.mayRunForeignCode = true
    self.configuration = configuration
    self.address = address
    bell = try Bell()
  }

  /// Serves the broker until it says that that is enough.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when the endpoint cannot be used.
  public func run() throws(MMSError) {
    // Before there are other threads. A worker of this host shares its processors with the service, whose threads do
    // little at a time and hand tasks on: they should not wait until a simulation has used up its slice.
    if address.isLeashed { SchedulingClass.batch.enter() }
    let runtime = try Runtime(configuration)
    ProcessLimits.apply(memory: configuration.foreignMemory, seconds: 0)
    let plugins = WorldStamp(configuration) { () throws(MMSError) in "" }
    let known = try plugins.current().plugins
    start("mms-run") { [self] in
      while true {
        let order = inbox.take()
        // What counts is what lies on the disk now: a task may have been accepted before that.
        if order.stamp.plugins != known, let now = try? plugins.current().plugins, now != known {
          shared.withLock { $0.isOutdated = true }
          send(.outdated(order.attempt))
        } else {
          work(order, runtime)
        }
      }
    }
    if address.isLeashed {
      start("mms-leash") {
        var byte: UInt8 = 0
        while true {
          let count = unsafe read(STDIN_FILENO, &byte, 1)
          if count == 0 || (count < 0 && errno != EINTR) { _exit(0) }
        }
      }
    }
    try serve()
  }

  private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    // Models recurse little, but a plugin's author expects what a main thread has.
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func serve() throws(MMSError) {
    let context = try ZeroMQContext()
    let socket = try ZeroMQSocket(context, .dealer)
    if let keys = address.keys { try socket.beCurveClient(keys.client, server: keys.server.publicKey) }
    try socket.connect(address.endpoint)
    let ready = BrokerMessage.ready(
      name: address.name, process: Int(getpid()), engine: MMSVersion.current)
    socket.send(ready.parts)
    let clock = ContinuousClock()
    var lastHeard = clock.now
    var nextBeat = clock.now
    while true {
      ZeroMQSocket.wait([socket], bell, milliseconds: Int(Dispatcher.heartbeat * 250))
      let now = clock.now
      while let parts = socket.receive() {
        lastHeard = now
        switch BrokerMessage(parts: parts[...]) {
        case .run(let attempt, let stamp, let request)?:
          inbox.put(Order(attempt: attempt, stamp: stamp, request: request))
        case .cancel(let attempt)?: shared.withLock { _ = $0.cancelled.insert(attempt) }
        case .introduce?: socket.send(ready.parts)
        case .end?:
          socket.send(BrokerMessage.farewell.parts)
          _exit(0)
        default: break
        }
      }
      let (messages, isOutdated) = shared.withLock { shared in
        defer { shared.outbox = [] }
        return (shared.outbox, shared.isOutdated)
      }
      for message in messages { socket.send(message.parts) }
      if isOutdated, messages.isEmpty {
        // Given time to leave; a supervisor starts another with the plugins of today.
        usleep(50_000)
        if !address.isLeashed { Self.startAgain() }
        _exit(0)
      }
      if now >= nextBeat {
        socket.send(BrokerMessage.heartbeat.parts)
        nextBeat = now + .seconds(Dispatcher.heartbeat / 2)
      }
      if address.isLeashed, now - lastHeard > .seconds(Dispatcher.heartbeat * Dispatcher.patience) {
        _exit(0)
      }
    }
  }

  /// Becomes the same command anew, which loads the plugins of today; returns when the system refuses that.
  private static func startAgain() {
    var words: [UnsafeMutablePointer<CChar>?] = unsafe CommandLine.arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    unsafe execv("/proc/self/exe", &words)
  }

  private func send(_ message: BrokerMessage) {
    shared.withLock { $0.outbox.append(message) }
    bell.ring()
  }

  private func work(_ order: Order, _ runtime: Runtime) {
    let attempt = order.attempt
    runtime.renew(order.stamp.text)
    let task = RunnableTask(id: attempt.task, request: order.request, stamp: order.stamp, attempts: 0)
    let lastReport = Mutex(ContinuousClock.now)
    let outcome = InProcessRunner.run(task, runtime, startedAt: Store.now()) { [self] done, wanted in
      // Ten times a second is enough for anybody who watches.
      let now = ContinuousClock.now
      let isDue = lastReport.withLock { last in
        guard now - last > .milliseconds(100) else { return false }
        last = now
        return true
      }
      if isDue { send(.progress(attempt, done: done, wanted: wanted)) }
    } isCancelled: { [self] in
      shared.withLock { !$0.cancelled.isEmpty && $0.cancelled.contains(attempt) }
    }
    shared.withLock { _ = $0.cancelled.remove(attempt) }
    switch outcome {
    case .done(let document, let startedAt): send(.result(attempt, startedAt: startedAt, document))
    case .failed(let error): send(.failure(attempt, error))
    case .parked: send(.failure(attempt, .cancelled(attempt.task)))
    }
  }
}

#endif
