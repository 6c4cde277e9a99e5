// SPDX-License-Identifier: Apache-2.0

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
