// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import MMSPluginHost
import Synchronization

/// The child's side of a study: runs it behind everything else this host has to do, and ends with its parent.
struct StudyWorker {
  /// How often the parent is told how far it is.
  private static let pause = Duration.milliseconds(100)

  private let order: StudyOrder
  private let frames: WorkerFrames

  init(_ order: StudyOrder, _ frames: WorkerFrames) {
    self.order = order
    self.frames = frames
  }

  /// Runs the study.
  ///
  /// - Returns: The document it answers.
  func run(sources: DataSourceFactory) throws(MMSError) -> JSONValue {
    giveWay()
    ProcessLimits.apply(memory: order.configuration.foreignMemory, seconds: 0)
    leash()
    let runtime = try Runtime(order.configuration, sources: sources)
    let report = reporter()
    switch order.task {
    case .compare(let request):
      return ComparisonDocuments(try runtime.compare(request, progress: report)).json
    case .experiment(let definition, let folder):
      let experiment = try PreparedExperiment(definition, runtime: runtime)
      return try experiment.run(in: folder, threads: order.configuration.threads, progress: report)
    }
  }

  /// Lets others have the processors first; before there are other threads, which stand as the one that starts them.
  private func giveWay() {
    switch order.urgency {
    case .normal: break
    case .awaited: _ = nice(5)
    case .background:
      // A nice process would keep its slice when a worker wakes up.
      if !SchedulingClass.idle.enter() { _ = nice(19) }
    }
  }

  /// Ends this process when the one that asked is gone: nobody would hear of the result.
  private func leash() {
    let input = frames.input
    Thread.detachNewThread {
      var entry = pollfd(fd: input, events: 0, revents: 0)
      while unsafe poll(&entry, 1, -1) < 0, errno == EINTR {}
      _exit(0)
    }
  }

  /// Tells the parent how far it is, from whatever thread, now and then, and always at the end.
  private func reporter() -> @Sendable (Int, Int) -> Void {
    let frames = frames
    let last = Mutex<(at: ContinuousClock.Instant?, done: Int)>((nil, -1))
    return { done, wanted in
      // Under the lock, so that frames of two threads do not mix.
      last.withLock { last in
        let now = ContinuousClock.now
        let isDue = last.at.map { now - $0 > Self.pause } ?? true
        guard isDue || done == wanted, done > last.done else { return }
        last = (now, done)
        try? frames.send(["progress": .integer(Int64(done)), "of": .integer(Int64(wanted))])
      }
    }
  }
}
