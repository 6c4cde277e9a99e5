// SPDX-License-Identifier: Apache-2.0
#if Service

import GRPCCore
import Logging
import MMSCore
import MMSRuntime
import SwiftProtobuf

/// The calls of `mms.v1.Simulation`: checks, asks the host, answers.
struct SimulationCalls: Mms_V1_Simulation.SimpleServiceProtocol {
  let host: any SimulationHost
  let scrubber: PathScrubber
  let ending: EndingFlag
  /// The longest message, in bytes.
  let limit: Int
  let metrics: CallMetrics
  let logger: Logger

  func simulate(
    request: Mms_V1_SimulateRequest, context: ServerContext
  ) async throws -> Mms_V1_SimulateResponse {
    try await answering(request, context) { () async throws(MMSError) in
      let wanted = try SimulationBody.request(request.body, runtime: host.runtime)
      let answer = try await whileClientWaits { () async throws(MMSError) in
        try await host.simulate(wanted, progress: nil)
      }
      return try Mms_V1_SimulateResponse(answer)
    }
  }

  func simulateStream(
    request: Mms_V1_SimulateRequest, response: RPCWriter<Mms_V1_SimulateEvent>, context: ServerContext
  ) async throws {
    let answer = try await answering(request, context) { () async throws(MMSError) in
      let wanted = try SimulationBody.request(request.body, runtime: host.runtime)
      // Who reads slowly is told of the latest only.
      let (updates, feed) = AsyncStream.makeStream(
        of: Mms_V1_Progress.self, bufferingPolicy: .bufferingNewest(1))
      let told = Task {
        var done: Int64 = -1
        for await update in updates where update.done > done {
          try await response.write(.with { $0.progress = update })
          done = update.done
        }
        return done
      }
      defer { feed.finish() }
      let answer = try await whileClientWaits { () async throws(MMSError) in
        try await host.simulate(wanted) { done, wanted in
          feed.yield(
            .with {
              $0.done = Int64(done)
              $0.wanted = Int64(wanted)
            })
        }
      }
      let message = try Mms_V1_SimulateResponse(answer)
      // The end of the way is always told, after a cached answer too.
      feed.yield(
        .with {
          $0.done = message.paths
          $0.wanted = message.paths
        })
      feed.finish()
      if case .failure = await told.result { throw .clientGone }
      return message
    }
    try await response.write(.with { $0.result = answer })
  }

  func calibrate(
    request: Mms_V1_CalibrateRequest, context: ServerContext
  ) async throws -> Mms_V1_CalibrateResponse {
    try await answering(request, context) { () async throws(MMSError) in
      let wanted = try CalibrationBody.request(request.body)
      return Mms_V1_CalibrateResponse(try await host.calibrate(wanted), asList: wanted.scenario == nil)
    }
  }

  func compare(
    request: Mms_V1_CompareRequest, context: ServerContext
  ) async throws -> Mms_V1_CompareResponse {
    try await answering(request, context) { () async throws(MMSError) in
      let wanted = try ComparisonBody.request(request.body, runtime: host.runtime)
      let answer = try await whileClientWaits { () async throws(MMSError) in try await host.compare(wanted) }
      return Mms_V1_CompareResponse(answer)
    }
  }

  func listScenarios(
    request: Mms_V1_ListScenariosRequest, context: ServerContext
  ) async throws -> Mms_V1_ListScenariosResponse {
    try await answering(request, context) { () async throws(MMSError) in
      let (runtime, scrubber) = (host.runtime, scrubber)
      return await SimulationService.onThread {
        Mms_V1_ListScenariosResponse(Vocabulary(runtime, hiding: scrubber.scrub))
      }
    }
  }

  /// Refuses a message that is too long; counts, times and translates the errors of one call.
  private func answering<Value>(
    _ message: some Message, _ context: ServerContext, _ work: () async throws(MMSError) -> Value
  ) async throws(RPCError) -> Value {
    let began = ContinuousClock.now
    let size = (try? message.serializedBytes() as [UInt8])?.count ?? 0
    guard size <= limit else {
      metrics.end(context.descriptor, code: "\(RPCError.Code.resourceExhausted)", after: .zero)
      throw RPCError(.tooLarge(limit: limit), status: .resourceExhausted)
    }
    do throws(MMSError) {
      let value = try await work()
      metrics.end(context.descriptor, code: "ok", after: ContinuousClock.now - began)
      return value
    } catch {
      let told = RPCError(error, hiding: scrubber.scrub)
      if error.code == .internal {
        logger.error(
          "a call failed", metadata: ["method": "\(context.descriptor.method)", "reason": "\(error)"])
      }
      metrics.end(context.descriptor, code: "\(told.code)", after: ContinuousClock.now - began)
      throw told
    }
  }

  /// Runs work that is given up when the client goes away or its deadline passes.
  private func whileClientWaits<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(MMSError) -> Value
  ) async throws(MMSError) -> Value {
    let task = Task { () -> Result<Value, MMSError> in
      do throws(MMSError) { return .success(try await work()) } catch { return .failure(error) }
    }
    let ending = ending
    // The transport speaks through a handle of its own and does not cancel the task. It also speaks when the server
    // begins to end: then what was accepted is finished.
    let result = await withTaskCancellationHandler {
      await withRPCCancellationHandler {
        await task.value
      } onCancelRPC: {
        if !ending.isSet { task.cancel() }
      }
    } onCancel: {
      task.cancel()
    }
    return try result.get()
  }
}

#endif
