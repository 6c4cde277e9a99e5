// SPDX-License-Identifier: Apache-2.0
#if Service

import GRPCCore
import SwiftProtobuf

/// The health service of gRPC's documentation, `grpc.health.v1.Health`.
struct HealthCalls: Grpc_Health_V1_Health.SimpleServiceProtocol {
  let host: any SimulationHost
  let ending: EndingFlag

  private static let names: Set<String> = [
    "", Mms_V1_Simulation.descriptor.fullyQualifiedService,
    Grpc_Health_V1_Health.descriptor.fullyQualifiedService,
  ]

  private var status: Grpc_Health_V1_HealthCheckResponse.ServingStatus {
    !ending.isSet && host.health().isServing ? .serving : .notServing
  }

  func check(
    request: Grpc_Health_V1_HealthCheckRequest, context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthCheckResponse {
    guard Self.names.contains(request.service) else {
      throw RPCError(code: .notFound, message: "there is no service '\(request.service.prefix(100))'")
    }
    return .with { $0.status = status }
  }

  func watch(
    request: Grpc_Health_V1_HealthCheckRequest,
    response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>, context: ServerContext
  ) async throws {
    let isKnown = Self.names.contains(request.service)
    var told: Grpc_Health_V1_HealthCheckResponse.ServingStatus?
    while !context.cancellation.isCancelled, !Task.isCancelled {
      let status = isKnown ? status : .serviceUnknown
      if status != told {
        try await response.write(.with { $0.status = status })
        told = status
      }
      // Who watches must not keep the service from ending.
      if ending.isSet { return }
      try await Task.sleep(for: .milliseconds(250))
    }
  }
}

#endif
