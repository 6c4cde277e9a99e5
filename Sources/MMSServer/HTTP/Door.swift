// SPDX-License-Identifier: Apache-2.0
#if Service

import Hummingbird
import Logging
import MMSCore
import MMSRuntime

/// What every route needs: the host, the settings, the figures.
final class Door: Sendable {
  let host: any SimulationHost
  let configuration: ServiceConfiguration
  let table: RouteTable
  let metrics: DoorMetrics
  let logger: Logger
  private let scrubber: PathScrubber
  private let gate: TokenGate

  init(
    host: any SimulationHost, configuration: ServiceConfiguration, registry: PrometheusRegistry,
    logger: Logger
  ) {
    self.host = host
    self.configuration = configuration
    self.logger = logger
    table = RouteTable(Route.all)
    metrics = DoorMetrics(registry, routes: Route.all)
    scrubber = PathScrubber(host.runtime.configuration)
    gate = TokenGate(configuration.token)
    ProcessFigures.begin()
  }

  /// Takes the server's paths out of a text.
  func hide(_ text: String) -> String { scrubber.scrub(text) }

  /// The names requests may use now.
  func vocabulary() -> Vocabulary { Vocabulary(host.runtime, hiding: hide) }

  /// What openapi.json says now.
  func openAPI() -> JSONValue {
    OpenAPIDocument(table.routes, vocabulary: vocabulary(), needsToken: configuration.token != nil).json
  }

  /// Whether a request may come in.
  func admits(_ authorization: String?) -> Bool { gate.admits(authorization) }

  /// Runs blocking work outside the threads that answer requests.
  func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws(MMSError) -> Value
  ) async throws(MMSError) -> Value {
    try await SimulationService.onThread(trying: work)
  }
}

#endif
