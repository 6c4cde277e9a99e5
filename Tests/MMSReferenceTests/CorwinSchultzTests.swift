// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSReference
import Testing

struct CorwinSchultzTests {
  @Test(arguments: [
    (prices: [102.0, 98, 103, 99], spread: 0.01577685),
    (prices: [20.40, 20.00, 20.30, 19.95], spread: 0.00977707),
  ])
  func `two days' spread, to the published digits`(prices: [Double], spread: Double) throws {
    let names = ["high1", "low1", "high2", "low2"]
    let run = try ExperimentRun(
      CorwinSchultzExperiment.self, inputs: zip(names, prices).map { ($0, .number($1)) }, seed: 1, threads: 1)
    #expect((run.results[0].value - spread).magnitude < 1e-8)
    #expect(run.pass)
  }

  @Test func `a low above its high is refused by name`() throws {
    let error = #expect(throws: MMSError.self) {
      try ExperimentRun(
        CorwinSchultzExperiment.self, inputs: [("low1", .number(103))], seed: 1, threads: 1)
    }
    #expect(error?.message.contains("low1") == true)
  }
}
