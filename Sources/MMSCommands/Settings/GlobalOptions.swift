// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore
import MMSData
import MMSRuntime

/// The options every verb accepts.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The database. (default: $MMS_HOME/mms.sqlite)", valueName: "file"),
    completion: .file())
  var database: String?

  @Option(
    help: ArgumentHelp(
      "Defaults for options, as YAML. (default: $MMS_HOME/config.yaml if it is there)", valueName: "file"),
    completion: .file())
  var config: String?

  @Option(
    name: .customLong("scenario-path"),
    help: ArgumentHelp("A folder with scenarios, before the usual ones; repeatable.", valueName: "dir"),
    completion: .directory)
  var scenarioPath: [String] = []

  @Option(
    name: .customLong("data-path"),
    help: ArgumentHelp("A folder with bundled bars, before the usual ones; repeatable.", valueName: "dir"),
    completion: .directory)
  var dataPath: [String] = []

  @Option(
    name: .customLong("plugin-path"),
    help: ArgumentHelp("A plugin's folder, or one that holds such folders; repeatable.", valueName: "dir"),
    completion: .directory)
  var pluginPath: [String] = []

  @Option(
    name: .customLong("chart-path"),
    help: ArgumentHelp(
      "A folder with the charting library dygraphs. (default: where the system has it)", valueName: "dir"),
    completion: .directory)
  var chartPath: [String] = []

  @Flag(help: "Load only plugins whose manifest states their library's digest.")
  var locked = false

  @Option(
    name: .customLong("plugin-timeout"),
    help: ArgumentHelp("How long a simulation with plugins may take. (default: 300)", valueName: "seconds"),
    transform: { Double(try whole($0, 1...1_000_000, "a number of seconds")) })
  var pluginTimeout: Double?

  @Option(
    name: .customLong("plugin-memory"),
    help: ArgumentHelp("The address space of a simulation with plugins. (default: 4096)", valueName: "MiB"),
    transform: { try whole($0, 64...1_048_576, "a number of MiB") })
  var pluginMemory: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads that run paths. (default: the processors)", valueName: "n"),
    transform: { try whole($0, 1...4096, "a number of threads") })
  var threads: Int?

  @Option(
    name: .customLong("log-level"),
    help: ArgumentHelp(
      "What is said on stderr: errors only, remarks too, or where everything was found.", valueName: "level"))
  var logLevel = LogLevel.info

  @Flag(name: [.long, .customShort("q")], inversion: .prefixedNo, help: "No progress, no remarks on stderr.")
  var quiet = false

  @Flag(inversion: .prefixedNo, help: "Print one JSON document.")
  var json = false

  /// Where things are found.
  func configuration() -> RuntimeConfiguration {
    var configuration = RuntimeConfiguration(
      database: database ?? "\(Surroundings.home)/mms.sqlite",
      scenarioDirectories: Surroundings.folders(
        first: scenarioPath, name: "scenarios", inCheckout: "scenarios"),
      dataDirectories: Surroundings.folders(first: dataPath, name: "data", inCheckout: "examples/data"),
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    configuration.pluginDirectories = Surroundings.folders(
      first: pluginPath, name: "plugins", inCheckout: "Plugins")
    if !chartPath.isEmpty { configuration.chartDirectories = chartPath }
    configuration.isLocked = locked
    if let pluginTimeout { configuration.foreignSeconds = pluginTimeout }
    if let pluginMemory { configuration.foreignMemory = pluginMemory << 20 }
    return configuration
  }

  /// The runtime that does the work; nothing is opened yet.
  func runtime() throws(MMSError) -> Runtime {
    let configuration = configuration()
    if logLevel == .debug {
      Standard.complain("debug: database \(configuration.database ?? "none")")
      Standard.complain("debug: scenarios from \(configuration.scenarioDirectories.joined(separator: ", "))")
      Standard.complain("debug: bundled bars from \(configuration.dataDirectories.joined(separator: ", "))")
      Standard.complain("debug: plugins from \(configuration.pluginDirectories.joined(separator: ", "))")
      Standard.complain("debug: \(configuration.threads) threads")
    }
    return try Runtime(configuration, sources: .ofProgram)
  }

  /// Says something on stderr unless asked to be quiet.
  func remark(_ text: String) {
    if !quiet, logLevel != .error { Standard.complain(text) }
  }
}

/// How much is said on stderr.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  /// Errors only.
  case error
  /// Errors and remarks.
  case info
  /// And where everything was found.
  case debug
}

/// Reads a whole number within bounds, for the parser.
func whole(_ text: String, _ range: ClosedRange<Int>, _ what: String) throws -> Int {
  guard let value = Int(text), range.contains(value) else {
    throw ValidationError("\(what) is a whole number from \(range.lowerBound) to \(range.upperBound)")
  }
  return value
}

/// A seed on the command line: any number of 64 bits.
func seedNumber(_ text: String) throws -> UInt64 {
  guard let seed = UInt64(text) else {
    throw ValidationError("a seed is a whole number from 0 to \(UInt64.max)")
  }
  return seed
}
