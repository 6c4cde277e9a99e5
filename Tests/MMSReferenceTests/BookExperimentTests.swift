// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSReference
import Testing

/// Published order books in the matching engine; the full tables are run with optimisation.
struct BookExperimentTests {
  // Four standard errors of 1,000 books are .06: a wrong rate shows in twenty-five cells.
  @Test func `small books move as the birth-death queues say`() throws {
    let run = try ExperimentRun.of("cont-stoikov-talreja", ["paths": 1000, "size": 3])
    #expect(run.results.count == 9)
    for result in run.results { #expect(result.pass, "\(result)") }
  }

  @Test func `the formula is the paper's table`() throws {
    let run = try ExperimentRun.of("cont-stoikov-talreja", ["paths": 100])
    let table = [
      ("up_1_2", 0.3352), ("up_1_5", 0.1878), ("up_3_4", 0.4366), ("up_5_1", 0.8122), ("up_4_4", 0.5),
    ]
    for (name, value) in table {
      let expected = try #require(try run.result(name).expected)
      #expect((expected - value).magnitude < 6e-5, "\(name): \(expected)")
    }
  }

  @Test func `orders without intelligence balance where arrivals and departures do`() throws {
    let run = try ExperimentRun.of("zero-intelligence", ["window": 10, "t": 4000])
    let orders = try run.result("orders")
    #expect(orders.expected == 45)
    #expect(orders.pass, "\(orders)")
  }

  @Test func `threads do not change a bit`() throws {
    for (name, inputs) in [
      ("zero-intelligence", ["window": 10, "t": 200] as KeyValuePairs<String, Double>),
      ("cont-stoikov-talreja", ["paths": 100, "size": 2]),
    ] {
      let runs = try [1, 3].map {
        try ExperimentRun.of(name, inputs, threads: $0).results.map(\.value.bitPattern)
      }
      #expect(runs[0] == runs[1])
    }
  }

  @Test func `books that cannot be are refused`() {
    ExperimentRun.expectRefusal("zero-intelligence", ["alpha": 0.001], "alpha")
    ExperimentRun.expectRefusal("zero-intelligence", ["t": 1e7, "window": 10_000], "events")
  }

  #if !DEBUG
  @Test func `the full table of queues is met`() throws {
    let run = try ExperimentRun.of("cont-stoikov-talreja")
    #expect(run.results.count >= 25)
    for result in run.results { #expect(result.pass, "\(result)") }
  }

  @Test func `the figures of two independent programs are met within two percent`() throws {
    for inputs in [[:], ["alpha": 0.1, "delta": 0.025]] as [KeyValuePairs<String, Double>] {
      let run = try ExperimentRun.of("zero-intelligence", inputs)
      #expect(!run.results.isEmpty)
      for result in run.results {
        #expect(result.pass, "\(result)")
        #expect((result.tolerance ?? 0) <= 0.02 * (result.expected ?? 0) + 1e-9, "\(result)")
      }
    }
  }
  #endif
}
