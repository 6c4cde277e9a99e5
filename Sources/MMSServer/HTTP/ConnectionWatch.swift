// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Looks after one connection: tells whoever works for its client that it has gone, and ends a request that
/// trickles in.
///
/// Hummingbird has the first as `consumeWithCancellationOnInboundClose`, which closes the connection after every
/// answer; here it stays open for the next request.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  private struct State {
    var hasGone = false
    var waiter: (@Sendable () -> Void)?
    var deadline: Scheduled<Void>?
  }

  private static let all = Mutex<[ObjectIdentifier: ConnectionWatch]>([:])

  private let state = Mutex(State())
  private let limit: TimeAmount

  /// Watches a connection.
  ///
  /// - Parameter seconds: How long a request may take from its head to its end.
  init(requestSeconds seconds: Double) {
    limit = .nanoseconds(Int64(seconds * 1e9))
  }

  /// The watch of a connection; nil when there is none, as in tests without a network.
  static func of(_ channel: any Channel) -> ConnectionWatch? {
    all.withLock { $0[ObjectIdentifier(channel)] }
  }

  /// How many connections are open.
  static var count: Int { all.withLock(\.count) }

  /// Sets who is told when the client goes; told at once when it has.
  func wait(_ waiter: (@Sendable () -> Void)?) {
    let hasGone = state.withLock { state in
      state.waiter = waiter
      return state.hasGone
    }
    if hasGone { waiter?() }
  }

  func handlerAdded(context: ChannelHandlerContext) {
    Self.all.withLock { $0[ObjectIdentifier(context.channel)] = self }
  }

  func handlerRemoved(context: ChannelHandlerContext) { leave(context) }

  func channelInactive(context: ChannelHandlerContext) {
    leave(context)
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A client that closes its side wants no answer any more: none that matters shuts down only one half.
    if case .inputClosed? = event as? ChannelEvent { tell() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      // Requests without a body end in the same read; no timer for them.
      let hasBody =
        head.headerFields[.contentLength].map { $0 != "0" } ?? (head.headerFields[.transferEncoding] != nil)
      if hasBody {
        let channel = context.channel
        let deadline = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        replaceDeadline(deadline)
      }
    case .body: break
    case .end: replaceDeadline(nil)
    }
    context.fireChannelRead(data)
  }

  private func replaceDeadline(_ deadline: Scheduled<Void>?) {
    let old = state.withLock { state in
      defer { state.deadline = deadline }
      return state.deadline
    }
    old?.cancel()
  }

  private func leave(_ context: ChannelHandlerContext) {
    _ = Self.all.withLock { $0.removeValue(forKey: ObjectIdentifier(context.channel)) }
    replaceDeadline(nil)
    tell()
  }

  private func tell() {
    let waiter = state.withLock { state in
      state.hasGone = true
      return state.waiter
    }
    waiter?()
  }
}

#endif
