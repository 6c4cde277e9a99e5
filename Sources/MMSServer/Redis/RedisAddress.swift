// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore

/// Where a Redis is: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]`.
struct RedisAddress: Sendable, Hashable {
  /// A name or an IP address.
  var host: String
  /// The port; 6379 unless named.
  var port = 6379
  /// Who one logs in as, of Redis 6 and later.
  var user: String?
  /// What one logs in with.
  var password: String?
  /// The number of the database.
  var database = 0

  /// Reads a URL.
  ///
  /// - Throws: ``MMSError/Code/usage`` saying which part is wrong; the password is never repeated.
  init(_ text: String) throws(MMSError) {
    func fault(_ what: String) -> MMSError {
      MMSError(
        .usage, "--redis: \(what)", path: "redis",
        hint: "write redis://HOST:PORT, such as redis://127.0.0.1:6379, or redis://:PASSWORD@HOST:PORT/DB")
    }
    guard text.hasPrefix("redis://") else {
      let scheme = text.range(of: "://").map { String(text[..<$0.upperBound]) }
      throw fault(
        scheme.map { "the URL begins with '\($0.prefix(20))', not with redis://" } ?? "the URL lacks redis://"
      )
    }
    var rest = text.dropFirst("redis://".count)
    if let at = rest.lastIndex(of: "@") {
      let login = rest[..<at]
      guard let colon = login.firstIndex(of: ":") else {
        throw fault("before the '@' there is no password; it follows a colon")
      }
      let name = login[..<colon]
      user = name.isEmpty ? nil : String(name).removingPercentEncoding
      guard let word = String(login[login.index(after: colon)...]).removingPercentEncoding, !word.isEmpty
      else { throw fault("the password is empty or not percent-encoded") }
      password = word
      rest = rest[rest.index(after: at)...]
    }
    if let slash = rest.firstIndex(of: "/") {
      let number = rest[rest.index(after: slash)...]
      if !number.isEmpty {
        guard let database = Int(number), (0...65535).contains(database) else {
          throw fault("the database is '\(number.prefix(40))'; it is a number such as 0")
        }
        self.database = database
      }
      rest = rest[..<slash]
    }
    var name = rest
    // The colons of [::1] belong to the address.
    if let colon = rest.lastIndex(of: ":"), rest.last != "]" {
      let digits = rest[rest.index(after: colon)...]
      guard let port = Int(digits), (1...65535).contains(port) else {
        throw fault("the port is '\(digits.prefix(40))'; it is a number from 1 to 65535")
      }
      self.port = port
      name = rest[..<colon]
    }
    if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
    guard !name.isEmpty else { throw fault("the host is missing") }
    host = String(name)
  }
}

extension RedisAddress: CustomStringConvertible {
  /// Host and port, without what one logs in with.
  var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

#endif
