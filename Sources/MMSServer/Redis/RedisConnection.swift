// SPDX-License-Identifier: Apache-2.0
#if Service

import CHiredis
import Foundation
import Glibc
import MMSCore

/// One connection to Redis; it belongs to the thread that made it.
@safe final class RedisConnection {
  /// What Redis answered.
  enum Reply: Equatable {
    case text([UInt8])
    case number(Int64)
    case none
    case list([Reply])
    /// Redis refused the command.
    case refusal(String)
  }

  private let context: UnsafeMutablePointer<redisContext>

  /// Connects, logs in and chooses the database.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` with the reason.
  init(_ address: RedisAddress, connectTimeout: Duration, commandTimeout: Duration) throws(MMSError) {
    guard
      let context = unsafe mms_redis_connect(
        address.host, Int32(address.port), Self.milliseconds(connectTimeout))
    else { throw MMSError(.unavailable, "there is no memory for a connection to Redis") }
    unsafe self.context = context
    if unsafe context.pointee.err != 0 { throw fault }
    guard unsafe mms_redis_set_timeout(context, Self.milliseconds(commandTimeout)) == 0 else { throw fault }
    if let password = address.password {
      let login = [address.user, password].compactMap { $0 }.map { Array($0.utf8) }
      try insist([Array("AUTH".utf8)] + login, "log in")
    }
    if address.database != 0 {
      try insist(
        [Array("SELECT".utf8), Array(String(address.database).utf8)], "select database \(address.database)")
    }
    // A TCP connection alone says little: who answers has to be a Redis that lets us in.
    try insist([Array("PING".utf8)], "ping")
  }

  deinit { unsafe redisFree(context) }

  /// The descriptor to wait at.
  var descriptor: Int32 { unsafe context.pointee.fd }

  /// Sends commands in one go and reads their replies.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when the connection is of no use any more: cut, too slow, or not Redis's.
  func run(_ commands: [[[UInt8]]]) throws(MMSError) -> [Reply] {
    for command in commands { try append(command) }
    var replies: [Reply] = []
    for _ in commands { replies.append(try read()) }
    return replies
  }

  /// Sends a command without reading its reply.
  func send(_ command: [[UInt8]]) throws(MMSError) {
    try append(command)
    var isSent: Int32 = 0
    while isSent == 0 {
      guard unsafe redisBufferWrite(context, &isSent) == 0 else { throw fault }
    }
  }

  /// Reads one reply, waiting for it at most for the command timeout.
  func read() throws(MMSError) -> Reply {
    var raw: UnsafeMutableRawPointer?
    guard unsafe redisGetReply(context, &raw) == 0, let raw = unsafe raw else { throw fault }
    defer { unsafe freeReplyObject(raw) }
    return unsafe Self.reply(raw.assumingMemoryBound(to: redisReply.self), depth: 0)
  }

  /// A reply that was already received; nil when there is none.
  func readAvailable() throws(MMSError) -> Reply? {
    var raw: UnsafeMutableRawPointer?
    guard unsafe redisGetReplyFromReader(context, &raw) == 0 else { throw fault }
    guard let raw = unsafe raw else { return nil }
    defer { unsafe freeReplyObject(raw) }
    return unsafe Self.reply(raw.assumingMemoryBound(to: redisReply.self), depth: 0)
  }

  /// Takes what has arrived at the descriptor.
  func receive() throws(MMSError) {
    guard unsafe redisBufferRead(context) == 0 else { throw fault }
  }

  private func append(_ command: [[UInt8]]) throws(MMSError) {
    // One block of memory for all arguments: hiredis copies them before it returns.
    let bytes = command.flatMap { $0 }
    let counts = command.map(\.count)
    let result = unsafe bytes.withUnsafeBytes { block in
      var arguments: [UnsafePointer<CChar>?] = unsafe []
      var offset = 0
      // Never null: an empty argument has an address too.
      let empty = unsafe UnsafeRawPointer(bitPattern: 8)
      let base = unsafe block.baseAddress ?? empty
      for count in counts {
        unsafe arguments.append(unsafe base.map { unsafe ($0 + offset).assumingMemoryBound(to: CChar.self) })
        offset += count
      }
      return unsafe redisAppendCommandArgv(context, Int32(counts.count), &arguments, counts)
    }
    guard result == 0 else { throw fault }
  }

  private func insist(_ command: [[UInt8]], _ what: String) throws(MMSError) {
    if case .refusal(let reason) = try run([command])[0] {
      throw MMSError(.unavailable, "Redis does not let us \(what): \(reason.prefix(200))")
    }
  }

  private var fault: MMSError {
    let number = unsafe context.pointee.err
    if number == REDIS_ERR_IO, errno == EAGAIN || errno == EWOULDBLOCK {
      return MMSError(.timedOut, "Redis did not answer in time")
    }
    let reason = unsafe withUnsafeBytes(of: context.pointee.errstr) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return MMSError(.unavailable, "Redis: \(reason.isEmpty ? "the connection is of no use" : reason)")
  }

  private static func reply(_ reply: UnsafeMutablePointer<redisReply>, depth: Int) -> Reply {
    let value = unsafe reply.pointee
    let bytes = {
      unsafe value.str.map { text in
        unsafe Array(UnsafeRawBufferPointer(start: text, count: value.len))
      } ?? []
    }
    switch unsafe value.type {
    case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return .text(bytes())
    case REDIS_REPLY_INTEGER: return unsafe .number(value.integer)
    case REDIS_REPLY_ERROR: return .refusal(String(decoding: bytes(), as: UTF8.self))
    case REDIS_REPLY_ARRAY where depth < 4:
      var items: [Reply] = []
      for index in 0..<(unsafe value.elements) {
        if let item = unsafe value.element[index] { unsafe items.append(Self.reply(item, depth: depth + 1)) }
      }
      return .list(items)
    default: return .none
    }
  }

  private static func milliseconds(_ duration: Duration) -> Int32 {
    Int32(clamping: Int64(duration / .milliseconds(1)))
  }
}

#endif
