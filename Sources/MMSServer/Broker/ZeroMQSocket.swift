// SPDX-License-Identifier: Apache-2.0
#if Service

import CZeroMQ
import Glibc
import MMSCore

/// A ZeroMQ context: one for a process's sockets.
@safe final class ZeroMQContext: @unchecked Sendable {
  // libzmq's contexts may be used from any thread; sockets may not.
  fileprivate let handle: UnsafeMutableRawPointer

  /// Makes a context.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when there are no more descriptors.
  init() throws(MMSError) {
    guard let handle = unsafe zmq_ctx_new() else { throw ZeroMQSocket.fault("cannot start ZeroMQ") }
    unsafe self.handle = handle
  }

  deinit { _ = unsafe zmq_ctx_term(handle) }
}

/// A ZeroMQ socket; it belongs to the thread that made it.
@safe final class ZeroMQSocket {
  /// What kind of peer it is.
  enum Kind {
    /// Talks to many, each under its name.
    case router
    /// Talks to one.
    case dealer
    /// Answers questions of libzmq about who may connect.
    case reply
  }

  /// Keys of CURVE, as Z85 text.
  struct Keys: Sendable {
    var publicKey: String
    var secretKey: String
  }

  private let context: ZeroMQContext
  private let handle: UnsafeMutableRawPointer

  /// Opens a socket.
  init(_ context: ZeroMQContext, _ kind: Kind) throws(MMSError) {
    self.context = context
    let number =
      switch kind {
      case .router: ZMQ_ROUTER
      case .dealer: ZMQ_DEALER
      case .reply: ZMQ_REP
      }
    guard let handle = unsafe zmq_socket(context.handle, number) else {
      throw Self.fault("cannot open a ZeroMQ socket")
    }
    unsafe self.handle = handle
    // Nothing is worth waiting for at the end: whoever needs it has it, or asks again.
    try set(ZMQ_LINGER, 0)
    try set(ZMQ_SNDHWM, 10_000)
    try set(ZMQ_RCVHWM, 10_000)
  }

  deinit { _ = unsafe zmq_close(handle) }

  /// Sets an option that is a number.
  func set(_ option: Int32, _ value: Int32) throws(MMSError) {
    var value = value
    guard unsafe zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size) == 0 else {
      throw Self.fault("cannot set ZeroMQ option \(option)")
    }
  }

  /// Sets an option that is text.
  func set(_ option: Int32, _ text: String) throws(MMSError) {
    let bytes = Array(text.utf8)
    guard unsafe zmq_setsockopt(handle, option, bytes, bytes.count) == 0 else {
      throw Self.fault("cannot set ZeroMQ option \(option)")
    }
  }

  /// Makes it the side of CURVE that others have to know.
  func beCurveServer(_ keys: Keys) throws(MMSError) {
    try set(ZMQ_CURVE_SERVER, 1)
    try set(ZMQ_CURVE_SECRETKEY, keys.secretKey)
  }

  /// Makes it the side of CURVE that knows whom it talks to.
  func beCurveClient(_ keys: Keys, server: String) throws(MMSError) {
    try set(ZMQ_CURVE_SERVERKEY, server)
    try set(ZMQ_CURVE_PUBLICKEY, keys.publicKey)
    try set(ZMQ_CURVE_SECRETKEY, keys.secretKey)
  }

  /// New keys.
  static func makeKeys() throws(MMSError) -> Keys {
    var publicKey = [CChar](repeating: 0, count: 41)
    var secretKey = [CChar](repeating: 0, count: 41)
    guard unsafe zmq_curve_keypair(&publicKey, &secretKey) == 0 else {
      throw fault("cannot make CURVE keys")
    }
    let text = { (key: [CChar]) in
      String(decoding: key.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return Keys(publicKey: text(publicKey), secretKey: text(secretKey))
  }

  /// Listens.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` naming the endpoint and the reason.
  func bind(_ endpoint: String) throws(MMSError) {
    guard unsafe zmq_bind(handle, endpoint) == 0 else { throw Self.fault("cannot listen on '\(endpoint)'") }
  }

  /// Connects, now or as soon as somebody listens.
  func connect(_ endpoint: String) throws(MMSError) {
    guard unsafe zmq_connect(handle, endpoint) == 0 else {
      throw Self.fault("cannot connect to '\(endpoint)'")
    }
  }

  /// Sends a message of several parts, or nothing of it.
  ///
  /// - Returns: Whether it was taken; not, when the peer is gone or its queue full.
  @discardableResult
  func send(_ parts: [[UInt8]]) -> Bool {
    for (index, part) in parts.enumerated() {
      let flags = ZMQ_DONTWAIT | (index + 1 < parts.count ? ZMQ_SNDMORE : 0)
      if unsafe zmq_send(handle, part, part.count, flags) < 0 { return false }
    }
    return true
  }

  /// A message that has arrived, all its parts; nil when there is none.
  func receive() -> [[UInt8]]? {
    var parts: [[UInt8]] = []
    while true {
      var message = zmq_msg_t()
      unsafe zmq_msg_init(&message)
      defer { unsafe zmq_msg_close(&message) }
      guard unsafe zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) >= 0 else { return nil }
      let count = unsafe zmq_msg_size(&message)
      let bytes = unsafe UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: count)
      parts.append(unsafe Array(bytes))
      if unsafe zmq_msg_more(&message) == 0 { return parts }
    }
  }

  /// Waits until a message arrives at one of the sockets, or somebody wakes the thread.
  static func wait(_ sockets: [ZeroMQSocket], _ bell: Bell, milliseconds: Int) {
    var items = unsafe sockets.map {
      unsafe zmq_pollitem_t(socket: $0.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
    }
    unsafe items.append(
      zmq_pollitem_t(socket: nil, fd: bell.descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    _ = unsafe zmq_poll(&items, Int32(items.count), milliseconds)
    bell.still()
  }

  fileprivate static func fault(_ what: String) -> MMSError {
    MMSError(.unavailable, "\(what): \(unsafe String(cString: zmq_strerror(zmq_errno())))")
  }
}

/// Wakes a thread that waits in ``ZeroMQSocket/wait(_:_:milliseconds:)``, from any other.
final class Bell: Sendable {
  fileprivate let descriptor: Int32

  /// Makes a bell.
  init() throws(MMSError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else {
      throw MMSError(.unavailable, "there are no more file descriptors; raise the limit with ulimit -n")
    }
  }

  deinit { close(descriptor) }

  /// Wakes the thread, or keeps it from falling asleep.
  func ring() { _ = eventfd_write(descriptor, 1) }

  fileprivate func still() {
    var count: eventfd_t = 0
    _ = unsafe eventfd_read(descriptor, &count)
  }
}

#endif
