// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import Hummingbird
import MMSCore
import NIOCore

/// What a route answers, before it is an HTTP response.
struct Reply: Sendable {
  /// The media types that are answered.
  enum Media: String, Sendable {
    case json = "application/json"
    case problem = "application/problem+json"
    case html = "text/html; charset=utf-8"
    case csv = "text/csv; charset=utf-8"
    case prometheus = "text/plain; version=0.0.4; charset=utf-8"
  }

  var status: HTTPResponse.Status = .ok
  var media = Media.json
  var body: String
  var headers: [(name: HTTPField.Name, value: String)] = []
  /// The simulation it is about, for the log.
  var simulationID: String?

  init(_ value: JSONValue, status: HTTPResponse.Status = .ok) {
    body = value.write(pretty: false)
    self.status = status
  }

  init(_ body: String, _ media: Media = .json) {
    self.body = body
    self.media = media
  }

  init(_ problem: Problem) {
    self.init(problem.json, status: Self.status(problem.status))
    media = .problem
    for (name, value) in problem.headers {
      if let name = HTTPField.Name(name) { headers.append((name, value)) }
    }
  }

  /// The response.
  func response(allocator: ByteBufferAllocator = ByteBufferAllocator(), isHead: Bool = false) -> Response {
    var fields = HTTPFields()
    fields.reserveCapacity(6 + headers.count)
    fields[.contentType] = media.rawValue
    fields[.contentLength] = String(body.utf8.count)
    fields[.xContentTypeOptions] = "nosniff"
    if media == .html {
      // Pages bring all they need along; nothing else may be loaded or framed.
      fields[.contentSecurityPolicy] =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
        + "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    }
    for (name, value) in headers { fields[name] = value }
    if isHead { return Response(status: status, headers: fields) }
    var buffer = allocator.buffer(capacity: body.utf8.count)
    buffer.writeString(body)
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: buffer))
  }

  static func status(_ code: Int) -> HTTPResponse.Status {
    code == 499 ? HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request") : .init(code: code)
  }
}

#endif
