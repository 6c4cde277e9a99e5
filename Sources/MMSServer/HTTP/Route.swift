// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import Hummingbird
import MMSCore

/// A request on its way to its route.
struct DoorRequest: Sendable {
  /// The request.
  let request: Request
  /// The values of the template's parameters, decoded.
  let parameters: [String: String]
  /// The connection it came over.
  let context: DoorContext

  /// A value of the path.
  func parameter(_ name: String) -> String { parameters[name] ?? "" }

  /// A value of the query; the first counts.
  func query(_ name: String) -> String? {
    guard request.uri.query != nil else { return nil }
    return request.uri.queryParameters[Substring(name)].map(String.init)
  }

  /// Whether the client would rather have one media type than another.
  ///
  /// Whichever is named first in `Accept` counts; weights of clients that matter follow their order.
  func prefers(_ type: String, over other: String) -> Bool {
    guard let accept = request.headers[.accept] else { return false }
    guard let mine = accept.firstRange(of: type) else { return false }
    guard let its = accept.firstRange(of: other) else { return true }
    return mine.lowerBound < its.lowerBound
  }
}

/// One operation: its address, what it says of itself in openapi.json, and what it does.
struct Route: Sendable {
  /// Does the work; what it throws becomes a problem.
  typealias Handler = @Sendable (Door, DoorRequest) async throws -> Reply

  /// Something answered.
  struct Answer: Sendable {
    let status: Int
    let summary: String
    /// Media type and schema; the schema nil for text.
    let content: [(media: String, schema: JSONValue?)]
    var headers: [(name: String, summary: String)] = []
  }

  /// A parameter of path, query or header.
  struct Parameter: Sendable {
    let name: String
    let place: String
    let summary: String
    let schema: JSONValue
    let example: JSONValue
  }

  let method: HTTPRequest.Method
  /// `/simulations/{id}/trades`; a last parameter `{id*}` takes the rest of the path, slashes among it.
  let template: String
  /// The operation's name in clients that are generated.
  let name: String
  /// Groups operations in the documents.
  let tag: String
  let summary: String
  var details = ""
  var parameters: [Parameter] = []
  /// The fields of the body; nil when there is none.
  var fields: [RequestField]?
  /// The name of the body's schema, when it is none of ``fields``.
  var bodySchema: String?
  /// What is answered when all is well.
  let answers: [Answer]
  /// Further statuses that are problems: what each means is said once for all.
  let problems: [Int]
  let handler: Handler

  /// The template's parts.
  var segments: [Substring] { template.split(separator: "/", omittingEmptySubsequences: true) }
  /// The template as OpenAPI writes it.
  var openAPIPath: String { template.replacing("*}", with: "}") }
}

/// Every route, found by address.
struct RouteTable: Sendable {
  /// What looking an address up gave.
  enum Finding {
    case route(Int, parameters: [String: String])
    case wrongMethod(allowed: [String])
    case unknown
  }

  let routes: [Route]
  private let fixed: [String: [(method: HTTPRequest.Method, index: Int)]]
  private let variable: [(segments: [Substring], index: Int)]

  init(_ routes: [Route]) {
    self.routes = routes
    var fixed: [String: [(method: HTTPRequest.Method, index: Int)]] = [:]
    var variable: [(segments: [Substring], index: Int)] = []
    for (index, route) in routes.enumerated() {
      if route.template.contains("{") {
        variable.append((route.segments, index))
      } else {
        fixed[route.template, default: []].append((route.method, index))
      }
    }
    self.fixed = fixed
    self.variable = variable
  }

  /// The route of a method and a path, as it came: still percent-encoded.
  func find(_ method: HTTPRequest.Method, _ path: String) -> Finding {
    // HEAD is GET without the body.
    let wanted = method == .head ? .get : method
    if let found = fixed[path] {
      for candidate in found where candidate.method == wanted {
        return .route(candidate.index, parameters: [:])
      }
      return .wrongMethod(allowed: Self.allowed(found.map(\.method)))
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    var methods: [HTTPRequest.Method] = []
    for (segments, index) in variable {
      guard let parameters = Self.match(segments, parts) else { continue }
      if routes[index].method == wanted { return .route(index, parameters: parameters) }
      methods.append(routes[index].method)
    }
    return methods.isEmpty ? .unknown : .wrongMethod(allowed: Self.allowed(methods))
  }

  private static func allowed(_ methods: [HTTPRequest.Method]) -> [String] {
    methods.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] }
  }

  private static func match(_ segments: [Substring], _ parts: ArraySlice<Substring>) -> [String: String]? {
    var parameters: [String: String] = [:]
    var rest = parts
    for (index, segment) in segments.enumerated() {
      guard segment.hasPrefix("{") else {
        guard rest.popFirst() == segment else { return nil }
        continue
      }
      var name = segment.dropFirst().dropLast()
      var text: String
      if name.hasSuffix("*"), index == segments.count - 1 {
        name = name.dropLast()
        text = rest.joined(separator: "/")
        rest = []
      } else {
        guard let part = rest.popFirst() else { return nil }
        text = String(part)
      }
      guard !text.isEmpty, let decoded = decode(text) else { return nil }
      text = decoded
      parameters[String(name)] = text
    }
    return rest.isEmpty ? parameters : nil
  }

  /// The text without percent escapes; nil when it is not UTF-8.
  static func decode(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

#endif
