// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Which column of a CSV file means what.
struct CSVLayout {
  /// The columns we understand; the rest are ignored.
  enum Column: String, CaseIterable {
    case openTime = "open_time"
    case closeTime = "close_time"
    case open, high, low, close, volume, bid, ask, symbol, source

    /// The names it goes by, in order of preference.
    var names: [String] {
      switch self {
      case .openTime:
        ["open_time", "opentime", "timestamp", "time", "datetime", "date", "ts", "start", "start_time"]
      case .closeTime: ["close_time", "closetime", "end", "end_time"]
      case .open: ["open", "open_price", "o"]
      case .high: ["high", "high_price", "h"]
      case .low: ["low", "low_price", "l"]
      case .close: ["close", "close_price", "c"]
      case .volume: ["volume", "vol", "v", "base_volume"]
      case .bid: ["bid", "bid_price", "best_bid"]
      case .ask: ["ask", "ask_price", "best_ask"]
      case .symbol: ["symbol", "pair", "ticker"]
      case .source: ["source"]
      }
    }
  }

  /// The number of columns of every row.
  let width: Int
  /// The origin the shape of the file speaks for.
  let guessedSource: String
  /// Whether times are closes, because the file has no opens.
  let timesAreCloses: Bool
  let time: Int
  let open: Int
  let high: Int
  let low: Int
  let close: Int
  let volume: Int
  let bid: Int?
  let ask: Int?
  let symbol: Int?
  let source: Int?

  /// The order of Binance's public files, of which spot extracts keep the first six.
  private static let binance = [
    "open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count",
    "taker_buy_volume", "taker_buy_quote_volume", "ignore",
  ]

  /// Without a header the number of columns decides.
  ///
  /// Twelve are Binance's, spot or futures alike, so the origin is only `binance`.
  static func headerless(width: Int) -> CSVLayout? {
    switch width {
    case 12: try? CSVLayout(header: binance, source: "binance")
    case 6: try? CSVLayout(header: Array(binance.prefix(6)), source: nil)
    default: nil
    }
  }

  /// Reads a header.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` naming all missing columns and the nearest names there are.
  init(header: [String], source given: String? = nil) throws(MMSError) {
    let names = header.map { name in
      String(name.lowercased().map { $0 == " " || $0 == "-" || $0 == "." ? "_" : $0 })
    }
    func find(_ column: Column) -> Int? {
      for name in column.names {
        if let index = names.firstIndex(of: name) { return index }
      }
      return nil
    }
    let openTime = find(.openTime)
    let times = openTime ?? find(.closeTime)
    var missing: [Column] = []
    func need(_ column: Column, _ found: Int?) -> Int {
      if found == nil { missing.append(column) }
      return found ?? 0
    }
    width = header.count
    timesAreCloses = openTime == nil
    time = need(.openTime, times)
    open = need(.open, find(.open))
    high = need(.high, find(.high))
    low = need(.low, find(.low))
    close = need(.close, find(.close))
    volume = need(.volume, find(.volume))
    (bid, ask) = (find(.bid), find(.ask))
    (symbol, source) = (find(.symbol), find(.source))
    if (bid == nil) != (ask == nil) { missing.append(bid == nil ? .bid : .ask) }
    guard missing.isEmpty else { throw Self.missing(missing, header: header, names: names) }
    if let given {
      guessedSource = given
    } else if names.count == 12, names.prefix(7) == Self.binance.prefix(7) {
      guessedSource = "binance-usdm"
    } else if names == Self.binance.prefix(6).map(\.self) {
      guessedSource = "binance-spot"
    } else {
      guessedSource = "csv"
    }
  }

  private static func missing(_ columns: [Column], header: [String], names: [String]) -> MMSError {
    let list = columns.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    // A name that is understood is not a misspelt one.
    let known = Set(Column.allCases.flatMap(\.names))
    let unknown = names.filter { !known.contains($0) }
    var hints: [String] = []
    for column in columns {
      let near = Suggestion.nearest(to: column.rawValue, among: unknown, limit: 1)
      if let name = near.first, let index = names.firstIndex(of: name) {
        hints.append("'\(header[index])' is near '\(column.rawValue)'")
      }
    }
    let held = header.map { "'\($0)'" }.joined(separator: ", ")
    return MMSError(
      .invalidData,
      "the header lacks the column\(columns.count == 1 ? "" : "s") \(list); it names \(held)",
      hint: hints.isEmpty ? nil : hints.joined(separator: "; "))
  }
}
