// SPDX-License-Identifier: Apache-2.0
#if Service

  public import MMSCore

  /// A length of bar that Binance keeps and whose opens are multiples of it since 1970.
  public struct BinanceInterval: Sendable, Hashable {
    /// The name in requests, such as `1m`.
    public let name: String
    /// The length of a bar.
    public let duration: SimDuration

    /// Every length, the shortest first; `3d`, `1w` and `1M` begin elsewhere and are left out.
    public static let all: [BinanceInterval] = [
      ("1s", SimDuration.seconds(1)), ("1m", .minutes(1)), ("3m", .minutes(3)), ("5m", .minutes(5)),
      ("15m", .minutes(15)), ("30m", .minutes(30)), ("1h", .hours(1)), ("2h", .hours(2)), ("4h", .hours(4)),
      ("6h", .hours(6)), ("8h", .hours(8)), ("12h", .hours(12)), ("1d", .days(1)),
    ].map { BinanceInterval(name: $0.0, duration: $0.1) }

    private init(name: String, duration: SimDuration) {
      self.name = name
      self.duration = duration
    }

    /// Finds the length by its duration.
    ///
    /// - Throws: ``MMSError/Code/invalidValue`` naming what there is.
    public init(_ duration: SimDuration) throws(MMSError) {
      guard let found = Self.all.first(where: { $0.duration == duration }) else {
        throw MMSError(
          .invalidValue,
          "Binance keeps no bars of \(duration); there are \(Self.all.map(\.name).joined(separator: ", "))",
          path: "interval")
      }
      self = found
    }

    /// Finds the length by its name.
    ///
    /// - Throws: ``MMSError/Code/invalidValue`` naming what there is.
    public init(name: String) throws(MMSError) {
      guard let duration = SimDuration(name) else {
        throw MMSError(
          .invalidValue,
          "interval '\(name)' is no length of a bar; Binance keeps"
            + " \(Self.all.map(\.name).joined(separator: ", "))",
          path: "interval")
      }
      try self.init(duration)
    }
  }

#endif
