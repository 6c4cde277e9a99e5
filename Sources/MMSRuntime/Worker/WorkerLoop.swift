// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
public import MMSData
import MMSPluginHost
public import MMSReport

/// The child's side: reads requests until its input ends, runs each, and answers.
public enum WorkerLoop {
  /// Serves the process that started this one over standard input and output.
  ///
  /// Frames keep a descriptor of their own: what a plugin prints goes to standard error.
  ///
  /// - Parameters:
  ///   - sources: What opens data URIs.
  ///   - text: Writes a result as people read it.
  /// - Throws: ``MMSCore/MMSError/Code/usage`` when what comes in is no frame.
  public static func serve(
    sources: DataSourceFactory = DataSourceFactory(), text: @Sendable (SimulationSummary) -> String
  ) throws(MMSError) {
    let output = dup(STDOUT_FILENO)
    _ = dup2(STDERR_FILENO, STDOUT_FILENO)
    let frames = WorkerFrames(input: STDIN_FILENO, output: output)
    while true {
      let document: JSONValue
      do throws(WorkerFrames.End) {
        document = try frames.receive()
      } catch {
        if case .closed = error { return }
        throw MMSError(
          .usage, "'mms worker --stdio' speaks in frames with the program that starts it; this input is none",
          hint: "run 'mms simulate' instead: it starts a worker where one is needed")
      }
      answer(document, frames, sources, text)
    }
  }

  private static func answer(
    _ document: JSONValue, _ frames: WorkerFrames, _ sources: DataSourceFactory,
    _ text: @Sendable (SimulationSummary) -> String
  ) {
    // When the parent is gone there is nobody to tell: the next read ends the loop.
    do throws(MMSError) {
      if let library = document["inspect"]?.stringValue {
        let configuration = RuntimeConfiguration(inspecting: document)
        ProcessLimits.apply(memory: configuration.foreignMemory, seconds: configuration.foreignSeconds)
        say("while its debug information was read", frames)
        let found = try DebugFunctions(library: library)
        try? frames.send(["outcome": .array(found.prototypes.map { .string($0) })])
        return
      }
      if document["study"] != nil {
        let order = try StudyOrder(json: document)
        let outcome = try StudyWorker(order, frames).run(sources: sources)
        try? frames.send(["outcome": outcome])
        return
      }
      let order = try WorkerOrder(json: document)
      ProcessLimits.apply(
        memory: order.configuration.foreignMemory, seconds: order.configuration.foreignSeconds)
      let runtime = try Runtime(order.configuration, sources: sources)
      say("while it was prepared", frames)
      if order.task == .bench {
        say("while it was measured", frames)
        let only = order.request.strategy
        let figures = try PluginMeasurement(runtime, order.request).run(
          only: only.contains("/") ? only : nil)
        try? frames.send(["outcome": figures.json])
        return
      }
      if order.task == .targets {
        let outcomes = try runtime.prepare(order.request).checkTargets(paths: order.request.paths)
        tell(frames)
        try? frames.send(["outcome": .array(outcomes.map(\.numbers))])
        return
      }
      let summary = try runtime.simulate(order.request, recordsSeries: order.parts.report) { done, wanted in
        try? frames.send(["progress": .integer(Int64(done)), "of": .integer(Int64(wanted))])
      }
      say("after the last path", frames)
      tell(frames)
      let outcome = SimulationOutcome(summary, parts: order.parts, text: text(summary))
      try? frames.send(["outcome": outcome.json])
    } catch {
      try? frames.send(["failure": error.json])
    }
  }

  /// Passes on what plugins said.
  private static func tell(_ frames: WorkerFrames) {
    for line in HostLog.shared.take() {
      let count = line.count > 1 ? " (\(line.count) times)" : ""
      try? frames.send(["log": .string(line.text + count)])
    }
  }

  private static func say(_ place: String, _ frames: WorkerFrames) {
    try? frames.send(["place": .string(place)])
  }
}
