// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSStore
import Testing

@testable import MMSServer

@Suite("Dispatcher")
struct DispatcherTests {
  private static let stamp = WorldStamp.Value(contents: "", plugins: "")

  private static func task(_ id: String) -> RunnableTask {
    RunnableTask(id: id, request: "{}", stamp: stamp, attempts: 0)
  }

  private static var document: AnswerDocument {
    get throws {
      try #require(
        AnswerDocument(
          header: [
            "numbers": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "seed": "1", "paths": 1, "seconds": 0.1, "data": "",
          ], body: "{\"a\":1}"))
    }
  }

  private static func ready(_ name: String) -> BrokerMessage { .ready(name: name, process: 1, engine: "") }

  private static func runs(_ actions: [Dispatcher.Action]) -> [(task: String, attempt: Int, worker: String)] {
    actions.compactMap {
      guard case .send(.run(let attempt, _, _), let identity) = $0 else { return nil }
      return (attempt.task, attempt.number, String(decoding: identity, as: UTF8.self))
    }
  }

  private static func ends(_ actions: [Dispatcher.Action]) -> [String] {
    actions.compactMap { action in
      guard case .ended(let id, let outcome) = action else { return nil }
      switch outcome {
      case .done: return "\(id) done"
      case .failed(let error): return "\(id) \(error.code.name)"
      case .parked: return "\(id) parked"
      }
    }
  }

  @Test("The longest idle worker gets the next task, and one at a time")
  func leastLoaded() throws {
    var dispatcher = Dispatcher(deadline: 10)
    dispatcher.receive(Self.ready("a"), from: Array("a".utf8), at: 0)
    dispatcher.receive(Self.ready("b"), from: Array("b".utf8), at: 1)
    for id in ["1", "2", "3"] { dispatcher.submit(Self.task(id), at: 2) }
    #expect(Self.runs(dispatcher.takeActions()).map { $0.task + $0.worker } == ["1a", "2b"])
    #expect(dispatcher.waiting == 1)
    let document = try Self.document
    dispatcher.receive(
      .result(.init(task: "2", number: 1), startedAt: SimTime(nanoseconds: 0), document),
      from: Array("b".utf8),
      at: 3)
    let actions = dispatcher.takeActions()
    #expect(Self.ends(actions) == ["2 done"])
    #expect(Self.runs(actions).map { $0.task + $0.worker } == ["3b"])
  }

  @Test("Who runs a last task is hungry, but for one thing: somebody waits for a worker")
  func hunger() throws {
    var dispatcher = Dispatcher(deadline: 10)
    #expect(!dispatcher.isHungry, "there is nobody")
    dispatcher.receive(Self.ready("a"), from: Array("a".utf8), at: 0)
    #expect(dispatcher.isHungry)
    dispatcher.submit(Self.task("1"), at: 0)
    #expect(dispatcher.isHungry)
    dispatcher.submit(Self.task("2"), at: 0)
    #expect(!dispatcher.isHungry, "it waits: nobody knows yet whether tasks are quick")
    dispatcher.receive(
      .result(.init(task: "1", number: 1), startedAt: SimTime(nanoseconds: 0), try Self.document),
      from: Array("a".utf8), at: 0.001)
    #expect(dispatcher.isHungry)
    dispatcher.submit(Self.task("3"), at: 0.001)
    #expect(!dispatcher.isHungry, "one runs and one is held ahead")
  }

  @Test("A lost worker's task is tried three times in all, then fails with every reason")
  func retries() {
    var dispatcher = Dispatcher(deadline: 10)
    dispatcher.submit(Self.task("1"), at: 0)
    for number in 1...3 {
      dispatcher.receive(Self.ready("w\(number)"), from: [UInt8(number)], at: Double(number))
      #expect(Self.runs(dispatcher.takeActions()).map(\.attempt) == [number])
      dispatcher.died("w\(number)", "SIGSEGV", at: Double(number) + 0.5)
    }
    let ends = dispatcher.takeActions()
    #expect(Self.ends(ends) == ["1 model_failed"])
    #expect(dispatcher.deaths == 3 && dispatcher.retries == 2 && dispatcher.waiting == 0)
  }

  @Test("An answer to an attempt that is not the current one is dropped")
  func late() throws {
    var dispatcher = Dispatcher(deadline: 100)
    dispatcher.receive(Self.ready("a"), from: [1], at: 0)
    dispatcher.submit(Self.task("1"), at: 0)
    // Silent for too long: thought dead.
    dispatcher.tick(at: 10)
    dispatcher.receive(Self.ready("b"), from: [2], at: 10)
    #expect(Self.runs(dispatcher.takeActions()).last?.attempt == 2)
    let document = try Self.document
    let old = BrokerMessage.result(.init(task: "1", number: 1), startedAt: SimTime(nanoseconds: 0), document)
    dispatcher.receive(old, from: [1], at: 11)
    #expect(Self.ends(dispatcher.takeActions()).isEmpty)
    // And when it has introduced itself again.
    dispatcher.receive(Self.ready("a"), from: [1], at: 11)
    dispatcher.receive(old, from: [1], at: 11)
    #expect(Self.ends(dispatcher.takeActions()).isEmpty)
    dispatcher.receive(
      .result(.init(task: "1", number: 2), startedAt: SimTime(nanoseconds: 0), document), from: [2], at: 11)
    #expect(Self.ends(dispatcher.takeActions()) == ["1 done"])
  }

  @Test("A task beyond its deadline ends, its worker is told, and killed when it goes on")
  func deadline() {
    var dispatcher = Dispatcher(deadline: 5)
    dispatcher.receive(Self.ready("a"), from: [1], at: 0)
    dispatcher.submit(Self.task("1"), at: 0)
    _ = dispatcher.takeActions()
    for second in 1...12 {
      dispatcher.receive(.heartbeat, from: [1], at: Double(second))
      dispatcher.tick(at: Double(second))
    }
    let actions = dispatcher.takeActions()
    #expect(Self.ends(actions) == ["1 timed_out"])
    #expect(actions.contains { if case .send(.cancel, _) = $0 { true } else { false } })
    #expect(actions.contains { if case .kill("a") = $0 { true } else { false } })
  }

  @Test("A worker with plugins of yesterday costs the task no try")
  func outdated() {
    var dispatcher = Dispatcher(deadline: 5)
    dispatcher.receive(Self.ready("a"), from: [1], at: 0)
    dispatcher.submit(Self.task("1"), at: 0)
    dispatcher.receive(.outdated(.init(task: "1", number: 1)), from: [1], at: 1)
    dispatcher.receive(Self.ready("b"), from: [2], at: 1)
    #expect(Self.runs(dispatcher.takeActions()).map(\.attempt) == [1, 1])
  }

  @Test("A quick worker holds tasks ahead; they go elsewhere when it turns out to be busy")
  func window() throws {
    var dispatcher = Dispatcher(deadline: 10)
    let document = try Self.document
    func answer(_ task: String, _ worker: UInt8, at now: Double) {
      dispatcher.receive(
        .result(.init(task: task, number: 1), startedAt: SimTime(nanoseconds: 0), document), from: [worker],
        at: now)
    }
    dispatcher.receive(Self.ready("a"), from: [1], at: 0)
    dispatcher.submit(Self.task("1"), at: 0)
    answer("1", 1, at: 0.001)
    for id in 2...6 { dispatcher.submit(Self.task("\(id)"), at: 0.002) }
    _ = dispatcher.takeActions()
    #expect(dispatcher.waiting == 5 - Dispatcher.window)
    // The first goes on and on; another worker comes.
    dispatcher.receive(Self.ready("b"), from: [2], at: 1)
    var runs = Self.runs(dispatcher.takeActions())
    #expect(runs.map(\.task) == ["5"] && runs[0].worker == "\u{2}")
    answer("5", 2, at: 1.001)
    runs = Self.runs(dispatcher.takeActions())
    #expect(runs.map { $0.task + $0.worker }.first == "6\u{2}")
    answer("6", 2, at: 1.002)
    // What waited behind the first is taken back, one by one, and no try is lost.
    for task in ["4", "3"] {
      let actions = dispatcher.takeActions()
      runs = Self.runs(actions)
      #expect(runs.map { $0.task + $0.worker } == ["\(task)\u{2}"] && runs[0].attempt == 1)
      #expect(actions.contains { if case .send(.cancel, to: [1]) = $0 { true } else { false } })
      if task == "4" { answer(task, 2, at: 1.003) }
    }
    answer("3", 1, at: 1.004)
    #expect(Self.ends(dispatcher.takeActions()).isEmpty)
    answer("3", 2, at: 1.005)
    answer("2", 1, at: 1.006)
    #expect(Self.ends(dispatcher.takeActions()) == ["3 done", "2 done"])
  }

  @Test("A crash counts against the task that ran, not against those that waited behind it")
  func crash() throws {
    var dispatcher = Dispatcher(deadline: 10)
    let document = try Self.document
    dispatcher.receive(Self.ready("a"), from: [1], at: 0)
    dispatcher.submit(Self.task("0"), at: 0)
    dispatcher.receive(
      .result(.init(task: "0", number: 1), startedAt: SimTime(nanoseconds: 0), document), from: [1], at: 0)
    for id in ["1", "2", "3"] { dispatcher.submit(Self.task(id), at: 0) }
    _ = dispatcher.takeActions()
    dispatcher.died("a", "SIGSEGV", at: 0.001)
    dispatcher.receive(Self.ready("b"), from: [2], at: 0.002)
    var runs = Self.runs(dispatcher.takeActions())
    #expect(runs.map { "\($0.task) \($0.attempt)" } == ["1 2"])
    for (id, number) in [("1", 2), ("2", 1), ("3", 1)] {
      dispatcher.receive(
        .result(.init(task: id, number: number), startedAt: SimTime(nanoseconds: 0), document), from: [2],
        at: 0.003)
      runs += Self.runs(dispatcher.takeActions())
    }
    #expect(runs.map { "\($0.task) \($0.attempt)" } == ["1 2", "2 1", "3 1"])
    #expect(dispatcher.running == 0 && dispatcher.retries == 1)
  }

  @Test("Of random losses, answers and cancellations every task ends exactly once")
  func everyTaskEndsOnce() throws {
    let document = try Self.document
    for seed in 0..<200 {
      var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
      func draw(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
      }
      var dispatcher = Dispatcher(deadline: 8)
      var running: [(BrokerMessage.Attempt, [UInt8])] = []
      var ended: [String: Int] = [:]
      var now = 0.0
      func settle() {
        for action in dispatcher.takeActions() {
          if case .send(.run(let attempt, _, _), let identity) = action {
            running.append((attempt, identity))
          }
          if case .ended(let id, _) = action { ended[id, default: 0] += 1 }
        }
      }
      for step in 0..<60 {
        now += Double(draw(10)) / 10
        switch draw(7) {
        case 0: dispatcher.submit(Self.task("t\(step)"), at: now)
        case 1: dispatcher.receive(Self.ready("w\(step)"), from: [UInt8(draw(4))], at: now)
        case 2: dispatcher.cancel("t\(draw(60))", at: now)
        case 3: dispatcher.tick(at: now)
        case 4: dispatcher.died("w\(draw(60))", "gone", at: now)
        default:
          guard !running.isEmpty else { break }
          let (attempt, identity) = running.remove(at: draw(running.count))
          dispatcher.receive(
            .result(attempt, startedAt: SimTime(nanoseconds: 0), document), from: identity, at: now)
        }
        settle()
      }
      let open = dispatcher.waiting + dispatcher.running
      let before = ended.count
      dispatcher.park()
      settle()
      #expect(ended.count == before + open)
      #expect(ended.values.allSatisfy { $0 == 1 })
      #expect(dispatcher.waiting == 0 && dispatcher.running == 0)
    }
  }
}

#endif
