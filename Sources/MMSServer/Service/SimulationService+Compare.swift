// SPDX-License-Identifier: Apache-2.0
#if Service

public import MMSCore
public import MMSReport
public import MMSRuntime
import Synchronization

extension SimulationService {
  /// How many comparisons run at a time: each takes every thread there is.
  private static let comparisonLimit = 4

  /// Runs both sides of a comparison, in this process or in a child where a plugin takes part.
  ///
  /// - Throws: `.invalidValue`, `.noData` and their like for a wrong request, `.exhausted` when enough are under way.
  public func compare(_ request: ComparisonRequest) async throws(MMSError) -> ComparisonSummary {
    guard !flights.withLock(\.isClosing) else {
      throw MMSError(.unavailable, "the service is shutting down; ask again when it is back")
    }
    try renew(try world.current())
    let runtime = runtime
    let isAlone = configuration.workers == 0 && configuration.broker == nil
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
    let isGivenUp = GivenUp()
    let task = Task { () -> Result<ComparisonSummary, MMSError> in
      do throws(MMSError) {
        return .success(
          try await Self.onThread { () throws(MMSError) in
            try runtime.check(request)
            if isAlone { try Self.refuseForeign(request, runtime) }
            return try runtime.compare(request, isCancelled: { isGivenUp.flag.load(ordering: .relaxed) })
          })
      } catch {
        return .failure(error)
      }
    }
    return try await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      isGivenUp.flag.store(true, ordering: .relaxed)
    }.get()
  }

  private static func refuseForeign(_ request: ComparisonRequest, _ runtime: Runtime) throws(MMSError) {
    for (name, side) in [("a", request.a), ("b", request.b)] {
      guard let foreign = try runtime.foreignModels(of: side.request).first else { continue }
      throw MMSError(
        .invalidValue,
        "\(foreign.descriptor.id) comes from a plugin, and this service runs without workers;"
          + " start it with --workers 1 or more", path: name)
    }
  }
}

/// Whether nobody waits for a comparison any more.
private final class GivenUp: Sendable {
  let flag = Atomic(false)
}

#endif
