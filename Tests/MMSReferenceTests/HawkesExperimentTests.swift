// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import MMSReference
import Testing

struct HawkesExperimentTests {
  static let samples: [[(String, Double)]] = [
    [("paths", 2_000)],
    [("mu", 0.3), ("alpha", 2), ("beta", 2.5), ("t", 3), ("paths", 2_000)],
    [("mu", 5), ("alpha", 0), ("beta", 1), ("t", 2), ("paths", 2_000)],
    [("mu", 0.5), ("alpha", 0.2), ("beta", 4), ("t", 0.5), ("paths", 2_000)],
  ]

  static let refusals: [([(String, Double)], String)] = [
    ([("alpha", 0.8)], "alpha"), ([("alpha", 1), ("beta", 0.5)], "alpha"), ([("mu", -1)], "mu"),
    ([("t", 0)], "t"),
    ([("alpha", 0.7999999)], "draws"), ([("mu", 1e-9)], "hardly an event"), ([("paths", 2)], "paths"),
  ]

  static func run(_ values: [(String, Double)], seed: UInt64 = 1, threads: Int = 2) throws -> ExperimentRun {
    try ExperimentRun(
      HawkesExperiment.self, inputs: values.map { ($0.0, .number($0.1)) }, seed: seed, threads: threads)
  }

  @Test func `closed forms are those of the table`() throws {
    let process = try HawkesProcess(mu: 1.2, alpha: 0.6, beta: 0.8)
    #expect((process.meanIntensity - 4.8).magnitude < 1e-12)
    #expect((process.fano(over: 10) - 9.51501).magnitude < 5e-6)
    #expect((process.fano(over: 100) - 15.25).magnitude < 5e-6)
    #expect((process.fano(over: 1e9) - 16).magnitude < 1e-6)
  }

  // 2,000 paths: the relative standard error of the Fano factor is about 3.8 %; the bounds are four of the
  // run's own. From an empty history it would be 6.94, seven of them off.
  @Test(arguments: samples)
  func `counts meet the closed forms`(values: [(String, Double)]) throws {
    let run = try Self.run(values)
    #expect(!run.results.isEmpty)
    for result in run.results {
      #expect(
        result.pass, "\(result.name): \(result.value) ± \(result.standardError ?? 0), \(result.expected ?? 0)"
      )
      #expect((result.standardError ?? 0) > 0)
    }
  }

  @Test func `threads do not change a bit`() throws {
    let runs = try [1, 3].map {
      try Self.run([("paths", 1_000)], threads: $0).results.map(\.value.bitPattern)
    }
    #expect(runs[0] == runs[1])
  }

  @Test(arguments: refusals)
  func `what cannot be run is refused by name`(values: [(String, Double)], word: String) throws {
    let error = #expect(throws: MMSError.self) { try Self.run(values) }
    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
  }
}
