// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore

/// JSON documents on a pipe, each after its length in four bytes, the lowest first.
struct WorkerFrames {
  /// Longer documents are not believed: a length out of garbage must not ask for all memory.
  static let longest = 1 << 30

  /// Where frames come from.
  let input: Int32
  /// Where frames go.
  let output: Int32

  /// What came instead of a frame.
  enum End: Error {
    /// The other side closed the pipe between two frames.
    case closed
    /// Nothing came in time.
    case late
    /// The pipe broke off inside a frame, or what came is none.
    case broken
    /// The other side said what went wrong.
    case failed(MMSError)
  }

  /// Sends a document.
  func send(_ document: JSONValue) throws(End) {
    let body = Array(document.write(pretty: false).utf8)
    var length = UInt32(body.count).littleEndian
    var rest = unsafe withUnsafeBytes(of: &length) { unsafe Array($0) }[...] + body
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(output, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw .broken
      }
    }
  }

  /// Waits for a document.
  ///
  /// - Parameter deadline: How long to wait for it to be complete; nil for ever.
  func receive(by deadline: ContinuousClock.Instant? = nil) throws(End) -> JSONValue {
    guard let head = try read(4, by: deadline, mayEnd: true) else { throw .closed }
    let length = head.enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    guard length <= Self.longest, let body = try read(length, by: deadline, mayEnd: false) else {
      throw .broken
    }
    guard let document = try? JSONValue(parsing: String(decoding: body, as: UTF8.self)) else { throw .broken }
    return document
  }

  private func read(
    _ count: Int, by deadline: ContinuousClock.Instant?, mayEnd: Bool
  ) throws(End) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(max(count, 1), 1 << 16))
    while bytes.count < count {
      try wait(until: deadline)
      let wanted = min(chunk.count, count - bytes.count)
      let got = unsafe Foundation.read(input, &chunk, wanted)
      if got > 0 {
        bytes += chunk[..<got]
      } else if got == 0 {
        if mayEnd, bytes.isEmpty { return nil }
        throw .broken
      } else if errno != EINTR {
        throw .broken
      }
    }
    return bytes
  }

  private func wait(until deadline: ContinuousClock.Instant?) throws(End) {
    guard let deadline else { return }
    while true {
      let left = (deadline - ContinuousClock.now) / .milliseconds(1)
      if left <= 0 { throw .late }
      var entry = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&entry, 1, Int32(min(left + 1, 60_000)))
      if ready > 0 { return }
      if ready < 0, errno != EINTR { throw .broken }
    }
  }
}
