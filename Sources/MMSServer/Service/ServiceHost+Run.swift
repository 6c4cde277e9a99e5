// SPDX-License-Identifier: Apache-2.0
#if Service

public import Logging
import MMSCore
import ServiceLifecycle
import UnixSignals

extension ServiceHost {
  /// Serves until the process is told to end, then finishes or parks what was accepted.
  ///
  /// - Parameter announce: Told each address once it is listened on, for people.
  public func run(announce: @escaping @Sendable (String) -> Void) async throws {
    let doors = doors(announce: announce)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        // Ended in this order reversed: the doors first, then what is behind them.
        services: ([Backstage(service: service)] + doors).map {
          .init(
            service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }

  /// What is asked through.
  private func doors(announce: @escaping @Sendable (String) -> Void) -> [any Service] {
    let registry = PrometheusRegistry()
    let http = HTTPDoor(
      host: service, configuration: configuration, registry: registry, logger: logger
    ) { [configuration] port in
      announce("serving HTTP on http://\(configuration.http.host):\(port)/")
    }
    guard let address = configuration.grpc else { return [http] }
    let grpc = GRPCDoor(
      host: service, address: address, configuration: configuration, registry: registry, logger: logger
    ) { port in
      announce("serving gRPC on \(ServiceConfiguration.Address(host: address.host, port: port))")
    }
    return [http, grpc]
  }

  /// A logger that writes one line of JSON for each event to standard error.
  public static func logger(level: Logger.Level) -> Logger {
    var logger = Logger(label: "mms") { LogLineHandler(label: $0) }
    logger.logLevel = level
    return logger
  }
}

/// What is behind the doors, as a part of the process's life: it ends last.
private struct Backstage: Service {
  let service: SimulationService

  func run() async throws {
    try? await gracefulShutdown()
    await service.stop()
  }
}

#endif
