// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSScenario
import MMSStore
import MMSStudy

/// Joins the shards of an experiment into what one run would have written.
public enum ExperimentMerge {
  private static let batch = 1000

  /// Merges folders into another one.
  ///
  /// - Returns: The content of `experiment.json`.
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` when the folders are of different experiments, or of one with different
  ///   inputs, when trials are missing, or when the same trial has two results.
  public static func merge(_ paths: [String], into output: String) throws(MMSError) -> JSONValue {
    var folders: [ExperimentFolder] = []
    for path in paths { folders.append(try ExperimentFolder(reading: path)) }
    guard let first = folders.first else {
      throw MMSError(.usage, "no folder to merge is named; give those of all shards")
    }
    for other in folders.dropFirst() { try check(other, with: first) }
    let missing = try missing(folders)
    guard missing.isEmpty else {
      throw MMSError(
        .invalidValue,
        "experiment '\(first.definition.design.name)' is not complete: \(missing.joined(separator: "; "))",
        hint: "run what is missing, then merge again")
    }
    let lock = try FolderLock(output)
    defer { lock.release() }
    let merged = try ExperimentFolder(
      writing: output, first.definition, first.trials, shard: .whole, inputs: first.inputs)
    for folder in folders {
      var rows: [(number: Int, outcome: TrialOutcome)] = []
      var failure: MMSError?
      try folder.store.forEach { number, outcome in
        if failure != nil { return }
        rows.append((number, outcome))
        guard rows.count >= batch else { return }
        do throws(MMSError) { try merged.store.keep(rows) } catch { failure = error }
        rows.removeAll(keepingCapacity: true)
      }
      if let failure { throw failure }
      try merged.store.keep(rows)
    }
    try merged.store.finish()
    let table = try ResultsFile(merged)
    try merged.replay(into: table)
    return try merged.conclude(table)
  }

  private static func check(_ other: ExperimentFolder, with first: ExperimentFolder) throws(MMSError) {
    let (a, b) = (first.definition.design, other.definition.design)
    guard a.digest == b.digest else {
      throw MMSError(
        .invalidValue,
        a.name == b.name
          ? "'\(first.path)' and '\(other.path)' are of two versions of experiment '\(a.name)'"
          : "'\(first.path)' is of experiment '\(a.name)' and '\(other.path)' of '\(b.name)'",
        hint: "merge folders of one experiment only")
    }
    let changes = other.inputs.changes(from: first.inputs)
    guard changes.isEmpty else {
      throw MMSError(
        .invalidValue,
        "'\(first.path)' and '\(other.path)' had different inputs: \(changes.joined(separator: ", "))",
        hint: "run both with the same scenarios, data, plugins and version of MMS")
    }
    guard first.shard.count == other.shard.count else {
      throw MMSError(
        .invalidValue,
        "'\(first.path)' holds shard \(first.shard.description) and '\(other.path)' shard"
          + " \(other.shard.description); merge shards of one cut")
    }
  }

  /// What is not there, in words: shards without a folder, and trials that a folder lacks.
  private static func missing(_ folders: [ExperimentFolder]) throws(MMSError) -> [String] {
    var found: [Int: String] = [:]
    var missing: [String] = []
    for folder in folders {
      if let other = found[folder.shard.index] {
        throw MMSError(
          .invalidValue,
          "'\(other)' and '\(folder.path)' both hold shard \(folder.shard.description); name one of them")
      }
      found[folder.shard.index] = folder.path
      let done = try folder.store.count()
      if done < folder.size {
        missing.append("'\(folder.path)' lacks \(folder.size - done) of its \(folder.size) trials")
      }
    }
    let count = folders[0].shard.count
    let absent = (1...count).filter { found[$0] == nil }
    if !absent.isEmpty {
      let names = absent.prefix(5).map { "\($0)/\(count)" }.joined(separator: ", ")
      missing.append("there is no folder of shard \(names)\(absent.count > 5 ? ", …" : "")")
    }
    return missing
  }
}
