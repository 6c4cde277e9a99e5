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
    []
  }

  /// A logger that writes one line of `key=value` for each event to standard error.
  public static func logger(level: Logger.Level) -> Logger {
    var logger = Logger(label: "mms") { _ in StreamLogHandler.standardError(label: "mms") }
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
