// SPDX-License-Identifier: Apache-2.0
#if Service

/// Whether a request shows the service's token.
struct TokenGate: Sendable {
  private let token: [UInt8]?

  /// Expects a token; nil lets everybody in.
  init(_ token: String?) { self.token = token.map { Array($0.utf8) } }

  /// Whether a request with this `authorization` may come in.
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
}

#endif
