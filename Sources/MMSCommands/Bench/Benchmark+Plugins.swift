// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSRuntime

extension Benchmark {
  /// Built-in models written again in C, beside themselves; none where checkout or compiler are missing.
  static var plugins: [Benchmark] {
    guard let folder = Surroundings.checkout.map({ "\($0)/Tests/TwinPlugins" }),
      FileManager.default.fileExists(atPath: "\(folder)/c-twins/Makefile"),
      FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")
    else { return [] }
    return [
      twin("plugin/scenario", "c-twins", "Brownian-v1", in: folder),
      twin("plugin/fill", "c-twins", "QueuePosition-v1", in: folder),
      twin("plugin/impact", "c-twins", "SquareRoot-v1", in: folder),
      twin("plugin/strategy", "c-twins", "Threshold-v1", in: folder),
      twin("plugin/function_scenario", "function-twins", "Thin-v1", in: folder),
      twin("plugin/function_fill", "function-twins", "Touch-v1", in: folder),
      twin("plugin/function_impact", "function-twins", "Linear-v1", in: folder),
    ]
  }

  private static func twin(_ name: String, _ plugin: String, _ model: String, in folder: String) -> Benchmark
  {
    Benchmark(name: name) { (bench) throws(MMSError) in
      let built = try build(plugin, in: folder)
      defer { try? FileManager.default.removeItem(atPath: built) }
      let figures = try bench.runtime.bench(pluginIn: built, only: "\(plugin)/\(model)")
      guard let found = figures.models.first, let whole = found.readings.last else {
        throw MMSError(.modelFailed, figures.models.first?.problem ?? "nothing was measured")
      }
      let sizes = found.readings.map { reading in
        "\(reading.size): \(Figures.plain(reading.plugin, 2)) ÷ \(Figures.plain(reading.builtIn, 2)) ns"
          + " (× \(Figures.plain(reading.ratio, 2)))"
      }
      return Reading(
        value: whole.ratio, unit: "× built-in",
        detail: "1024 a call, beside \(found.builtIn ?? "nothing"); " + sizes.joined(separator: ", "))
    }
  }

  /// Builds a twin plugin in a folder of its own.
  private static func build(_ plugin: String, in folder: String) throws(MMSError) -> String {
    let place = FileManager.default.temporaryDirectory.appending(path: "mms-bench-\(UUID().uuidString)").path
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["make", "-s", "-C", "\(folder)/\(plugin)", "OUT=\(place)"]
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: "\(folder)/\(plugin)/plugin.yaml", toPath: "\(place)/plugin.yaml")
      try process.run()
    } catch {
      throw MMSError(.unavailable, "cannot build \(plugin) to measure it: \(error.localizedDescription)")
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw MMSError(.unavailable, "'make -C \(folder)/\(plugin)' failed; see its message above")
    }
    return place
  }
}
