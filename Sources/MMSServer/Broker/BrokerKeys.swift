// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
public import MMSCore
import MMSRuntime

/// The keys with which broker and workers of other hosts know each other: CURVE, both sides.
///
/// Kept in one file of mode 0600 that is copied to every worker's host.
public struct BrokerKeys: Sendable {
  let server: ZeroMQSocket.Keys
  let client: ZeroMQSocket.Keys

  /// Reads a key file, or makes one when there is none and it may be made.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when there is none; ``MMSError/Code/invalidData`` when it is something
  ///   else or readable by others.
  public init(file: String, makes: Bool) throws(MMSError) {
    let names = ["server_public", "server_secret", "client_public", "client_secret"]
    if makes, !FileManager.default.fileExists(atPath: file) {
      server = try ZeroMQSocket.makeKeys()
      client = try ZeroMQSocket.makeKeys()
      let values = [server.publicKey, server.secretKey, client.publicKey, client.secretKey]
      let text = zip(names, values).map { "\($0) \($1)\n" }.joined()
      let isWritten = FileManager.default.createFile(
        atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
      guard isWritten else {
        throw MMSError(.unavailable, "cannot write the key file '\(file)'; make its folder writable")
      }
      return
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw MMSError(
        .notFound, "there is no key file '\(file)'",
        hint: "'mms serve --broker tcp://… --broker-keys FILE' writes one; copy it to the worker's host")
    }
    guard let facts = FileFacts(path: file), facts.mode & 0o077 == 0 else {
      throw MMSError(.invalidData, "the key file '\(file)' is readable by others; chmod 600 '\(file)'")
    }
    var values: [String: String] = [:]
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[1].utf8.count == 40 { values[String(words[0])] = String(words[1]) }
    }
    let found = names.compactMap { values[$0] }
    guard found.count == 4 else {
      throw MMSError(
        .invalidData,
        "the key file '\(file)' lacks one of \(names.joined(separator: ", "));"
          + " remove it and let 'mms serve' write another")
    }
    server = ZeroMQSocket.Keys(publicKey: found[0], secretKey: found[1])
    client = ZeroMQSocket.Keys(publicKey: found[2], secretKey: found[3])
  }
}

#endif
