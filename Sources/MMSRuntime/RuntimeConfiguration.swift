// SPDX-License-Identifier: Apache-2.0

import MMSReport

/// Where a runtime finds things and how much of the machine it uses.
public struct RuntimeConfiguration: Sendable, Hashable {
  /// The database file; nil keeps no state and stores nothing.
  public var database: String?
  /// Directories with scenario files, first match wins.
  public var scenarioDirectories: [String]
  /// Directories with bundled bars, first match wins.
  public var dataDirectories: [String]
  /// Threads that run paths.
  public var threads: Int
  /// The most path-steps one request may ask for.
  public var maximumPathSteps: Int
  /// Directories with plugins: each is a plugin's own folder or holds such folders.
  public var pluginDirectories: [String] = []
  /// Whether every plugin has to state its library's digest.
  public var isLocked = false
  /// Whether this process may load plugins; else a child does what needs them.
  public var mayRunForeignCode = false
  /// The address space of a child that runs plugins, in bytes; 0 for no limit.
  public var foreignMemory = 4 << 30
  /// How long a child may take, in seconds; 0 for any time.
  public var foreignSeconds = 300.0
  /// Whether requests share what was read for them, as long as ``Runtime/renew(_:)`` names the same state.
  public var sharesPreparations = false
  /// Whether what is stored survives the loss of power, and not only the death of the process.
  public var survivesPowerLoss = false
  /// Directories with the charting library of report pages, first match wins.
  public var chartDirectories = [ChartLibrary.installedFolder]
  /// The program a child runs: mms itself.
  public var workerExecutable = "/proc/self/exe"

  /// Configures a runtime.
  public init(
    database: String?, scenarioDirectories: [String], dataDirectories: [String], threads: Int,
    maximumPathSteps: Int = 20_000_000_000
  ) {
    self.database = database
    self.scenarioDirectories = scenarioDirectories
    self.dataDirectories = dataDirectories
    self.threads = threads
    self.maximumPathSteps = maximumPathSteps
  }
}

/// The version of MMS; part of every result's provenance.
public enum MMSVersion {
  /// The release, as `mms --version` prints it.
  public static let current = "0.1.0"
}
