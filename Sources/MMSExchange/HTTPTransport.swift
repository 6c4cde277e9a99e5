// SPDX-License-Identifier: Apache-2.0
#if Service

  import AsyncHTTPClient
  import MMSCore
  import NIOCore
  import NIOHTTP1
  import NIOPosix

  /// An answer, read whole.
  struct HTTPReply {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    /// A header as a whole number.
    func number(_ name: String) -> Int? { headers.first(name: name).flatMap { Int($0) } }
  }

  /// Why there is no answer.
  struct TransportFault: Error {
    let text: String
    let isTimeOut: Bool
  }

  /// One HTTP client and its connections; requests block the calling thread.
  ///
  /// The answer is collected on NIO's own threads, never on those of Swift's tasks, so a caller that blocks
  /// one of the latter delays itself and nobody else: nothing here waits for a task.
  final class HTTPTransport: Sendable {
    private let client: HTTPClient
    private let overall: TimeAmount
    private let maximumBody: Int

    init(connect: SimDuration, read: SimDuration, overall: SimDuration, maximumBody: Int) {
      var configuration = HTTPClient.Configuration(
        redirectConfiguration: .disallow,
        timeout: HTTPClient.Configuration.Timeout(
          connect: .nanoseconds(connect.nanoseconds), read: .nanoseconds(read.nanoseconds)))
      configuration.httpVersion = .http1Only
      // Failures are counted and waited for by the client above.
      configuration.connectionPool.retryConnectionEstablishment = false
      client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
      self.overall = .nanoseconds(overall.nanoseconds)
      self.maximumBody = maximumBody
    }

    // The client keeps itself alive until its connections are closed.
    deinit { client.shutdown { _ in } }

    /// Asks for a URL and waits for the whole answer.
    func get(_ url: String) throws(TransportFault) -> HTTPReply {
      do {
        let request = try HTTPClient.Request(
          url: url, headers: ["User-Agent": "mms", "Accept": "application/json"])
        let accumulator = ResponseAccumulator(request: request, maxBodySize: maximumBody)
        let response = try client.execute(
          request: request, delegate: accumulator, deadline: .now() + overall
        ).wait()
        return HTTPReply(
          status: Int(response.status.code), headers: response.headers, body: response.body ?? ByteBuffer())
      } catch {
        throw Self.fault(error)
      }
    }

    private static func fault(_ error: any Error) -> TransportFault {
      switch error {
      case let error as HTTPClientError:
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
          TransportFault(text: "no connection within the time allowed", isTimeOut: true)
        case .readTimeout: TransportFault(text: "the answer stopped coming", isTimeOut: true)
        case .deadlineExceeded: TransportFault(text: "the answer was not whole in time", isTimeOut: true)
        case .remoteConnectionClosed:
          TransportFault(text: "the connection was closed before the answer was whole", isTimeOut: false)
        default: TransportFault(text: error.description, isTimeOut: false)
        }
      case let error as ResponseAccumulator.ResponseTooBigError:
        TransportFault(text: "the answer is larger than \(error.maxBodySize) bytes", isTimeOut: false)
      case is HTTPParserError:
        TransportFault(text: "the answer is cut or no HTTP (\(error))", isTimeOut: false)
      case is NIOConnectionError:
        TransportFault(text: "no connection (\(error))", isTimeOut: false)
      default: TransportFault(text: "\(error)", isTimeOut: false)
      }
    }
  }

#endif
