// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSStore
import Testing

/// Outcomes of trials survive whatever happens to the process that kept them.
struct ExperimentStoreTests {
  private func trial(_ number: Int) -> Trial {
    Trial(number: number, point: number, window: nil, settings: [], body: [:])
  }

  private func outcome(_ number: Int) -> TrialOutcome {
    if number % 7 == 3 { return TrialOutcome(error: "trial \(number) – no") }
    return TrialOutcome(
      values: TrialOutcome.columns.indices.map { $0 == 2 ? nil : Double(number) / 3 + Double($0) })
  }

  private func rows(_ store: ExperimentStore) throws -> [Int: TrialOutcome] {
    var rows: [Int: TrialOutcome] = [:]
    try store.forEach { rows[$0] = $1 }
    return rows
  }

  @Test func `what was kept is there without an orderly end, torn records aside`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mms-store-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/progress.sqlite"
    do {
      let store = try ExperimentStore(path: path)
      // One transaction's worth and some more, which stay in a journal.
      for number in 0..<600 { try store.keep(outcome(number), of: trial(number)) }
    }
    let reader = try ExperimentStore(path: path, readOnly: true)
    #expect(try reader.count() + reader.unsaved() == 600)
    #expect(try reader.unsaved() > 0)
    // The last record is cut in the middle, as a full disk would.
    for name in ["\(path)-journal0", "\(path)-journal1"] {
      let bytes = try Data(contentsOf: URL(filePath: name))
      if !bytes.isEmpty { try bytes.dropLast(10).write(to: URL(filePath: name)) }
    }
    let again = try ExperimentStore(path: path)
    let held = try rows(again)
    #expect(held.count == 599)
    for number in 0..<599 { #expect(held[number] == outcome(number)) }
    try again.keep(outcome(599), of: trial(599))
    try again.finish()
    #expect(try rows(again).count == 600)
    #expect(try again.failures() == (0..<600).filter { $0 % 7 == 3 }.count)
    #expect(!FileManager.default.fileExists(atPath: "\(path)-journal0"))
  }

  @Test func `threads keep outcomes side by side`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "mms-store-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let store = try ExperimentStore(path: path)
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      for number in 0..<300 { try? store.keep(outcome(4 * number + thread), of: trial(4 * number + thread)) }
    }
    try store.finish()
    let held = try rows(store)
    #expect(held.count == 1200)
    #expect((0..<1200).allSatisfy { held[$0] == outcome($0) })
  }
}
