// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
public import MMSScenario
import MMSStore
public import MMSStudy

/// An experiment that was read and checked, ready to be run in a folder.
public struct PreparedExperiment: Sendable {
  /// The experiment.
  public let definition: ExperimentDefinition
  /// Its trials.
  public let trials: TrialList
  private let runtime: Runtime
  private let requests: TrialRequests

  /// Checks an experiment as far as that goes without running it: every value of the grid once.
  ///
  /// - Parameters:
  ///   - definition: What the file says.
  ///   - runtime: Shares its preparations, or every trial reads its market anew.
  /// - Throws: What ``Runtime/check(_:)-(SimulationRequest)`` throws of the first value that is wrong.
  public init(_ definition: ExperimentDefinition, runtime: Runtime) throws(MMSError) {
    self.definition = definition
    self.runtime = runtime
    trials = try TrialList(definition.design)
    requests = TrialRequests(file: definition.file)
    // Parameters of one strategy need not suit another: then each trial says for itself what is wrong.
    if !trials.keys.contains("strategy") {
      for body in trials.probes { try check(body) }
    } else if let first = trials.probes.first {
      try check(first)
    }
  }

  private func check(_ body: JSONObject) throws(MMSError) {
    var body = body
    if let walk = definition.design.walkForward {
      let part = walk.part(0, isTest: false)
      body["start_time"] = .string(part.start.description)
      body["period"] = .string(part.length.description)
    }
    do throws(MMSError) {
      try runtime.check(requests.request(body))
    } catch {
      var error = error
      error.message = "experiment '\(definition.design.name)': \(error.message)"
      throw error
    }
  }

  /// Seconds one trial takes, measured on the first.
  public func secondsPerTrial() throws(MMSError) -> Double {
    let runner = RuntimeTrialRunner(runtime, requests, bootstraps: definition.design.bootstrapsErrors)
    _ = try runner.run(trials[0])
    let began = ContinuousClock.now
    _ = try runner.run(trials[0])
    return (ContinuousClock.now - began) / .seconds(1)
  }

  /// Runs what is not done yet.
  ///
  /// A process that dies loses the trials in flight; running again goes on with the others.
  ///
  /// - Parameters:
  ///   - path: The folder to write to.
  ///   - shard: Which part of the trials.
  ///   - threads: How many run at once.
  ///   - progress: Told how many trials of the part are done and how many there are.
  ///   - isCancelled: Asked between trials; true ends the run.
  /// - Returns: The content of `experiment.json`.
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` when another experiment or other inputs began the folder;
  ///   ``MMSCore/MMSError/Code/unavailable`` when another process is at it.
  public func run(
    in path: String, shard: TrialSchedule.Shard = .whole, threads: Int,
    progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(MMSError) -> JSONValue {
    let size = shard.size(of: trials.count)
    guard size > 0 else {
      throw MMSError(
        .invalidValue, "shard \(shard.description) of \(trials.count) trials is empty; cut fewer shards",
        path: "shard")
    }
    let inputs = try ExperimentInputs(trials, requests, runtime)
    let lock = try FolderLock(path)
    defer { lock.release() }
    let folder = try ExperimentFolder(writing: path, definition, trials, shard: shard, inputs: inputs)
    let table = try ResultsFile(folder)
    var isDone = [Bool](repeating: false, count: size)
    var done = 0
    try folder.replay(into: table) { place in
      isDone[place] = true
      done += 1
    }
    progress?(done, size)
    var schedule = TrialSchedule(trials, shard: shard, threads: threads)
    schedule.progress = { progress?($0, size) }
    schedule.isCancelled = isCancelled
    let doneBefore = isDone
    // Few trials leave threads idle: their paths take them.
    let runner = RuntimeTrialRunner(
      runtime, requests, bootstraps: definition.design.bootstrapsErrors,
      threads: size - done < threads ? threads : 1)
    try schedule.run(
      runner, into: FolderSink(folder: folder, table: table), isDone: { doneBefore[$0] }, done: done)
    try folder.store.finish()
    return try folder.conclude(table)
  }
}

/// Keeps a second process out of a folder, until released or the process dies.
struct FolderLock {
  private let descriptor: Int32

  /// Locks a folder, creating it when there is none.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when it cannot be created, or another process holds it.
  init(_ path: String) throws(MMSError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw MMSError(
        .unavailable, "the folder '\(path)' cannot be created; choose another with --output", cause: error)
    }
    descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if descriptor >= 0 { close(descriptor) }
      throw MMSError(
        .unavailable, "another process is running the experiment in '\(path)'; wait for it, or end it first")
    }
  }

  func release() { close(descriptor) }
}
