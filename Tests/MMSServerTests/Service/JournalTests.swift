// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import GRDB
import MMSCore
import MMSStore
import Synchronization
import Testing

@testable import MMSServer

@Suite("Journal", .timeLimit(.minutes(3)))
struct JournalTests {
  private static func task(_ number: Int) -> NewTask {
    NewTask(
      symbol: "BTCUSDT", period: "1d", scenario: "normal", strategy: "threshold", strategyParams: "{}",
      seed: nil,
      paths: 1, request: "{\"n\":\(number)}")
  }

  private static func result(_ value: Double) -> TaskResult {
    TaskResult(
      numbers: SimulationNumbers(
        slippage: value, fillProbability: 1, priceImpact: 0, totalReturn: 0, maxDrawdown: 0, sharpeRatio: 0),
      seed: 1, paths: 1, startedAt: Store.now(), executionTime: 0.1, details: "{}")
  }

  @Test("Ids of many writers at once are a row without gaps or twins")
  func ids() async throws {
    let store = try Store(path: ":memory:")
    let journal = try Journal(store) { _ in }
    let ids = try await withThrowingTaskGroup(of: String?.self) { group in
      for number in 0..<1000 { group.addTask { try await journal.commit(.accept(Self.task(number))) } }
      return try await group.reduce(into: Set<String>()) { if let id = $1 { $0.insert(id) } }
    }
    journal.close()
    #expect(ids.count == 1000)
    #expect(Set(ids.compactMap { Int($0.split(separator: "_")[2]) }) == Set(1...1000))
  }

  @Test("A task ends once, whatever comes later")
  func once() async throws {
    let store = try Store(path: ":memory:")
    let journal = try Journal(store) { _ in }
    let id = try #require(try await journal.commit(.accept(Self.task(1))))
    #expect(try await journal.commit(.complete(id: id, Self.result(0.1))) == id)
    #expect(try await journal.commit(.complete(id: id, Self.result(0.2))) == nil)
    #expect(try await journal.commit(.fail(id: id, reason: "late")) == nil)
    #expect(try await journal.commit(.start(id: id, attempt: 2, at: Store.now())) == nil)
    let stored = try store.simulation(id: id)
    #expect(stored.status == "completed" && stored.numbers?.slippage == 0.1)
    journal.close()
  }

  @Test("Changes that come together are one commit, sooner when somebody is idle")
  func collects() async throws {
    let store = try Store(path: ":memory:")
    let journal = try Journal(store) { _ in }
    for isHurried in [false, true] {
      journal.hurry(isHurried)
      let acknowledged = Mutex(0)
      for number in 0..<2 * Journal.batch {
        journal.post(.accept(Self.task(number))) { _ in acknowledged.withLock { $0 += 1 } }
      }
      try await ServiceFixture.wait("all") { acknowledged.withLock { $0 == 2 * Journal.batch } }
    }
    #expect(Journal.haste < Journal.interval && Journal.interval <= 0.002)
    #expect(try store.taskCounts() == ["pending": 4 * Journal.batch])
    journal.close()
  }

  @Test("A database that is full refuses new tasks and keeps the ends of old ones until there is room")
  func fullDisk() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "mms-\(UUID().uuidString).sqlite").path
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    let store = try Store(path: path, options: Store.Options(pageLimit: 80))
    let faults = Mutex(0)
    let journal = try Journal(store) { _ in faults.withLock { $0 += 1 } }
    var ids: [String] = []
    var refusal: MMSError?
    let bulk = String(repeating: "x", count: 20_000)
    while refusal == nil, ids.count < 1000 {
      var task = Self.task(ids.count)
      task.request = bulk
      do throws(MMSError) {
        if let id = try await journal.commit(.accept(task)) { ids.append(id) }
      } catch {
        refusal = error
      }
    }
    #expect(refusal?.code == .unavailable)
    #expect(journal.isFailing && faults.withLock { $0 } == 1)
    let id = try #require(ids.first)
    var large = Self.result(0.5)
    // More than what the refused task did not fit in.
    large.details = bulk + bulk
    let ended = Mutex(false)
    journal.post(.complete(id: id, large)) { _ in ended.withLock { $0 = true } }
    try await Task.sleep(for: .milliseconds(400))
    #expect(!ended.withLock { $0 })
    #expect(try store.simulation(id: id).status == "pending")
    // Room again: another program gives some of the file back.
    try Self.free(path)
    try await ServiceFixture.wait("the end") { ended.withLock { $0 } }
    #expect(try store.simulation(id: id).status == "completed")
    journal.close()
  }

  private static func free(_ path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "UPDATE simulation_tasks SET request = '{}'") }
    try queue.close()
  }
}

#endif
