// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore

/// The process's standard output and standard error.
enum Standard {
  /// Whether standard output shows colours.
  static let isColourful = isatty(STDOUT_FILENO) == 1 && Surroundings.variable("NO_COLOR") == nil
  /// Whether standard error is watched by somebody.
  static let isErrorTerminal = isatty(STDERR_FILENO) == 1

  /// Writes text to standard output; when its reader has gone, the process ends without a word.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when it cannot be written.
  static func write(_ text: String) throws(MMSError) {
    try write(Array(text.utf8))
  }

  /// Writes bytes to standard output.
  static func write(_ bytes: [UInt8]) throws(MMSError) {
    let failure = put(bytes, STDOUT_FILENO)
    if failure == 0 { return }
    if failure == EPIPE { exit(0) }
    throw MMSError(.unavailable, "standard output cannot be written: \(SystemFault.text(failure))")
  }

  /// Writes the one JSON document of a verb.
  static func write(_ json: JSONValue) throws(MMSError) {
    try write(json.write(pretty: true) + "\n")
  }

  /// Writes a line to standard error; nothing can be done when that fails.
  static func complain(_ line: String) {
    _ = put(Array((line + "\n").utf8), STDERR_FILENO)
  }

  /// Writes all bytes to a descriptor.
  ///
  /// - Returns: 0, or the number of the error.
  static func put(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes {
        unsafe Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}

/// The operating system's errors in words.
enum SystemFault {
  static func text(_ number: Int32) -> String {
    unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
  }
}
