// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy
import Testing

/// Uniform draws for tests.
enum Draws {
  static func uniform(_ path: Int, _ step: Int) -> Double {
    RandomSource(seed: 7, path: UInt64(path), role: .study).uniform(step: Int64(step))
  }
}

/// Which trials a design stands for.
struct TrialListTests {
  static func design() -> ExperimentDesign {
    ExperimentDesign(name: "x", base: ["symbol": "BTCUSDT", "period": "7d", "scenario": "normal", "seed": 3])
  }

  @Test func `a grid has every combination once, the last key changing fastest`() throws {
    var design = Self.design()
    design.axes = [
      .init(key: "scenario", values: ["normal", "black_swan"]),
      .init(key: "strategy_params.entry_threshold", values: [0.1, 0.2, 0.3]),
    ]
    design.repeats = 2
    let trials = try TrialList(design)
    #expect(trials.count == 12)
    #expect(trials.keys == ["scenario", "strategy_params.entry_threshold", "seed"])
    #expect(
      (0..<12).map { trials[$0].settings[0].value } == (0..<12).map { $0 < 6 ? "normal" : "black_swan" })
    #expect(trials[2].body["strategy_params"]?["entry_threshold"] == 0.2)
    #expect(Set((0..<12).map { trials[$0].body }).count == 12)
    #expect(trials[0].body["seed"] == 3)
    #expect(trials[1].body["seed"] != 3)
    #expect(trials[1].body["seed"] == trials[3].body["seed"])
  }

  @Test func `constraints take points away`() throws {
    var design = Self.design()
    design.axes = [
      .init(key: "strategy_params.entry_threshold", values: [1, 2, 3]),
      .init(key: "strategy_params.exit_threshold", values: [1, 2, 3]),
    ]
    design.constraints = [try .init("strategy_params.exit_threshold < 1.5 * strategy_params.entry_threshold")]
    let trials = try TrialList(design)
    #expect(trials.count == 6)
    #expect(trials.excluded == 3)
    // exit < 1.5 entry.
    #expect(
      (0..<trials.count).map { trials[$0].settings.compactMap(\.value.integerValue) }
        == [[1, 1], [2, 1], [2, 2], [3, 1], [3, 2], [3, 3]])
    design.constraints = [try .init("strategy_params.exit_threshold > 5")]
    let none = design
    let error = try #require(throws: MMSError.self) { _ = try TrialList(none) }
    #expect(error.code == .invalidValue)
    #expect(error.message.contains("all 9 are excluded"))
  }

  @Test func `Sobol points are those of SciPy with Joe and Kuo's numbers`() throws {
    var design = Self.design()
    design.sampling = .init(
      method: .sobol, samples: 33, seed: nil,
      dimensions: (0..<64).map {
        .init(
          key: "strategy_params.p\($0)",
          law: .range(low: 0, high: 1, isLogarithmic: false, isWhole: false))
      })
    let trials = try TrialList(design)
    let places = [0, 1, 2, 5, 20, 63]
    // scipy.stats.qmc.Sobol(d=64, scramble=False).random(33)
    let expected: [Int: [Double]] = [
      0: [0, 0, 0, 0, 0, 0], 1: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 2: [0.75, 0.25, 0.25, 0.75, 0.25, 0.75],
      5: [0.875, 0.875, 0.125, 0.625, 0.625, 0.625],
      17: [0.59375, 0.96875, 0.96875, 0.46875, 0.21875, 0.59375],
      32: [0.046875, 0.265625, 0.703125, 0.921875, 0.328125, 0.453125],
    ]
    for (point, row) in expected {
      #expect(places.map { trials[point].settings[$0].value.doubleValue } == row)
    }
  }

  @Test(arguments: [ExperimentDesign.Sampling.Method.sobol, .random])
  func `samples keep to their laws`(method: ExperimentDesign.Sampling.Method) throws {
    var design = Self.design()
    design.sampling = .init(
      method: method, samples: 256, seed: 5,
      dimensions: [
        .init(
          key: "strategy_params.a", law: .range(low: 0.001, high: 0.1, isLogarithmic: true, isWhole: false)),
        .init(key: "strategy_params.b", law: .range(low: 1, high: 4, isLogarithmic: false, isWhole: true)),
        .init(key: "scenario", law: .choice(["normal", "black_swan"])),
      ])
    let trials = try TrialList(design)
    let rows = (0..<256).map { trials[$0].settings.map(\.value) }
    let a = rows.compactMap { $0[0].doubleValue }
    #expect(a.allSatisfy { (0.001...0.1).contains($0) })
    // Half of a logarithmic law lies below the geometric mean.
    let below = a.filter { $0 < 0.01 }.count
    #expect(method == .sobol ? below == 128 : abs(below - 128) < 40)
    for value in 1...4 {
      let count = rows.filter { $0[1] == .integer(Int64(value)) }.count
      #expect(method == .sobol ? count == 64 : abs(count - 64) < 32)
    }
    #expect(Set(rows.map { $0[2] }) == ["normal", "black_swan"])
    design.sampling?.seed = 6
    let other = try TrialList(design)
    #expect(other[1].settings[0].value != trials[1].settings[0].value)
  }

  @Test func `windows follow each other, fit before test`() throws {
    var design = Self.design()
    let start = try #require(SimTime(iso8601: "2025-07-18"))
    design.base["period"] = nil
    design.walkForward = .init(
      start: start, end: start + .days(10), train: .days(4), test: .days(2), step: .days(2))
    let trials = try TrialList(design)
    #expect(trials.count == 6)
    #expect(trials[3].window?.index == 1 && trials[3].window?.isTest == true)
    #expect(trials[2].body["start_time"]?.stringValue?.hasPrefix("2025-07-20") == true)
    #expect(trials[3].body["start_time"]?.stringValue?.hasPrefix("2025-07-24") == true)
    #expect(trials[3].body["period"]?.stringValue.flatMap { SimDuration($0) } == .days(2))
    design.walkForward?.isAnchored = true
    let anchored = try TrialList(design)
    #expect(anchored[4].body["start_time"] == anchored[0].body["start_time"])
    #expect(anchored[4].body["period"]?.stringValue.flatMap { SimDuration($0) } == .days(8))
  }

  @Test func `a million points take no time to list and a billion are refused`() throws {
    var design = Self.design()
    design.axes = ["a", "b", "c"].map {
      .init(key: "strategy_params.\($0)", values: (0..<100).map { .integer($0) })
    }
    let trials = try TrialList(design)
    #expect(trials.count == 1_000_000)
    #expect(trials[999_999].settings.map(\.value) == [99, 99, 99])
    design.axes += design.axes.map { .init(key: $0.key + "2", values: $0.values) }
    let large = design
    let error = try #require(throws: MMSError.self) { _ = try TrialList(large) }
    #expect(error.message.contains("more than 1000000000 trials"))
  }

  @Test func `shards hold every trial once`() {
    for count in 1...7 {
      let all = (1...count).flatMap { index -> [Int] in
        let shard = TrialSchedule.Shard(index: index, count: count)
        return (0..<shard.size(of: 10)).map { shard.number($0) }
      }
      #expect(all.sorted() == Array(0..<10))
    }
    #expect(TrialSchedule.Shard("2/3") == .init(index: 2, count: 3))
    for text in ["0/3", "4/3", "1", "1/2/3", "a/b", ""] { #expect(TrialSchedule.Shard(text) == nil) }
  }

  @Test func `the names of metrics are those of the studies`() {
    #expect(ExperimentDesign.metricNames == Metric.allCases.map(\.rawValue))
  }
}
