// SPDX-License-Identifier: Apache-2.0
#if Service

  public import MMSCore
  public import MMSStore

  /// Brings bars of Binance into the database, and goes on where it stopped.
  ///
  /// The database is the only memory: what it lacks of the span is asked for, page by page, and each page is
  /// stored in a transaction of its own. So an interrupt, a kill or a failure loses at most the page under
  /// way, running again asks only for what is missing, and holes inside are filled.
  public struct BarFetcher: Sendable {
    /// How far fetching has come.
    public struct Progress: Sendable, Hashable {
      /// Bars asked for so far, there or not.
      public var done: Int
      /// Bars the database lacked.
      public var total: Int
    }

    /// What a fetch did.
    public struct Summary: Sendable, Hashable {
      /// The trading pair.
      public var symbol: String
      /// The length of a bar.
      public var resolution: SimDuration
      /// The origin the bars are stored under.
      public var source = BinanceClient.source
      /// The open of the first bar of the span.
      public var from: SimTime
      /// The close of its last bar; later bars are not over yet.
      public var to: SimTime
      /// Bars the database had before.
      public var held = 0
      /// Bars the exchange sent.
      public var fetched = 0
      /// Bars that were new to the database.
      public var stored = 0
      /// Bars of the span that the exchange does not have.
      public var missing = 0
      /// Requests sent, repeated ones counted again.
      public var requests = 0
      /// Requests sent again after a fault.
      public var retries = 0
    }

    private let client: BinanceClient
    private let store: Store

    /// Fetches through a client into a database.
    public init(client: BinanceClient, store: Store) {
      self.client = client
      self.store = store
    }

    /// Fetches what the database lacks of a span.
    ///
    /// - Parameters:
    ///   - from: The first bar opens at or after this instant.
    ///   - to: The last bar closes at or before this instant; bars that are not over are left out.
    ///   - progress: Called after each page; what it throws ends the fetch, and what is stored stays.
    /// - Throws: ``MMSError/Code/invalidValue`` for a span without a whole bar, and what the client and the
    ///   database throw; what is stored stays.
    public func fetch(
      symbol: String, interval: BinanceInterval, from: SimTime, to: SimTime,
      progress: (Progress) throws(MMSError) -> Void = { _ in }
    ) throws(MMSError) -> Summary {
      try BinanceEndpoint.check(symbol: symbol)
      let before = client.statistics
      var end = to
      // The exchange's clock decides which bars are over; long past ones need no asking.
      if to > client.clock.now() - .days(1) { end = min(to, try client.serverTime()) }
      let (first, last) = (from.firstOpen(of: interval), end.lastClose(of: interval))
      guard first < last else {
        throw MMSError(
          .invalidValue,
          "no \(interval.name) bar opens at or after \(from), closes at or before \(to) and is over; choose a"
            + " longer span", path: "from")
      }
      var summary = Summary(symbol: symbol, resolution: interval.duration, from: first, to: last)
      let holes = try holes(symbol, interval, from: first, to: last)
      let length = interval.duration.nanoseconds
      let total = holes.reduce(0) { $0 + Int(($1.to - $1.from).nanoseconds / length) }
      summary.held = Int((last - first).nanoseconds / length) - total
      var done = 0
      for hole in holes {
        try client.eachPage(symbol: symbol, interval: interval, from: hole.from, to: hole.to) {
          (page) throws(MMSError) in
          let counts = try store.writeBars { writer throws(MMSError) in
            try writer.write(page)
            return writer.counts
          }
          summary.fetched += page.count
          summary.stored += counts.new
          let passed = (page.end ?? hole.from) - hole.from
          try progress(Progress(done: done + Int(passed.nanoseconds / length), total: total))
        }
        done += Int((hole.to - hole.from).nanoseconds / length)
        try progress(Progress(done: done, total: total))
      }
      summary.missing = total - summary.fetched
      let after = client.statistics
      summary.requests = after.requests - before.requests
      summary.retries = after.retries - before.retries
      return summary
    }

    /// The spans the database has no bars of, in order of time.
    private func holes(
      _ symbol: String, _ interval: BinanceInterval, from: SimTime, to: SimTime
    ) throws(MMSError) -> [(from: SimTime, to: SimTime)] {
      var holes: [(from: SimTime, to: SimTime)] = []
      // A part at a time, so that memory does not grow with the span.
      let part = SimDuration(nanoseconds: interval.duration.nanoseconds * 100_000)
      var next = from
      var begin = from
      while begin < to {
        let end = min(to, begin + part)
        for close in try stored(symbol, interval, from: begin, to: end) {
          let open = SimTime(nanoseconds: close) - interval.duration
          if open > next { holes.append((next, open)) }
          next = max(next, SimTime(nanoseconds: close))
        }
        begin = end
      }
      if next < to { holes.append((next, to)) }
      return holes
    }

    /// The closes of stored bars.
    private func stored(
      _ symbol: String, _ interval: BinanceInterval, from: SimTime, to: SimTime
    ) throws(MMSError) -> [Int64] {
      do throws(MMSError) {
        return try store.bars(
          BarRequest(
            symbol: symbol, resolution: interval.duration, source: BinanceClient.source, start: from, end: to)
        ).time
      } catch {
        if error.code == .noData { return [] }
        throw error
      }
    }
  }

#endif
