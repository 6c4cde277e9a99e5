// SPDX-License-Identifier: Apache-2.0
#if Service

  import Foundation
  import MMSCore
  import MMSExchange
  import Synchronization

  /// A clock that tests turn: sleeping takes no time, and is written down.
  final class ManualClock: ExchangeClock {
    private let state = Mutex((now: SimTime(milliseconds: 1_700_000_000_000), sleeps: [SimDuration]()))
    private let server: ReplayServer?

    /// Makes a clock, which keeps the server of its client running.
    init(keeping server: ReplayServer? = nil) { self.server = server }

    func now() -> SimTime { state.withLock { $0.now } }

    func sleep(_ span: SimDuration) {
      state.withLock {
        $0.now = $0.now + span
        $0.sleeps.append(span)
      }
    }

    /// Lets time go by without anybody sleeping.
    func advance(_ span: SimDuration) { state.withLock { $0.now = $0.now + span } }

    /// Every wait asked for, in order.
    var sleeps: [SimDuration] { state.withLock { $0.sleeps } }
  }

  /// The recorded responses beside the repository, where a developer has them.
  enum Recorded {
    static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    static let folder = checkout.deletingLastPathComponent().appending(
      path: "shared/data/rest/binance_api_v3")
    static let exist = FileManager.default.fileExists(atPath: folder.path)

    static func body(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }

    static func json(_ name: String) throws -> JSONValue { try JSONValue(parsing: try body(name)) }
  }

  /// Bars in the exchange's own form, and how it answers for them.
  struct WireBars: Sendable {
    let rows: [JSONValue]

    /// The rows of an answer.
    init(_ rows: [JSONValue]) { self.rows = rows }

    /// Generated minutes: a walk of a few ticks, the same in every run.
    init(minutes count: Int, from start: SimTime = SimTime(milliseconds: 1_600_000_020_000)) {
      var price: Int64 = 20_000_00
      var draw: UInt64 = 88_172_645_463_325_252
      rows = (0..<count).map { minute in
        draw ^= draw << 13
        draw ^= draw >> 7
        draw ^= draw << 17
        let open = price
        price += Int64(draw % 2001) - 1000
        let milliseconds = start.nanoseconds / 1_000_000 + Int64(minute) * 60_000
        let texts = [open, max(open, price) + Int64(draw % 97), min(open, price) - Int64(draw % 89), price]
          .map {
            JSONValue.string("\($0 / 100).\($0 % 100 < 10 ? "0" : "")\($0 % 100)")
          }
        return .array(
          [.integer(milliseconds)] + texts + [
            .string("\(draw % 4000).125"), .integer(milliseconds + 59_999), "1.5", .integer(10), "0.5",
            "0.25", "0",
          ])
      }
    }

    static func open(_ row: JSONValue) -> Int64 { row.arrayValue?.first?.integerValue ?? 0 }

    var start: SimTime { SimTime(milliseconds: Self.open(rows[0])) }
    func end(_ length: Int64 = 60_000) -> SimTime {
      SimTime(milliseconds: Self.open(rows[rows.count - 1]) + length)
    }

    /// The rows a request asks for, as Binance chooses them.
    func answer(_ asked: ReplayServer.Asked) -> [JSONValue] {
      let first = asked.number("startTime") ?? 0
      let last = asked.number("endTime") ?? .max
      return Array(
        rows.filter { Self.open($0) >= first && Self.open($0) <= last }
          .prefix(Int(asked.number("limit") ?? 500)))
    }

    /// The answer of an exchange without faults.
    func reply(_ asked: ReplayServer.Asked) -> ReplayServer.Reply {
      if asked.path == "/api/v3/time" {
        return ReplayServer.Reply(body: #"{"serverTime":4102444800000}"#)
      }
      return ReplayServer.Reply(body: JSONValue.array(answer(asked)).write())
    }

    /// Column by column what a series must hold.
    var columns: [[Double]] {
      (1...5).map { column in
        rows.map { row in row.arrayValue?[column].stringValue.flatMap(Double.init) ?? .nan }
      }
    }
  }

  extension BarSeries {
    var columns: [[Double]] { [open, high, low, close, volume] }

    /// Whether these are the bars of rows of a length.
    func equals(_ wire: WireBars, _ length: SimDuration = .minutes(1)) -> Bool {
      columns == wire.columns
        && time == wire.rows.map { (SimTime(milliseconds: WireBars.open($0)) + length).nanoseconds }
    }
  }

  /// The error of a call that must fail.
  func fault<Value>(_ body: () throws -> Value) -> MMSError? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? MMSError
    }
  }

  /// Options of a client of a server, with times short enough for tests.
  func options(_ server: ReplayServer, _ change: (inout BinanceOptions) -> Void = { _ in }) -> BinanceOptions
  {
    var options = BinanceOptions(baseURL: server.url)
    options.seed = 7
    options.connectTimeout = .seconds(5)
    options.readTimeout = SimDuration(nanoseconds: 300_000_000)
    options.overallTimeout = .seconds(2)
    change(&options)
    return options
  }

  /// One minute.
  let minute: BinanceInterval = {
    // The name is one of Binance's.
    for interval in BinanceInterval.all where interval.name == "1m" { return interval }
    return BinanceInterval.all[0]
  }()

#endif
