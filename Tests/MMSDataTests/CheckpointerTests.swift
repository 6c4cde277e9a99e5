// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSStore
import Testing

/// Checkpoints beside the writer.
struct CheckpointerTests {
  private static func size(_ path: String) throws -> Int {
    let values = try FileManager.default.attributesOfItem(atPath: path)
    return (values[.size] as? NSNumber)?.intValue ?? 0
  }

  @Test func `what was committed reaches the file without its writer, and the log stays small`() async throws
  {
    let path = FileManager.default.temporaryDirectory.appending(path: "mms-\(UUID().uuidString).sqlite").path
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    let store = try Store(path: path)
    let checkpointer = try Checkpointer(store)
    defer { checkpointer.close() }
    let request = String(repeating: "x", count: 400_000)
    var largest = 0
    let count = 500
    for _ in 0..<count {
      let task = NewTask(
        symbol: "BTCUSDT", period: "1d", scenario: "normal", strategy: "threshold", strategyParams: "{}",
        seed: nil, paths: 1, request: request)
      _ = try store.apply([.accept(task)])
      checkpointer.note()
      largest = max(largest, try Self.size(path + "-wal"))
    }
    // 200 MB were written; the log is begun anew beyond 16 MiB, give or take what comes within a tenth of a second.
    #expect(largest < 160 << 20)
    let whole = count * request.utf8.count
    for _ in 0..<100 where try Self.size(path) < whole { try await Task.sleep(for: .milliseconds(100)) }
    #expect(try Self.size(path) >= whole)
    #expect(try store.taskCounts() == ["pending": count])
  }
}
