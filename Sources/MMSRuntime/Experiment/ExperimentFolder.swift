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
  /// - Throws: ``MMSCore/MMSError/Code/notFound`` when none was; ``MMSCore/MMSError/Code/invalidData`` when it holds something else.
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

  /// Begins a folder that the caller has locked, or goes on with one that the same experiment began.
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
    (try store.count() + store.unsaved(), try store.failures())
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

  /// A stored trial that is not of the experiment.
  func foreign(_ number: Int) -> MMSError {
    MMSError(
      .invalidData, "'\(store.path)' holds a trial \(number) that is not this experiment's",
      hint: "remove '\(path)' to begin anew")
  }

  /// Adds every stored outcome to a table, in the order of numbers.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` when a trial is stored that is not of the experiment.
  func replay(into table: ResultsFile, _ each: (_ place: Int) -> Void = { _ in }) throws(MMSError) {
    var failure: MMSError?
    try store.forEach { number, outcome in
      if failure != nil { return }
      let place = (number - shard.index + 1) / shard.count
      guard number >= 0, place < size, shard.number(place) == number else {
        failure = foreign(number)
        return
      }
      each(place)
      do throws(MMSError) { try table.append(outcome, of: trials[number]) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Ends the table and writes `experiment.json`.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` when trials are missing.
  func conclude(_ table: ResultsFile) throws(MMSError) -> JSONValue {
    guard table.count == size else {
      throw MMSError(
        .invalidData, "'\(path)' lacks \(size - table.count) of \(size) trials; run it again")
    }
    try table.close()
    let provenance: JSONValue = ["inputs": inputs.json]
    let json: JSONValue =
      shard == .whole
      ? table.findings.json(provenance: provenance)
      : [
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
