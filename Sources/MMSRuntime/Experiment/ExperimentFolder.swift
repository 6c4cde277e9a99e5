// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
public import MMSScenario
import MMSStore
public import MMSStudy

/// The folder an experiment writes to: `results.csv`, `experiment.json` and `progress.sqlite`.
public struct ExperimentFolder: Sendable {
  /// The folder, as the user named it.
  public let path: String
  /// The experiment.
  public let definition: ExperimentDefinition
  /// Its trials.
  public let trials: TrialList
  /// Which part of them belongs here.
  public let shard: TrialSchedule.Shard
  let inputs: ExperimentInputs
  let store: ExperimentStore

  /// A file in the folder.
  static func file(_ name: String, in folder: String) -> String { "\(folder)/\(name)" }
  static let progress = "progress.sqlite"
  static let results = "results.csv"
  static let summary = "experiment.json"

  /// Opens a folder that was begun.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when none was; ``MMSError/Code/invalidData`` when it holds something else.
  public init(reading path: String) throws(MMSError) {
    self.path = path
    store = try ExperimentStore(path: Self.file(Self.progress, in: path), readOnly: true)
    let facts = try store.facts()
    guard let text = facts["yaml"], let file = facts["file"],
      let shard = facts["shard"].flatMap({ TrialSchedule.Shard($0) }), let inputs = facts["inputs"]
    else {
      throw MMSError(.invalidData, "'\(store.path)' holds no experiment; name the folder of one")
    }
    definition = try ExperimentDefinition(text: text, file: file)
    trials = try TrialList(definition.design)
    self.shard = shard
    self.inputs = ExperimentInputs(json: try JSONValue(parsing: inputs))
  }

  /// Begins a folder, or goes on with one that the same experiment began.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when another experiment, another part of it, or the same with other inputs
  ///   began it; ``MMSError/Code/unavailable`` when it cannot be written.
  init(
    writing path: String, _ definition: ExperimentDefinition, _ trials: TrialList,
    shard: TrialSchedule.Shard, inputs: ExperimentInputs
  ) throws(MMSError) {
    self.path = path
    self.definition = definition
    self.trials = trials
    self.shard = shard
    self.inputs = inputs
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw MMSError(
        .unavailable, "the folder '\(path)' cannot be created; choose another with --output", cause: error)
    }
    store = try ExperimentStore(path: Self.file(Self.progress, in: path))
    let facts = try store.facts()
    if let old = facts["digest"] {
      try check(old, facts)
    } else {
      try store.setFacts([
        "digest": definition.design.digest, "name": definition.design.name, "yaml": definition.text,
        "file": definition.file, "shard": shard.description, "inputs": inputs.json.write(),
      ])
    }
  }

  /// How many trials belong here.
  public var size: Int { shard.size(of: trials.count) }

  /// How many of them are done, and how many of those failed.
  public func progress() throws(MMSError) -> (done: Int, failed: Int) {
    (try store.count(), try store.failures())
  }

  /// Refuses to go on with what another experiment began.
  private func check(_ digest: String, _ facts: [String: String]) throws(MMSError) {
    let remedy = "give another --output, or remove '\(path)' to begin anew"
    guard digest == definition.design.digest else {
      let name = facts["name"] ?? "?"
      throw MMSError(
        .invalidValue,
        name == definition.design.name
          ? "'\(path)' was begun with another version of experiment '\(name)': the file has changed since"
          : "'\(path)' holds experiment '\(name)', not '\(definition.design.name)'",
        path: "output", hint: remedy)
    }
    guard facts["shard"] == shard.description else {
      throw MMSError(
        .invalidValue,
        "'\(path)' holds shard \(facts["shard"] ?? "?") of experiment '\(definition.design.name)', not"
          + " \(shard.description)", path: "shard", hint: remedy)
    }
    let old = ExperimentInputs(json: (try? JSONValue(parsing: facts["inputs"] ?? "")) ?? .null)
    let changes = inputs.changes(from: old)
    guard changes.isEmpty else {
      throw MMSError(
        .invalidValue,
        "'\(path)' was begun with other inputs; changed since: \(changes.joined(separator: ", "))",
        path: "output", hint: remedy)
    }
  }

  /// Writes `experiment.json`, and `results.csv` when asked for, from what is stored.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` when the stored trials are not those of the experiment.
  func conclude(rewritesResults: Bool) throws(MMSError) -> JSONValue {
    let isWhole = shard == .whole
    var findings = isWhole ? ExperimentFindings(trials) : nil
    let table = rewritesResults ? try ResultsFile(self) : nil
    var count = 0
    var failure: MMSError?
    try store.forEach { number, digest, outcome in
      if failure != nil { return }
      do throws(MMSError) {
        guard count < size, number == shard.number(count) else {
          throw MMSError(.invalidData, "'\(store.path)' lacks trials before number \(number); run it again")
        }
        let trial = trials[number]
        guard trial.digest == digest else {
          throw MMSError(
            .invalidData,
            "trial \(number) in '\(store.path)' is not that of the experiment; remove the folder")
        }
        try table?.append(outcome, of: trial)
        findings?.add(trial, outcome)
        count += 1
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard count == size else {
      throw MMSError(.invalidData, "'\(store.path)' lacks \(size - count) of \(size) trials; run it again")
    }
    try table?.close()
    let provenance: JSONValue = ["inputs": inputs.json]
    let json =
      findings?.json(provenance: provenance)
      ?? [
        "experiment": .string(definition.design.name), "digest": .string(definition.design.digest),
        "shard": .string(shard.description), "trials": .integer(Int64(size)), "provenance": provenance,
      ]
    let file = Self.file(Self.summary, in: path)
    do {
      try Data((json.write(pretty: true) + "\n").utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw MMSError(.unavailable, "'\(file)' cannot be written; free space and run again", cause: error)
    }
    return json
  }
}
