// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSData
import MMSRuntime

/// `mms worker`: a process that runs simulations for another one.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Run simulations for the program that started this one.",
    discussion: """
      Example:
        mms worker --stdio

      Models of plugins run in such a process only: when one of them crashes, hangs or
      eats memory, the program that asked says so and goes on.
      """)

  @Flag(help: "Take requests from standard input and answer on standard output, in frames.")
  var stdio = false

  func validate() throws {
    if !stdio { throw ValidationError("a worker needs to know where requests come from: --stdio") }
  }

  func run() throws { try WorkerLoop.serve(sources: .ofProgram) { SummaryText($0).text } }
}
