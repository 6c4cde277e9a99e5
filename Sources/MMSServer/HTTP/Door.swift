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
  private let token: [UInt8]?

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
    token = configuration.token.map { Array($0.utf8) }
    ProcessFigures.begin()
  }

  /// Takes the server's paths out of a text.
  func hide(_ text: String) -> String { scrubber.scrub(text) }

  /// The names requests may use now.
  func vocabulary() -> Vocabulary { Vocabulary(host.runtime, hiding: hide) }

  /// What openapi.json says now.
  func openAPI() -> JSONValue {
    OpenAPIDocument(table.routes, vocabulary: vocabulary(), needsToken: token != nil).json
  }

  /// Whether a request may come in.
  func admits(_ authorization: String?) -> Bool {
    guard let token else { return true }
    guard let authorization, authorization.utf8.count > 7, authorization.prefix(7).lowercased() == "bearer "
    else { return false }
    // Every byte is looked at, so that the time taken says nothing about where a guess is wrong.
    let guess = Array(authorization.utf8.dropFirst(7))
    var difference = guess.count ^ token.count
    for index in guess.indices { difference |= Int(guess[index] ^ token[index % max(1, token.count)]) }
    return difference == 0 && !token.isEmpty
  }

  /// Runs blocking work outside the threads that answer requests.
  func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws(MMSError) -> Value
  ) async throws(MMSError) -> Value {
    try await SimulationService.onThread(trying: work)
  }
}

#endif
