// SPDX-License-Identifier: Apache-2.0
#if Service

import CoreMetrics
import GRPCCore
import Synchronization

/// What the gRPC door counts and times.
final class CallMetrics: Sendable {
  private struct Key: Hashable {
    let method: String
    let code: String
  }

  private struct Instruments {
    var counters: [Key: Counter] = [:]
    var durations: [String: CoreMetrics.Timer] = [:]
  }

  private let registry: PrometheusRegistry
  private let instruments = Mutex(Instruments())

  /// Announces the families of a door.
  init(_ registry: PrometheusRegistry) {
    self.registry = registry
    registry.describe("mms_grpc_requests_total", "gRPC calls that were answered.")
    registry.describe("mms_grpc_request_seconds", "Time from the message of a gRPC call to its answer.")
  }

  /// A call was answered.
  func end(_ descriptor: MethodDescriptor, code: String, after elapsed: Duration) {
    let method = descriptor.method
    let (counter, duration) = instruments.withLock { instruments in
      let key = Key(method: method, code: code)
      let counter =
        instruments.counters[key]
        ?? Counter(
          label: "mms_grpc_requests_total", dimensions: [("method", method), ("code", code)],
          factory: registry)
      instruments.counters[key] = counter
      let duration =
        instruments.durations[method]
        ?? CoreMetrics.Timer(
          label: "mms_grpc_request_seconds", dimensions: [("method", method)], factory: registry)
      instruments.durations[method] = duration
      return (counter, duration)
    }
    counter.increment()
    duration.recordNanoseconds(elapsed.nanoseconds)
  }
}

#endif
