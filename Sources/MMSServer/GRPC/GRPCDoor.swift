// SPDX-License-Identifier: Apache-2.0
#if Service

import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import MMSCore
import MMSRuntime
import NIOCore
import ServiceLifecycle

/// The gRPC interface: listens, checks, asks the host, answers.
///
/// It ends on graceful shutdown after the calls under way are answered.
final class GRPCDoor: Service {
  private let address: ServiceConfiguration.Address
  private let configuration: ServiceConfiguration
  private let calls: SimulationCalls
  private let ending = EndingFlag()
  private let onRunning: @Sendable (Int) async -> Void

  /// Prepares a door; nothing listens before ``run()``.
  ///
  /// - Parameters:
  ///   - address: Where it listens; port 0 lets the system choose.
  ///   - onRunning: Told the port once it listens.
  init(
    host: any SimulationHost, address: ServiceConfiguration.Address, configuration: ServiceConfiguration,
    registry: PrometheusRegistry, logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.address = address
    self.configuration = configuration
    self.onRunning = onRunning
    calls = SimulationCalls(
      host: host, scrubber: PathScrubber(host.runtime.configuration), ending: ending,
      limit: configuration.bodyLimit, metrics: CallMetrics(registry), logger: logger)
  }

  /// Listens until it is told to stop.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when the address cannot be listened on.
  func run() async throws {
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: try resolved(), transportSecurity: .plaintext, config: transport),
      services: [calls, HealthCalls(host: calls.host, ending: ending)],
      interceptors: configuration.token == nil ? [] : [TokenInterceptor(gate: TokenGate(configuration.token))]
    )
    let (ending, onRunning, address) = (ending, onRunning, address)
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          do { try await server.serve() } catch let error as RuntimeError {
            guard let cause = error.cause as? IOError else { throw error }
            throw MMSError(
              .unavailable, "cannot listen on \(address) for gRPC: \(cause.localizedReason)",
              hint: "another service may run; choose another with --grpc HOST:PORT", cause: error)
          }
        }
        group.addTask {
          // Without an address it did not come to listening, which the other task explains.
          guard let bound = try? await server.listeningAddress else { return }
          await onRunning(bound.ipv4?.port ?? bound.ipv6?.port ?? address.port)
        }
        try await group.waitForAll()
      }
    } onGracefulShutdown: {
      ending.set()
      server.beginGracefulShutdown()
    }
  }

  /// How connections behave.
  private var transport: HTTP2ServerTransport.Posix.Config {
    .defaults { config in
      // Beyond this the transport drops the call without a word; what is less too long is refused with a reason.
      config.rpc.maxRequestPayloadSize = 4 * configuration.bodyLimit
      config.http2.maxConcurrentStreams = configuration.connectionLimit
      // What stands between a call and its answer is a flush that waits for company; calls here are small and their
      // answers awaited, so each is sent when it is there.
      config.connection.flushCoalescing = nil
      // Whoever vanished without a word is noticed within two minutes, and what it asked for given up.
      config.connection.keepalive.time = .seconds(60)
      config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(10)
      config.connection.keepalive.clientBehavior.allowWithoutCalls = true
      config.connection.maxGraceTime = .seconds(configuration.shutdownGrace)
    }
  }

  /// The address as numbers.
  private func resolved() throws -> GRPCNIOTransportHTTP2.SocketAddress {
    do {
      let found = try NIOCore.SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
      guard let host = found.ipAddress else { throw SocketAddressError.unsupported }
      return found.protocol == .inet6
        ? .ipv6(host: host, port: address.port) : .ipv4(host: host, port: address.port)
    } catch {
      throw MMSError(
        .unavailable, "--grpc: there is no host '\(address.host)'",
        hint: "listen on 127.0.0.1, or on 0.0.0.0 for every network")
    }
  }
}

extension IOError {
  /// The reason without the name of the system call.
  fileprivate var localizedReason: String { "\(self)" }
}

#endif
