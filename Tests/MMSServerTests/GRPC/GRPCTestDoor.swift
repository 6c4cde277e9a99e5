// SPDX-License-Identifier: Apache-2.0
#if Service

import GRPCCore
import GRPCNIOTransportHTTP2
import MMSCore
import ServiceLifecycle

@testable import MMSServer

/// A gRPC door on a free port of this machine, and a client in front of it.
enum GRPCTestDoor {
  typealias Transport = HTTP2ClientTransport.Posix

  /// Opens the door, runs the client's work, closes both.
  static func open(
    _ host: any SimulationHost, _ configuration: ServiceConfiguration,
    _ work: @escaping @Sendable (GRPCClient<Transport>) async throws -> Void
  ) async throws {
    try await open(host, configuration, closingDuring: work, finally: { _ in })
  }

  /// Opens the door, tells it to close after a first part of the client's work, and runs the rest.
  static func open(
    _ host: any SimulationHost, _ configuration: ServiceConfiguration,
    closingDuring work: @escaping @Sendable (GRPCClient<Transport>) async throws -> Void,
    finally rest: @escaping @Sendable (GRPCClient<Transport>) async throws -> Void
  ) async throws {
    let (ports, feed) = AsyncStream.makeStream(of: Int.self)
    let door = GRPCDoor(
      host: host, address: ServiceConfiguration.Address(host: "127.0.0.1", port: 0),
      configuration: configuration, registry: PrometheusRegistry(), logger: TestService.logger
    ) { feed.yield($0) }
    let group = ServiceGroup(services: [door], logger: TestService.logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { feed.finish() }
        try await group.run()
      }
      var port = 0
      for await bound in ports {
        port = bound
        break
      }
      try await withGRPCClient(
        transport: .http2NIOPosix(
          target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext)
      ) { client in
        try await work(client)
        await group.triggerGracefulShutdown()
        try await rest(client)
      }
      try await tasks.waitForAll()
    }
  }
}

#endif
