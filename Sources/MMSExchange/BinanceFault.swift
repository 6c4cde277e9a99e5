// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  import MMSCore
  import NIOCore
  import NIOHTTP1

  /// Why a request did not bring what it was to bring, and what follows from that.
  enum BinanceFault: Error {
    /// Asking again may help: a failure of the network or the server, or an unusable answer.
    case transient(String, isTimeOut: Bool)
    /// We asked too much: no request before an instant.
    case throttled(String, until: SimTime)
    /// Asking again would bring the same.
    case final(MMSError)

    var text: String {
      switch self {
      case .transient(let text, _), .throttled(let text, _): text
      case .final(let error): error.message
      }
    }

    /// What an answer that is not a success means; nil for a success.
    init?(_ reply: HTTPReply, _ endpoint: BinanceEndpoint, now: SimTime) {
      let said = Said(reply.body)
      switch reply.status {
      case 200...299: return nil
      case 429, 418:
        let isBan = reply.status == 418
        let asked =
          reply.headers.first(name: "retry-after").flatMap { Self.retryAfter($0, now: now) }
          ?? said.bannedUntil
        let text =
          "status \(reply.status): " + (isBan ? "this address is banned for a while" : "too many requests")
        self = .throttled(text + said.suffix, until: asked ?? now + (isBan ? .minutes(2) : .minutes(1)))
      case 500...599, 408: self = .transient("status \(reply.status)\(said.suffix)", isTimeOut: false)
      case 400 where said.code == -1121:
        self = .final(
          MMSError(
            .noData,
            "Binance knows no symbol '\(endpoint.symbol ?? "")'; check its spelling, such as BTCUSDT",
            path: "symbol"))
      case 403, 451:
        self = .final(
          MMSError(
            .unavailable,
            "Binance refuses requests from here: \(endpoint.path) gave status \(reply.status)\(said.suffix); try"
              + " --base-url \(BinanceOptions.mirrorURL)"))
      default:
        self = .final(
          MMSError(
            .unavailable,
            "\(endpoint.pathAndQuery) gave status \(reply.status)\(said.suffix); check the base URL and the request"
          ))
      }
    }

    /// The error after the last attempt.
    func report(_ endpoint: BinanceEndpoint, _ options: BinanceOptions, attempts: Int) -> MMSError {
      let code: MMSError.Code
      switch self {
      case .final(let error): return error
      case .throttled: code = .exhausted
      case .transient(_, let isTimeOut): code = isTimeOut ? .timedOut : .unavailable
      }
      return MMSError(
        code,
        "\(options.baseURL)\(endpoint.path) brought nothing usable in \(attempts) attempt\(attempts == 1 ? "" : "s"), the last: \(text);"
          + " check the network and the base URL, then run this again")
    }

    /// Seconds from now, or a date of HTTP (`Wed, 21 Oct 2015 07:28:00 GMT`).
    static func retryAfter(_ text: String, now: SimTime) -> SimTime? {
      if let seconds = Int64(text) {
        guard (0...31_536_000).contains(seconds) else { return nil }
        return now + .seconds(seconds)
      }
      let parts = text.split(separator: " ").map(String.init)
      let months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(separator: " ").map(String.init)
      guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: parts[2]) else {
        return nil
      }
      let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
      return SimTime(iso8601: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
  }

  /// What the body of an error says: `{"code":-1121,"msg":"Invalid symbol."}`.
  private struct Said {
    let code: Int64?
    let message: String?

    init(_ body: ByteBuffer) {
      let text = String(decoding: body.readableBytesView.prefix(4096), as: UTF8.self)
      let json = try? JSONValue(parsing: text)
      code = json?["code"]?.integerValue
      message = json?["msg"]?.stringValue
    }

    var suffix: String {
      guard let message else { return "" }
      let shown = message.prefix(200).filter { !$0.isNewline }
      return " (\(code.map { "\($0), " } ?? "")\(shown))"
    }

    /// The end of a ban, from words such as `banned until 1659146400000`.
    var bannedUntil: SimTime? {
      guard let message, let place = message.range(of: "until ") else { return nil }
      let digits = message[place.upperBound...].prefix { $0.isASCII && $0.isNumber }
      guard digits.count == 13, let milliseconds = Int64(digits) else { return nil }
      return SimTime(milliseconds: milliseconds)
    }
  }

#endif
