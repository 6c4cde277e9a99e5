// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime

/// `mms replay`: proof that a stored result can be made again.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run a stored simulation again and compare it bit for bit.",
    discussion: """
      Example:
        mms replay sim_20250817_001

      Ends with 0 when every number is the same, with 65 and what has changed when not.
      """)

  @Argument(help: "The id that 'mms simulate' printed.") var id: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let outcome = try global.runtime().replay(id)
    if global.json {
      try Standard.write([
        "simulation_id": .string(id), "identical": .bool(outcome.isIdentical),
        "changes": .array(outcome.changes.map { .string($0) }), "answer": .object(outcome.outcome.answer),
      ])
    } else if outcome.isIdentical {
      try Standard.write("\(id) is the same, bit for bit: result digest \(outcome.outcome.resultDigest)\n")
      for change in outcome.changes { try Standard.write("  differs without effect: \(change)\n") }
    }
    guard !outcome.isIdentical else { return }
    let changes = outcome.changes.isEmpty ? ["nothing in the provenance: report this"] : outcome.changes
    throw MMSError(.invalidData, "\(id) came out differently; changed: \(changes.joined(separator: "; "))")
  }
}
