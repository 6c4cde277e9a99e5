// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import Hummingbird
import Logging
import MMSCore
import NIOCore
import NIOHTTP1

/// Takes every request through the same steps: route, token, work, answer or problem, figures, log.
struct DoorResponder: HTTPResponder {
  typealias Context = DoorContext

  let door: Door

  func respond(to request: Request, context: DoorContext) async throws -> Response {
    let began = ContinuousClock.now
    door.metrics.begin()
    let path = request.uri.path
    let finding = door.table.find(request.method, path)
    var index: Int?
    if case .route(let found, _) = finding { index = found }
    var reply: Reply
    do {
      reply = try await answer(request, context, path, finding)
    } catch {
      do { reply = Reply(try problem(error, context)) } catch {
        door.metrics.end(route: index, status: 400, after: ContinuousClock.now - began)
        throw error
      }
    }
    let elapsed = ContinuousClock.now - began
    door.metrics.end(route: index, status: reply.status.code, after: elapsed)
    log(request, context, path, reply, elapsed)
    var response = reply.response(isHead: request.method == .head)
    response.headers[.requestID] = context.requestID
    return response
  }

  private func answer(
    _ request: Request, _ context: DoorContext, _ path: String, _ finding: RouteTable.Finding
  ) async throws -> Reply {
    guard path == "/health" || door.admits(request.headers[.authorization]) else {
      throw Problem.unauthorized
    }
    switch finding {
    case .route(let index, let parameters):
      let route = door.table.routes[index]
      return try await route.handler(
        door, DoorRequest(request: request, parameters: parameters, context: context))
    case .wrongMethod(let allowed):
      throw Problem.notAllowed(request.method.rawValue, allowed: allowed)
    case .unknown:
      let shown = String(path.prefix(100))
      throw Problem.notFound(
        "there is nothing at \(shown)",
        hint: Suggestion.hint(for: shown, among: door.table.routes.map(\.openAPIPath))
          ?? "GET /docs lists what there is")
    }
  }

  /// The problem of an error; what the protocol's parser threw is for Hummingbird.
  private func problem(_ error: any Error, _ context: DoorContext) throws -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let error as MMSError:
      if error.code == .internal {
        context.logger.error("a request failed", metadata: ["reason": "\(error)"])
      }
      return Problem(error, hiding: door.hide)
    case is CancellationError, is ChannelError, is IOError: return Problem(MMSError.clientLeft)
    case is HTTPParserError: throw error
    default:
      context.logger.error("a request failed", metadata: ["reason": "\(error)"])
      return Problem(MMSError(.internal, "\(error)"))
    }
  }

  private func log(
    _ request: Request, _ context: DoorContext, _ path: String, _ reply: Reply, _ elapsed: Duration
  ) {
    let level: Logger.Level = reply.status.code >= 500 ? .warning : .debug
    guard context.logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "method": "\(request.method.rawValue)", "path": "\(path)", "status": "\(reply.status.code)",
      "milliseconds": "\(Double(elapsed.nanoseconds / 1000) / 1000)",
    ]
    if let id = reply.simulationID { metadata["simulation_id"] = "\(id)" }
    context.logger.log(level: level, "request", metadata: metadata)
  }
}

extension HTTPField.Name {
  // Names that HTTPTypes has no constant for; all are well-formed.
  static let requestID = HTTPField.Name("X-Request-Id") ?? .server
  static let prefer = HTTPField.Name("Prefer") ?? .expect
  static let preferenceApplied = HTTPField.Name("Preference-Applied") ?? .vary
}

extension MMSError {
  /// What a request ends with whose client closed the connection.
  static var clientLeft: MMSError { MMSError(.interrupted, "the client went away before the answer") }
}

#endif
