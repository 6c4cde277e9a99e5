// SPDX-License-Identifier: Apache-2.0
#if Service

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP interface: listens, checks, asks the host, answers.
///
/// It ends on graceful shutdown after the requests under way are answered.
final class HTTPDoor: Service {
  private let door: Door
  private let onRunning: @Sendable (Int) async -> Void

  /// Prepares a door; nothing listens before ``run()``.
  ///
  /// - Parameters:
  ///   - onRunning: Told the port once it listens.
  /// - Throws: ``MMSError/Code/usage`` when it is to be reached from elsewhere without a token.
  init(
    host: any SimulationHost, configuration: ServiceConfiguration, registry: PrometheusRegistry,
    logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    door = Door(host: host, configuration: configuration, registry: registry, logger: logger)
    self.onRunning = onRunning
  }

  /// Listens until it is told to stop.
  func run() async throws { try await application.run() }

  /// The application, which tests also drive without a network.
  var application: Application<DoorResponder> {
    let configuration = door.configuration
    let address = configuration.http
    let seconds = configuration.headerSeconds
    let onRunning = onRunning
    return Application(
      responder: DoorResponder(door: door),
      server: .http1(
        configuration: .init(
          // A body may take three times as long as a head.
          additionalChannelHandlers: [ConnectionWatch(requestSeconds: 3 * seconds)],
          // Counted from what was last decoded: half a head does not prolong it.
          idleTimeout: .nanoseconds(Int64(seconds * 1e9)),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port), serverName: "mms",
        availableConnectionsDelegate: MaximumAvailableConnections(configuration.connectionLimit)),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? address.port) },
      logger: door.logger)
  }
}

#endif
