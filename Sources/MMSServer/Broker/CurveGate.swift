// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore

/// Who may connect to the broker from elsewhere: the one public key that workers share.
///
/// libzmq asks over an endpoint inside the process (ZAP, https://rfc.zeromq.org/spec/27/); without an answer every
/// key would do.
struct CurveGate {
  /// Where the questions come in.
  let socket: ZeroMQSocket
  private let allowed: [UInt8]

  /// Guards the sockets of a context.
  ///
  /// - Parameter client: The public key, as Z85 text.
  init(_ context: ZeroMQContext, client: String) throws(MMSError) {
    socket = try ZeroMQSocket(context, .reply)
    try socket.bind("inproc://zeromq.zap.01")
    guard let key = Z85.decode(client) else {
      throw MMSError(
        .invalidValue, "the client's public key in the key file is no Z85 text of 40 characters")
    }
    allowed = key
  }

  /// Answers what was asked.
  func answer() {
    // version, request id, domain, address, identity, mechanism, credentials
    while let parts = socket.receive() {
      guard parts.count >= 6 else { continue }
      let isAllowed = parts[5] == Array("CURVE".utf8) && parts.count == 7 && parts[6] == allowed
      socket.send([
        Array("1.0".utf8), parts[1], Array((isAllowed ? "200" : "400").utf8),
        Array((isAllowed ? "OK" : "unknown key").utf8), [], [],
      ])
    }
  }
}

/// Z85, ZeroMQ's text form of binary keys (https://rfc.zeromq.org/spec/32/).
enum Z85 {
  private static let digits = Array(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

  /// The bytes a text stands for; nil when it is none.
  static func decode(_ text: String) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count % 5 == 0 else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: characters.count, by: 5) {
      var value: UInt64 = 0
      for character in characters[start..<start + 5] {
        guard let digit = digits.firstIndex(of: character) else { return nil }
        value = value * 85 + UInt64(digit)
      }
      guard value <= UInt64(UInt32.max) else { return nil }
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }
    return bytes
  }
}

#endif
