// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// What a client is told when its request fails: the body of `application/problem+json` (RFC 9457).
struct Problem: Error, Sendable, Hashable {
  /// One thing that is wrong.
  struct Fault: Sendable, Hashable {
    /// The dotted path of the value, when it is about one.
    var path: String?
    /// What is wrong.
    var message: String
    /// What to try instead.
    var hint: String?

    var json: JSONValue {
      [
        "path": path.map { .string($0) } ?? .null, "message": .string(message),
        "hint": hint.map { .string($0) } ?? .null,
      ]
    }
  }

  /// The HTTP status.
  var status: Int
  /// The stable name of the kind of failure.
  var code: String
  /// The kind of failure in words; the same for every problem of a code.
  var title: String
  /// What happened this time.
  var detail: String
  /// Every fault that was found.
  var errors: [Fault]
  /// Headers that belong to the answer, such as `Retry-After`.
  var headers: [(name: String, value: String)] = []

  /// Two problems are equal when a client cannot tell them apart.
  static func == (a: Problem, b: Problem) -> Bool {
    a.json == b.json && a.headers.elementsEqual(b.headers) { $0 == $1 }
  }

  /// Hashes what ``==(_:_:)`` compares.
  func hash(into hasher: inout Hasher) { hasher.combine(json) }

  /// States a problem that the one table of codes does not know: those of HTTP itself.
  init(
    status: Int, code: String, title: String, detail: String, errors: [Fault] = [],
    headers: [(name: String, value: String)] = []
  ) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
    self.errors = errors.isEmpty ? [Fault(path: nil, message: detail, hint: nil)] : errors
    self.headers = headers
  }

  /// The problem of an error, by the one table of codes.
  ///
  /// - Parameter hiding: Takes the server's own paths out of a text.
  init(_ error: MMSError, hiding: (String) -> String = { $0 }) {
    let isOurs = error.code == .internal
    let faults = isOurs ? [] : Problem.faults(of: error, hiding: hiding)
    self.init(
      status: error.code.httpStatus, code: error.code.name, title: Problem.title(of: error.code),
      detail: faults.first.map { fault in
        fault.message + (fault.hint.map { " (\($0))" } ?? "")
      } ?? "the service failed; its log has the reason under this request's id", errors: faults)
    switch error.code {
    case .exhausted: headers = [("Retry-After", "1")]
    case .unavailable: headers = [("Retry-After", "5")]
    default: break
    }
  }

  /// The document.
  var json: JSONValue {
    [
      "type": "about:blank", "title": .string(title), "status": .integer(Int64(status)),
      "detail": .string(detail), "code": .string(code), "errors": .array(errors.map(\.json)),
    ]
  }

  /// The kind of failure in words.
  static func title(of code: MMSError.Code) -> String {
    switch code {
    case .usage: "The request has the wrong form"
    case .invalidValue: "A value is wrong"
    case .invalidData: "Data are malformed"
    case .notFound: "There is no such thing"
    case .noData: "There are no data for this"
    case .unavailable: "The service cannot do this right now"
    case .exhausted: "Too much is waiting already"
    case .timedOut: "It took too long"
    case .modelFailed: "A model broke its contract"
    case .interrupted: "The simulation was given up"
    default: "The service failed"
    }
  }

  private static func faults(of error: MMSError, hiding: (String) -> String) -> [Fault] {
    var message = hiding(error.message)
    // Lines count in what the client sent; where files of the server lie is nobody's business.
    if let place = error.location, place.file == RequestBodyText.origin {
      message += ", line \(place.line)" + (place.column.map { ", column \($0)" } ?? "")
    }
    var faults = [Fault(path: error.path, message: message, hint: error.hint.map(hiding))]
    for other in error.others { faults += Self.faults(of: other, hiding: hiding) }
    return faults
  }
}

extension Problem {
  static func notFound(_ detail: String, hint: String? = nil) -> Problem {
    Problem(MMSError(.notFound, detail, hint: hint))
  }

  static func notAllowed(_ method: String, allowed: [String]) -> Problem {
    let list = allowed.joined(separator: ", ")
    return Problem(
      status: 405, code: "method_not_allowed", title: "The method does not fit the address",
      detail: "\(method.prefix(20)) is not possible here; use \(list)", headers: [("Allow", list)])
  }

  static func tooLarge(limit: Int) -> Problem {
    Problem(
      status: 413, code: "too_large", title: "The body is too large",
      detail: "a body may have at most \(limit) bytes")
  }

  static func wrongType(_ type: String?) -> Problem {
    let found = type.map { "'\($0.prefix(100))'" } ?? "no Content-Type"
    return Problem(
      status: 415, code: "unsupported_type", title: "The body has the wrong type",
      detail: "the body came with \(found); send JSON with Content-Type: application/json")
  }

  static func malformed(_ detail: String) -> Problem {
    Problem(
      status: 400, code: "malformed_json", title: "The body is not JSON", detail: detail)
  }

  static var unauthorized: Problem {
    Problem(
      status: 401, code: "unauthorized", title: "A token is needed",
      detail: "send the service's token as Authorization: Bearer TOKEN",
      headers: [("WWW-Authenticate", "Bearer")])
  }
}

#endif
