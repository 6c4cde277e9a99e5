// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import MMSEngine
import MMSRuntime
import MMSStore

/// What benchmarks share.
struct BenchEnvironment {
  let runtime: Runtime
  /// Orders that a stream of operations puts into the book before it begins.
  var prefill = 10_000

  /// A plan of thirty days on the bundled bars, without touching the database.
  func plan(scenario: String) throws(MMSError) -> RunPlan {
    var configuration = runtime.configuration
    configuration.database = nil
    var request = SimulationRequest(symbol: "BTCUSDT", period: "30d", scenario: scenario)
    request.seed = opaque(1)
    return try Runtime(configuration).prepare(request).plan
  }
}

/// One benchmark by name.
struct Benchmark {
  let name: String
  let measure: (BenchEnvironment) throws(MMSError) -> Reading

  /// Every benchmark, in the order of listings.
  static var all: [Benchmark] {
    [
      run("quotes/threshold", scenario: "normal"),
      run("quotes/threshold_black_swan", scenario: "black_swan"),
      math("math/exp", from: -20, to: 20) { MMSMath.exp(&$0) },
      math("math/log", from: 1e-3, to: 1e3) { MMSMath.log(&$0) },
      draws("random/uniform") { $0.uniforms(step: $1, into: &$2) },
      draws("random/normal") { $0.normals(step: $1, into: &$2) },
      avellanedaStoikov,
      Benchmark(name: "data/read_sqlite", measure: readSQLite),
    ] + book + models + plugins
  }

  /// A whole run, data in memory, one thread, nothing but the run inside the clock.
  private static func run(_ name: String, scenario: String) -> Benchmark {
    Benchmark(name: name) { (bench) throws(MMSError) in
      let plan = try bench.plan(scenario: scenario)
      var runner = try PathRunner(plan)
      return try Stopwatch.nanoseconds(per: plan.context.steps, "step") { () throws(MMSError) in
        sink(try runner.run(path: opaque(0)))
      }
    }
  }

  private static let size = 65_536

  private static func math(
    _ name: String, from low: Double, to high: Double,
    _ function: @escaping (inout MutableSpan<Double>) -> Void
  ) -> Benchmark {
    Benchmark(name: name) { (_) throws(MMSError) in
      let inputs = opaque((0..<size).map { low + (high - low) * Double($0) / Double(size) })
      var values = inputs
      return try Stopwatch.nanoseconds(per: size, "element") {
        for index in 0..<size { values[index] = inputs[index] }
        var span = values.mutableSpan
        function(&span)
        sink(values[size - 1])
      }
    }
  }

  private static func draws(
    _ name: String, _ function: @escaping (RandomSource, Int64, inout MutableSpan<Double>) -> Void
  ) -> Benchmark {
    Benchmark(name: name) { (_) throws(MMSError) in
      let source = RandomSource(seed: opaque(1), path: opaque(0), role: .scenario)
      var values = [Double](repeating: 0, count: size)
      return try Stopwatch.nanoseconds(per: size, "element") {
        var span = values.mutableSpan
        function(source, opaque(0), &span)
        sink(values[size - 1])
      }
    }
  }

  /// Thirty-one days of one-minute bars out of a database of their own.
  private static func readSQLite(_ bench: BenchEnvironment) throws(MMSError) -> Reading {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "mms-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    guard let source = try bench.runtime.bundled.source(for: "BTCUSDT") else {
      throw MMSError(
        .noData, "the benchmark reads the bundled BTCUSDT bars, which are not found; see 'mms doctor'")
    }
    let bars = try source.bars(BarRequest(symbol: "BTCUSDT", resolution: .minutes(1)))
    let store = try Store(path: folder.appendingPathComponent("bench.sqlite").path)
    try store.writeBars { writer throws(MMSError) in try writer.write(bars) }
    let request = BarRequest(symbol: "BTCUSDT", resolution: .minutes(1))
    return try Stopwatch.nanoseconds(per: bars.count, "bar") { () throws(MMSError) in
      sink(try store.bars(opaque(request)))
    }
  }
}
