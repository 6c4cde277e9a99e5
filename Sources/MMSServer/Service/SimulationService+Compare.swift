// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import Synchronization

extension SimulationService {
  /// How many comparisons run at a time: each takes every thread there is.
  private static let comparisonLimit = 4

  /// Runs both sides of a comparison in a child process, or in this one where there are no others, and keeps it.
  ///
  /// - Returns: The object that POST /compare answers.
  /// - Throws: `.invalidValue`, `.noData` and their like for a wrong request, `.exhausted` when enough are under way.
  func compare(_ request: ComparisonRequest) async throws(MMSError) -> JSONValue {
    guard !flights.withLock(\.isClosing) else {
      throw MMSError(.unavailable, "the service is shutting down; ask again when it is back")
    }
    try renew(try world.current())
    let (runtime, studies) = (runtime, studies)
    let mayRun = comparisons.withLock { running in
      guard running < Self.comparisonLimit else { return false }
      running += 1
      return true
    }
    guard mayRun else {
      throw MMSError(
        .exhausted,
        "\(Self.comparisonLimit) comparisons are under way, which is as many as this service runs at a time;"
          + " ask again in a second")
    }
    defer { comparisons.withLock { $0 -= 1 } }
    let runner = studies.runner(runtime)
    let task = Task { () -> Result<(Study, ComparisonDocuments), MMSError> in
      do throws(MMSError) {
        return .success(
          try await Self.onThread { () throws(MMSError) in
            try runtime.check(request)
            for (name, side) in [("a", request.a), ("b", request.b)] {
              try self.refuseForeign(side.request, runtime, path: name)
            }
            let documents = try runner.compare(request, runtime)
            return (try studies.keep(documents, of: request), documents)
          })
      } catch {
        return .failure(error)
      }
    }
    let (study, documents) = try await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      runner.stop()
    }.get()
    return study.answer(documents, reportURL: reportURL(study.id))
  }

  /// Refuses plugins where there is no other process that could run them.
  func refuseForeign(
    _ request: SimulationRequest, _ runtime: Runtime, path: String
  ) throws(MMSError) {
    guard configuration.isAlone, let foreign = try runtime.foreignModels(of: request).first
    else { return }
    throw MMSError(
      .invalidValue,
      "\(foreign.descriptor.id) comes from a plugin, and this service runs without workers;"
        + " start it with --workers 1 or more", path: path)
  }
}

extension Study {
  /// What POST /compare answers and GET /comparisons/ID repeats.
  func answer(_ documents: ComparisonDocuments, reportURL: String) -> JSONValue {
    var answer: JSONObject = ["comparison_id": .string(id)]
    for member in documents.answer.objectValue ?? [:] { answer[member.key] = member.value }
    answer["report_url"] = .string(reportURL)
    answer["created_at"] = .string(createdAt.description)
    return .object(answer)
  }
}

#endif
