// SPDX-License-Identifier: Apache-2.0
#if Service

import Hummingbird
import Logging
import NIOCore
import Synchronization

/// What a request carries besides itself: its logger, and whether its client is still there.
struct DoorContext: InitializableFromSource {
  let logger: Logger
  /// The request's id, as logs have it.
  let requestID: String
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    logger = source.logger
    channel = source.channel
    // A handler that keeps no metadata has no id either.
    requestID = source.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? RequestID().description
  }

  /// Runs something, and cancels it when the client closes the connection.
  func whileClientWaits<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    let watch = ConnectionWatch.of(channel)
    watch?.wait { task.cancel() }
    defer { watch?.wait(nil) }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}

#endif
