// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation

/// A TCP connection to this machine without any library between: what a client at its worst can send.
final class RawConnection {
  private let socket: Int32

  /// Connects.
  init?(port: Int) {
    let fresh = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard fresh >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(fresh, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      Glibc.close(fresh)
      return nil
    }
    socket = fresh
  }

  deinit { close() }

  private var isClosed = false

  func close() {
    if !isClosed { Glibc.close(socket) }
    isClosed = true
  }

  /// Sends text; false when the other side no longer takes it.
  @discardableResult
  func send(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  /// What comes until the other side closes or the time is over; nil in place of the end when it is over.
  func receive(seconds: Double, until isEnough: (String) -> Bool = { _ in false }) -> (
    text: String, hasEnded: Bool
  ) {
    let limit = Date().addingTimeInterval(seconds)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let rest = limit.timeIntervalSinceNow
      guard rest > 0 else { return (String(decoding: bytes, as: UTF8.self), false) }
      var poller = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&poller, 1, Int32(rest * 1000) + 1) > 0 else { continue }
      let count = unsafe recv(socket, &chunk, chunk.count, 0)
      guard count > 0 else { return (String(decoding: bytes, as: UTF8.self), true) }
      bytes += chunk[..<count]
      let text = String(decoding: bytes, as: UTF8.self)
      if isEnough(text) { return (text, false) }
    }
  }
}

#endif
