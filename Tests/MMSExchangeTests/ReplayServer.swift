// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  import NIOCore
  import NIOHTTP1
  import NIOPosix
  import Synchronization

  /// An HTTP server on the loopback interface that answers as a test says, faults included.
  final class ReplayServer: Sendable {
    /// What a client asked for.
    struct Asked: Sendable {
      let path: String
      let query: [String: String]

      init(uri: String) {
        let parts = uri.split(separator: "?", maxSplits: 1)
        path = String(parts.first ?? "")
        var query: [String: String] = [:]
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
          let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
          query[sides[0]] = sides.count > 1 ? sides[1] : ""
        }
        self.query = query
      }

      func number(_ name: String) -> Int64? { query[name].flatMap { Int64($0) } }
    }

    /// What a client is answered.
    struct Reply: Sendable {
      var status = 200
      var headers: [(String, String)] = []
      var body = ""
      /// Bytes of the body after which the connection is closed; -1 closes it before the head.
      var cutAfter: Int?
      /// How long the answer, or after a cut its rest, lets wait.
      var delay = TimeAmount.zero
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel
    private let log: Log

    /// The requests that came, in order.
    final class Log: Sendable {
      let asked = Mutex<[Asked]>([])
    }

    /// Starts a server.
    ///
    /// - Parameter answer: Makes the answer to a request and its number, the first being 0.
    init(_ answer: @escaping @Sendable (Asked, Int) -> Reply) throws {
      let log = Log()
      self.log = log
      channel = try ServerBootstrap(group: group)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandler(Handler(answer, log))
          }
        }
        .bind(host: "127.0.0.1", port: 0).wait()
    }

    deinit {
      // Closing waits for nobody: a slow answer may still be due.
      group.shutdownGracefully { _ in }
    }

    /// Where clients find it.
    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// The requests that came, in order.
    var asked: [Asked] { log.asked.withLock { $0 } }

    private final class Handler: ChannelInboundHandler {
      typealias InboundIn = HTTPServerRequestPart
      typealias OutboundOut = HTTPServerResponsePart

      private let answer: @Sendable (Asked, Int) -> Reply
      private let log: Log
      private var asked: Asked?

      init(_ answer: @escaping @Sendable (Asked, Int) -> Reply, _ log: Log) {
        self.answer = answer
        self.log = log
      }

      func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): asked = Asked(uri: head.uri)
        case .body: break
        case .end:
          guard let asked else { return }
          let number = log.asked.withLock { requests in
            requests.append(asked)
            return requests.count - 1
          }
          send(answer(asked, number), context)
        }
      }

      private func send(_ reply: Reply, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        _ = context.eventLoop.scheduleTask(in: reply.cutAfter == nil ? reply.delay : .zero) {
          let (handler, context) = bound.value
          handler.write(reply, context)
        }
      }

      private func write(_ reply: Reply, _ context: ChannelHandlerContext) {
        if reply.cutAfter == -1 {
          context.close(promise: nil)
          return
        }
        let body = Array(reply.body.utf8)
        var headers = HTTPHeaders(reply.headers.map { ($0.0, $0.1) })
        headers.add(name: "Content-Length", value: "\(body.count)")
        let head = HTTPResponseHead(
          version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let part = reply.cutAfter.map { Array(body.prefix($0)) } ?? body
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: part)))), promise: nil)
        if reply.cutAfter == nil {
          context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
          return
        }
        context.flush()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        _ = context.eventLoop.scheduleTask(in: reply.delay) { bound.value.close(promise: nil) }
      }
    }
  }

#endif
