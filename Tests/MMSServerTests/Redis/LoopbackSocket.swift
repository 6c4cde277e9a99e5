// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Glibc

/// A listening socket on a free port of this machine, closed with the object.
final class LoopbackSocket: @unchecked Sendable {
  let descriptor: Int32
  let port: Int

  struct Failure: Error {}

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var address = Self.address(port: 0)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
    }
    guard isBound == 0, listen(descriptor, 8) == 0 else { throw Failure() }
    var length = size
    _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }

  /// Accepts connections and sends each the same bytes, on a thread, until ``stop()``.
  func answer(_ bytes: [UInt8]) {
    // The thread keeps the object, and with it the descriptor: its number, once closed, would soon be another's socket.
    Thread.detachNewThread { [self] in
      while true {
        let peer = accept(descriptor, nil, nil)
        if peer < 0 { return }
        _ = unsafe send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        usleep(200_000)
        close(peer)
      }
    }
  }

  /// Stops accepting.
  func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  static func canConnect(to port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = Self.address(port: port)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    } == 0
  }

  private static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }
}

#endif
