// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSReference
import Testing

/// The published numbers of impact, and other rows of the same papers.
struct ImpactExperimentTests {
  static func run(
    _ experiment: any PublishedExperiment.Type, _ inputs: [(name: String, input: ParameterInput)]
  ) throws -> [String: Double] {
    let run = try ExperimentRun(experiment, inputs: inputs, seed: 1, threads: 1)
    for result in run.results { #expect(result.pass, "\(result)") }
    return Dictionary(uniqueKeysWithValues: run.results.map { ($0.name, $0.value) })
  }

  static func fails(
    _ experiment: any PublishedExperiment.Type, _ name: String, _ input: ParameterInput, _ words: String...
  ) {
    let error = #expect(throws: MMSError.self) {
      try ExperimentRun(experiment, inputs: [(name, input)], seed: 1, threads: 1)
    }
    #expect(error?.code == .invalidValue)
    for word in [name] + words { #expect("\(error as Any)".contains(word), "\(error as Any)") }
  }

  @Test(arguments: [(0.1, 32.224), (0.2, 24.638), (0.5, 18.418)])
  func `IBM's order costs the published basis points`(days: Double, realised: Double) throws {
    let results = try Self.run(Almgren2005Experiment.self, [("T", .number(days))])
    #expect(abs((results["permanent_bp"] ?? 0) - 19.86) < 5e-3)
    #expect(abs((results["realised_bp"] ?? 0) - realised) < 1e-3)
  }

  /// Another row: DRI of the same paper, from its formula.
  @Test func `another share costs what the formula says`() throws {
    let results = try Self.run(
      Almgren2005Experiment.self,
      [
        ("V", .number(1.929e6)), ("Theta", .number(168e6)), ("sigma", .text("2.26 %")),
        ("X", .number(192_900)), ("T", .number(0.2)),
      ])
    // .314 · .0226 · .1 · (168 ÷ 1.929)^¼ and half of it + .142 · .0226 · .5^.6, in basis points.
    #expect(abs((results["permanent_bp"] ?? 0) - 21.68) < 0.01)
    #expect(abs((results["realised_bp"] ?? 0) - 32.01) < 0.01)
  }

  @Test func `an order of nothing costs nothing, and impossible inputs are named`() throws {
    let results = try Self.run(Almgren2005Experiment.self, [("X", .number(0))])
    #expect(results == ["permanent_bp": 0, "realised_bp": 0])
    Self.fails(Almgren2005Experiment.self, "V", .number(0), "0 < V")
    Self.fails(Almgren2005Experiment.self, "T", .number(1e-20), "T ≥")
  }

  @Test(arguments: [
    (1, 33_333.3, 33_333.3, 333_333), (2, 25_000, 50_000, 250_000), (2.231, 23_635.1, 52_729.9, 236_351),
    (10, 8_333.3, 83_333.3, 83_333), (50, 1_923.1, 96_153.8, 19_231),
  ])
  func `the continuous purchase is the published one`(
    rho: Double, outer: Double, between: Double, transient: Double
  ) throws {
    let results = try Self.run(ObizhaevaWangExperiment.self, [("rho", .number(rho))])
    #expect(abs((results["initial"] ?? 0) - outer) < 0.06)
    #expect(abs((results["final"] ?? 0) - outer) < 0.06)
    #expect(abs((results["between"] ?? 0) - between) < 0.06)
    #expect(abs((results["transient_cost"] ?? 0) - transient) < 0.6)
    #expect(abs((results["permanent_cost"] ?? 0) - 500_000) < 1e-3)
  }

  @Test func `eleven trades are the published ones`() throws {
    let results = try Self.run(ObizhaevaWangExperiment.self, [("N", .number(10))])
    #expect(abs((results["initial"] ?? 0) - 26_317.96) < 0.01)
    #expect(abs((results["between"] ?? 0) - 5_262.68) < 0.01)
    #expect(abs((results["transient_cost"] ?? 0) - 236_866.2) < 0.1)
  }

  @Test(arguments: [
    (1, 1_000.0, 0.02, 1, 3), (3, 5, 1e6, 2, 0.4), (1e9, 1e-3, 0.01, 7, 0.7), (100, 250, 0.05, 1, 900),
  ])
  func `other books, sizes and times are solved as exactly`(
    size: Double, q: Double, days: Double, spans: Int, rho: Double
  ) throws {
    // rho is given per T.
    for trades in [ParameterInput.number(Double(spans)), .number(60)] {
      _ = try Self.run(
        ObizhaevaWangExperiment.self,
        [
          ("X0", .number(size)), ("q", .number(q)), ("T", .number(days)), ("rho", .number(rho / days)),
          ("N", trades),
        ])
    }
    if rho < 10 {
      _ = try Self.run(
        ObizhaevaWangExperiment.self,
        [("X0", .number(size)), ("q", .number(q)), ("T", .number(days)), ("rho", .number(rho / days))])
    }
  }

  @Test func `impossible purchases are refused by name`() {
    Self.fails(ObizhaevaWangExperiment.self, "rho", .number(1e-9), "rho · T")
    Self.fails(ObizhaevaWangExperiment.self, "rho", .number(1e6), "1000")
    Self.fails(ObizhaevaWangExperiment.self, "N", .number(2.5), "whole number")
    Self.fails(ObizhaevaWangExperiment.self, "N", .number(0), "N")
    Self.fails(ObizhaevaWangExperiment.self, "q", .number(0), "0 < q")
  }

  /// 60 random changes of each schedule that buy the same in all.
  @Test(arguments: [4, 10, 37]) func `every change of the cheapest schedule costs more`(spans: Int) throws {
    let book = try BookSchedule.Book(
      density: 5_000, permanent: 0.5, decay: 2.231 / Double(spans), largest: 100_000)
    let best = BookSchedule.cheapest(total: 100_000, trades: spans + 1, in: book)
    let least = best.cost(in: book)
    let random = RandomSource(seed: 3, path: 0, role: .data)
    for change in 0..<60 {
      var other = best
      let size = 100_000 * [0.3, 0.01][change % 2]
      var sum = 0.0
      for trade in 0..<spans {
        let shift = size * (random.uniform(step: Int64(change), lane: trade) - 0.5)
        other.trades[trade] += shift
        sum += shift
      }
      other.trades[spans] -= sum
      #expect(other.cost(in: book) > least)
    }
  }

  /// Tilting the rate, moving a block inwards, splitting one: nothing within reach is cheaper.
  @Test func `blocks at both ends with a constant rate between are the cheapest continuous purchase`() throws
  {
    let pieces = 400
    let book = try BookSchedule.Book(
      density: 5_000, permanent: 0.5, decay: 2.231 / Double(2 * pieces), largest: 100_000)
    let best = BookSchedule.cheapestBlocks(total: 100_000, pieces: pieces, in: book)
    let least = best.cost(in: book)
    let random = RandomSource(seed: 4, path: 0, role: .data)
    for change in 0..<40 {
      var other = best
      // From one place of the schedule to another, across any distance.
      let from = Int(random.uniform(step: Int64(change), lane: 0) * 801)
      let to = Int(random.uniform(step: Int64(change), lane: 1) * 801)
      guard from != to else { continue }
      let size = 5_000 * random.uniform(step: Int64(change), lane: 2)
      other.trades[from] -= size
      other.trades[to] += size
      #expect(other.cost(in: book) > least)
    }
    var tilted = best
    for piece in 0..<pieces {
      tilted.trades[2 * piece + 1] *= 1 + 0.2 * (Double(piece) / Double(pieces - 1) - 0.5)
    }
    #expect(tilted.cost(in: book) > least)
  }

  @Test(arguments: [
    ("linear", 1.0, 0.5, 0.232973, 1.0), ("linear", 1, 0.2, 0.233972, 1), ("linear", 1, 0.8, 0.233972, 1),
    ("linear", 10, 0.5, 0.281076, 1), ("linear", 10, 0.2, 0.339191, 1), ("linear", 10, 0.8, 0.339191, 1),
    ("power", 1, 0.5, 0.164737, 0), ("power", 1, 0.95, -0.140084, 0),
  ])
  func `a round trip costs the published amount, and a money machine is refused`(
    law: String, rho: Double, theta: Double, cost: Double, accepted: Double
  ) throws {
    let results = try Self.run(
      GatheralExperiment.self,
      [
        ("law", .text(law)), ("delta", .number(0.5)), ("rho", .number(rho)), ("theta", .number(theta)),
        ("kernel", .text("exponential")),
      ])
    #expect(abs((results["round_trip_cost"] ?? 0) - cost) < 1e-6)
    #expect(results["accepted"] == accepted)
  }

  @Test(arguments: [
    (0.5, 0.5, 1.0), (0.415037, 0.6, 1), (0.41, 0.8, 0), (0.5, 0.45, 0), (0.8, 0.2, 1), (0.95, 1, 1),
    (0.2, 0.3, 0),
  ])
  func `power decay is accepted within the published bounds`(gamma: Double, delta: Double, accepted: Double)
    throws
  {
    for theta in [0.001, 0.2, 0.5, 0.9, 0.999] {
      let results = try Self.run(
        GatheralExperiment.self,
        [
          ("law", .text("power")), ("kernel", .text("power")), ("gamma", .number(gamma)),
          ("delta", .number(delta)), ("theta", .number(theta)),
        ])
      #expect(results["accepted"] == accepted)
      if accepted == 1 { #expect((results["round_trip_cost"] ?? -1) >= 0) }
    }
  }

  @Test(arguments: [0, 1e-9, 1e-3, 300, 1e6]) func `any rate of decay is integrated`(rho: Double) throws {
    for theta in [0.01, 0.5, 0.99] {
      let results = try Self.run(GatheralExperiment.self, [("rho", .number(rho)), ("theta", .number(theta))])
      #expect((results["round_trip_cost"] ?? -1) >= -1e-9)
    }
  }

  @Test func `a side without time is refused by name`() {
    Self.fails(GatheralExperiment.self, "theta", .number(1), "≤ theta ≤")
    Self.fails(GatheralExperiment.self, "theta", .number(0), "0 < theta")
    Self.fails(GatheralExperiment.self, "kernel", .text("expo"), "exponential")
    Self.fails(GatheralExperiment.self, "delta", .number(1.2), "delta ≤ 1")
  }
}
