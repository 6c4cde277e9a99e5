// SPDX-License-Identifier: Apache-2.0
#if Service

import GRPCCore

/// Lets nobody in who does not show the token; health is everybody's.
struct TokenInterceptor: ServerInterceptor {
  let gate: TokenGate

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next:
      @Sendable @concurrent (
        _ request: StreamingServerRequest<Input>, _ context: ServerContext
      ) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    let isOpen = context.descriptor.service == Grpc_Health_V1_Health.descriptor
    let shown = request.metadata[stringValues: "authorization"].first { _ in true }
    guard isOpen || gate.admits(shown) else {
      return StreamingServerResponse(error: RPCError(.unauthorized, status: .unauthenticated))
    }
    return try await next(request, context)
  }
}

#endif
