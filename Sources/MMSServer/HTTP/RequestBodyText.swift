// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import Hummingbird
import MMSCore
import NIOCore

/// Reads the body of a request as one JSON object.
enum RequestBodyText {
  /// What errors call the text's origin.
  static let origin = "body"

  /// Reads and parses a body.
  ///
  /// - Throws: ``Problem`` 400, 413 or 415.
  static func object(of request: Request, limit: Int) async throws -> JSONObject {
    let type = request.headers[.contentType]
    guard let type, isJSON(type) else { throw Problem.wrongType(type) }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw Problem.tooLarge(limit: limit)
    }
    var buffer = ByteBuffer()
    for try await chunk in request.body {
      var chunk = chunk
      guard buffer.readableBytes + chunk.readableBytes <= limit else {
        throw Problem.tooLarge(limit: limit)
      }
      if buffer.readableBytes == 0 { buffer = chunk } else { buffer.writeBuffer(&chunk) }
    }
    guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
      throw Problem.malformed("the body is not UTF-8 text")
    }
    let value: JSONValue
    do throws(MMSError) { value = try JSONValue(parsing: text, file: origin) } catch {
      throw Problem.malformed(Problem(error).errors[0].message)
    }
    guard let object = value.objectValue else {
      throw Problem(
        MMSError(.invalidValue, "the body is no JSON object; write {\"symbol\": \"BTCUSDT\", …}"))
    }
    return object
  }

  /// `application/json` or `application/…+json`, whatever its parameters.
  private static func isJSON(_ type: String) -> Bool {
    if type == "application/json" { return true }
    let essence = type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    return essence == "application/json"
      || (essence.hasPrefix("application/") && essence.hasSuffix("+json"))
  }
}

#endif
