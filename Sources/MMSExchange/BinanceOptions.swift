// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  public import MMSCore

  /// How a client of Binance behaves: where it asks, how long and how often.
  public struct BinanceOptions: Sendable {
    /// The exchange's own address.
    public static let defaultBaseURL = "https://api.binance.com"
    /// Binance's address for market data alone, which answers in more countries.
    public static let mirrorURL = "https://data-api.binance.vision"

    /// Where requests go: scheme, host and port, perhaps a path, without `/api/v3`.
    public var baseURL: String
    /// How long a connection may take to come up.
    public var connectTimeout = SimDuration.seconds(10)
    /// How long an answer may pause.
    public var readTimeout = SimDuration.seconds(20)
    /// How long a request may take from connecting to the last byte.
    public var overallTimeout = SimDuration.seconds(60)
    /// The most bytes of an answer.
    public var maximumBody = 16 << 20
    /// How often a request is sent at most.
    public var attempts = 8
    /// The bound of the first wait after a failure; it doubles.
    public var backoffBase = SimDuration(nanoseconds: 500_000_000)
    /// The bound of every wait after a failure.
    public var backoffCap = SimDuration.seconds(30)
    /// What the waits are drawn from.
    public var seed = UInt64.random(in: .min ... .max)
    /// Failures in a row that open the circuit breaker.
    public var breakerThreshold = 5
    /// How long the breaker stays open.
    public var breakerCoolDown = SimDuration.seconds(30)
    /// The longest wait the exchange may ask for; beyond it the request fails.
    public var maximumWait = SimDuration.minutes(5)
    /// The weight used per minute at most: four fifths of the lowest limit Binance has had.
    public var weightPerMinute = 960
    /// Told of every wait that is felt: half a second or more.
    public var notice: @Sendable (String) -> Void = { _ in }

    /// Describes a client of an address.
    public init(baseURL: String = defaultBaseURL) {
      self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    }

    func check() throws(MMSError) {
      guard let url = URLComponents(string: baseURL), url.scheme == "https" || url.scheme == "http",
        let host = url.host, !host.isEmpty, url.query == nil, url.fragment == nil, url.user == nil
      else {
        throw MMSError(
          .invalidValue,
          "base URL '\(baseURL)' is not of the form https://HOST[:PORT]; Binance's are \(Self.defaultBaseURL)"
            + " and \(Self.mirrorURL)", path: "base_url")
      }
      guard attempts >= 1, breakerThreshold >= 1, weightPerMinute >= 1, maximumBody >= 1 else {
        throw MMSError(
          .invalidValue, "a client needs at least one attempt, one failure, one unit of weight and one byte")
      }
    }
  }

#endif
