// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Seeded bars of a geometric Brownian motion: for trying things out, and for tests with a known law.
///
/// With σ² the variance of a bar's log return x, close = open · e^x, x ~ N(drift·dt − σ²/2, σ²). High and
/// low have the law of the motion's extremes between open and close (Brownian bridge):
/// ln(high/open) = (x + √(x² + 2σ²E))/2, and the mirror image for the low, each with its own exponential E
/// of mean 1; their dependence given x is left out. Volume is lognormal and independent. A bar opens at the close
/// before it. The same parameters give the same bars, whatever span is asked for.
public struct SyntheticSource: DataSource {
  /// What is generated; each field is a parameter of the URI `synthetic:?name=value&…`.
  public struct Parameters: Sendable, Hashable {
    /// The trading pair.
    public var symbol = "SYNTH"
    /// The seed of the draws.
    public var seed: UInt64 = 1
    /// The first open.
    public var price = 100.0
    /// Standard deviation of log returns, per square root of a year of 365 days.
    public var volatility = 0.6
    /// Mean growth, a fraction per year.
    public var drift = 0.0
    /// Mean volume of a bar, base units.
    public var volume = 100.0
    /// When the first bar opens.
    public var start = SimTime(nanoseconds: 1_735_689_600_000_000_000)
    /// How many days of bars.
    public var days = 40.0
    /// The length of a bar.
    public var resolution = SimDuration.minutes(1)

    /// The names of the parameters, as a URI has them.
    static let names = [
      "symbol", "seed", "price", "volatility", "drift", "volume", "start", "days", "resolution",
    ]

    /// The defaults: 40 days of one-minute bars from 2025-01-01, σ = 0.6 a year.
    public init() {}

    init(_ query: [String: String]) throws(MMSError) {
      symbol = query["symbol"] ?? symbol
      func read<Value>(_ name: String, _ what: String, _ parse: (String) -> Value?, _ value: inout Value)
        throws(MMSError)
      {
        guard let text = query[name] else { return }
        guard let parsed = parse(text) else {
          throw MMSError(.invalidValue, "\(name) '\(text)' of the synthetic source is no \(what)", path: name)
        }
        value = parsed
      }
      try read("seed", "whole number from 0", { UInt64($0) }, &seed)
      try read("price", "number", { Double($0) }, &price)
      try read("volatility", "number", { Double($0) }, &volatility)
      try read("drift", "number", { Double($0) }, &drift)
      try read("volume", "number", { Double($0) }, &volume)
      try read("start", "time in ISO 8601", { SimTime(iso8601: $0) }, &start)
      try read("days", "number", { Double($0) }, &days)
      try read("resolution", "duration such as 1m or 1h", { SimDuration($0) }, &resolution)
    }

    /// The number of bars.
    ///
    /// - Throws: ``MMSError/Code/invalidValue`` naming the value out of range.
    fileprivate func check() throws(MMSError) -> Int {
      let ranges: [(String, Double, ClosedRange<Double>)] = [
        ("price", price, 1e-9...1e12), ("volatility", volatility, 0...10), ("drift", drift, -10...10),
        ("volume", volume, 0...1e15), ("days", days, 0...36_500),
      ]
      for (name, value, range) in ranges where !range.contains(value) {
        throw MMSError(
          .invalidValue,
          "\(name) \(value) of the synthetic source is outside \(range.lowerBound) … \(range.upperBound)",
          path: name)
      }
      guard resolution > SimDuration(nanoseconds: 0), resolution <= .days(100) else {
        throw MMSError(
          .invalidValue, "a bar of \(resolution) is out of range; more than 0, at most 100d",
          path: "resolution")
      }
      let count = (days / resolution.days).rounded(.down)
      guard count >= 1, count <= 5_000_000 else {
        throw MMSError(
          .invalidValue, "\(days) days of \(resolution) bars are \(count) bars; ask for 1 to 5000000",
          path: "days")
      }
      guard Double(start.nanoseconds) + days * 86_400e9 < 9.2e18 else {
        throw MMSError(
          .invalidValue, "the synthetic bars from \(start) end after the year 2261", path: "start")
      }
      return Int(count)
    }
  }

  /// `synthetic:` and the parameters that decide the bars.
  public let name: String
  private let series: BarSeries

  /// Generates the bars.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` naming a parameter out of range.
  public init(_ parameters: Parameters = Parameters()) throws(MMSError) {
    let count = try parameters.check()
    let p = parameters
    name =
      "synthetic:?symbol=\(p.symbol)&seed=\(p.seed)&price=\(p.price)&volatility=\(p.volatility)&drift=\(p.drift)"
      + "&volume=\(p.volume)&start=\(p.start)&days=\(p.days)&resolution=\(p.resolution)"
    series = Self.generate(p, count: count)
    try series.validate()
  }

  /// The one series.
  public func coverage() throws(MMSError) -> [DataCoverage] { series.coverage() }

  /// The rows of the span.
  public func bars(_ request: BarRequest) throws(MMSError) -> BarSeries {
    _ = try series.coverage().choice(for: request, in: name)
    return try series.rows(for: request, in: name)
  }

  private static func generate(_ p: Parameters, count: Int) -> BarSeries {
    var bars = BarSeries(symbol: p.symbol, resolution: p.resolution, source: "synthetic")
    bars.reserveCapacity(count)
    let draws = RandomSource(seed: p.seed, path: 0, role: .data)
    let years = p.resolution.days / 365
    let variance = p.volatility * p.volatility * years
    let deviation = variance.squareRoot()
    let mean = p.drift * years - variance / 2
    var open = p.price
    for row in 0..<count {
      let step = Int64(row)
      let x = mean + deviation * draws.normal(step: step, lane: 0)
      let close = open * MMSMath.exp(x)
      let up = (x + (x * x + 2 * variance * draws.exponential(step: step, lane: 1)).squareRoot()) / 2
      let down = (x - (x * x + 2 * variance * draws.exponential(step: step, lane: 2)).squareRoot()) / 2
      // A lognormal of mean 1 with a spread like that of real minutes.
      let volume = p.volume * MMSMath.exp(0.8 * draws.normal(step: step, lane: 3) - 0.32)
      bars.append(
        time: p.start.nanoseconds + Int64(row + 1) * p.resolution.nanoseconds, open: open,
        high: max(open, close, open * MMSMath.exp(up)), low: min(open, close, open * MMSMath.exp(down)),
        close: close, volume: volume)
      open = close
    }
    return bars
  }
}
