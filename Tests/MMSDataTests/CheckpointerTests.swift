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
    var (largest, written) = (0, 0)
    // Rounds of 24 MB, and time to move each, however busy the machine is.
    for _ in 0..<8 {
      for _ in 0..<60 {
        let task = NewTask(
          symbol: "BTCUSDT", period: "1d", scenario: "normal", strategy: "threshold", strategyParams: "{}",
          seed: nil, paths: 1, request: request)
        _ = try store.apply([.accept(task)])
        checkpointer.note()
        written += 1
      }
      let whole = written * request.utf8.count
      for _ in 0..<600 where try Self.size(path) < whole { try await Task.sleep(for: .milliseconds(100)) }
      #expect(try Self.size(path) >= whole)
      largest = max(largest, try Self.size(path + "-wal"))
    }
    // 192 MB were written; beyond 16 MiB the log is begun anew, a round later at the latest.
    #expect(largest < 100 << 20)
    #expect(try store.taskCounts() == ["pending": written])
  }
}
