// SPDX-License-Identifier: Apache-2.0

import MMSPluginHost

/// The conformance check of a plugin: every contract of the ABI that can be tried, each try in a child of its own.
public struct PluginCheck: Sendable {
  /// What to check and how.
  public struct Settings: Sendable {
    /// Only these groups; empty for all.
    public var groups: Set<CheckGroup> = []
    /// The seed of everything drawn.
    public var seed: UInt64 = 1
    /// Only the random question of this seed.
    public var reproduce: UInt64?
    /// Random questions of each model.
    public var cases = 200
    /// Seconds each child may take.
    public var seconds = 20.0

    /// The usual check.
    public init() {}
  }

  /// The plugin's folder.
  public let folder: String
  private let settings: Settings
  private let process: ProbeProcess

  /// Prepares a check.
  ///
  /// - Parameters:
  ///   - folder: The plugin's folder, with its manifest.
  ///   - executable: The program whose `plugin check --alone` answers orders: this one.
  public init(folder: String, executable: String, settings: Settings = Settings()) {
    self.folder = folder
    self.settings = settings
    process = ProbeProcess(executable: executable, seconds: settings.seconds)
  }

  /// Runs all checks and reports each as it ends.
  public func run(_ show: @escaping (CheckResult) -> Void = { _ in }) -> CheckReport {
    var log = CheckLog(settings: settings, show: show)
    let manifest = ManifestChecks(folder: folder).run(&log)
    if let manifest {
      if ManifestChecks.library(manifest, &log), load(&log) {
        for model in manifest.models {
          ModelChecks(folder: folder, model: model, settings: settings, process: process).run(&log)
        }
      }
    }
    return CheckReport(
      folder: folder, plugin: manifest?.origin, seed: settings.seed, results: log.results)
  }

  /// Loading: whether all else can be tried.
  private func load(_ log: inout CheckLog) -> Bool {
    let order = { ProbeOrder(folder: folder, model: nil, probe: $0, seed: settings.seed) }
    let loaded = process.run(order(.load))
    log.add("load.library", nil, loaded)
    guard loaded.answer.outcome != .failed else { return false }
    var effects = process.run(order(.effects))
    if effects.answer.outcome == .passed,
      let line = effects.output.split(separator: "\n").first(where: { !$0.isEmpty })
    {
      effects.answer = .failed("loading it prints '\(line)'; use the host's log")
    }
    log.add("load.effects", nil, effects)
    return true
  }
}

/// Results as they come.
struct CheckLog {
  let settings: PluginCheck.Settings
  let show: (CheckResult) -> Void
  private(set) var results: [CheckResult] = []

  init(settings: PluginCheck.Settings, show: @escaping (CheckResult) -> Void) {
    self.settings = settings
    self.show = show
  }

  /// Whether anybody wants a group.
  func wants(_ name: String) -> Bool {
    guard !settings.groups.isEmpty else { return true }
    return settings.groups.contains { name.hasPrefix($0.rawValue + ".") }
  }

  mutating func add(_ result: CheckResult) {
    // What others depend on runs in any case, and is shown when it was asked for or went wrong.
    guard wants(result.name) || result.outcome == .failed else { return }
    results.append(result)
    show(result)
  }

  mutating func add(_ name: String, _ model: String?, _ outcome: ProbeProcess.Outcome) {
    add(
      CheckResult(
        name, model: model, outcome.answer.outcome, outcome.answer.detail, seconds: outcome.seconds,
        reproduce: outcome.answer.outcome == .failed ? outcome.answer.reproduce : nil))
  }
}
