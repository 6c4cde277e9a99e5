// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// CSV files extracted from Binance's streams: diffs, trades and book tickers, told by their header.
enum BinanceDump {
  /// What the rows of a file are.
  enum Kind {
    case depth, trades, tickers

    /// Nil when the line is no header of these.
    init?(header bytes: Span<UInt8>, _ line: Range<Int>) {
      switch FieldParser.text(bytes, line) {
      case "local_ns,event_ms,first_id,final_id,side,price,qty": self = .depth
      case "local_ns,event_ms,trade_ms,trade_id,price,qty,buyer_is_maker": self = .trades
      case "local_ns,update_id,bid,bid_qty,ask,ask_qty": self = .tickers
      default: return nil
      }
    }
  }

  /// One row.
  struct Row {
    var kind: Kind
    var localTime: Int64
    /// Milliseconds, as the exchange states; 0 where it does not.
    var time: Int64 = 0
    var firstID: Int64 = 0
    var id: Int64 = 0
    /// The bid's side, or of a trade whether the buyer's order rested.
    var isFirst = false
    var price: Int64 = 0
    var quantity: Int64 = 0
    var other = BinanceLevel(price: 0, quantity: 0)

    /// Nil when the row is malformed or a number is out of range.
    init?(_ kind: Kind, _ bytes: Span<UInt8>, _ line: Range<Int>, _ quantityDecimals: Int) {
      var scanner = LineScanner(line)
      let limit: Int64 = 1 << 62
      func whole() -> Int64? {
        guard let value = scanner.integer(bytes), value >= 0, value < limit else { return nil }
        return value
      }
      func fraction() -> Int64? {
        guard let value = scanner.fixed(bytes, decimals: 8), value >= 0 else { return nil }
        return value
      }
      func amount() -> Int64? {
        guard let value = scanner.fixed(bytes, decimals: quantityDecimals), value >= 0 else { return nil }
        return value
      }
      func comma() -> Bool { scanner.skip(44, bytes) }
      self.kind = kind
      guard let local = whole(), comma() else { return nil }
      localTime = local
      switch kind {
      case .depth:
        guard let time = whole(), comma(), let first = whole(), comma(), let last = whole(), comma(),
          first <= last
        else { return nil }
        let isBid = scanner.skip(98, bytes)
        guard isBid || scanner.skip(97, bytes), comma(), let price = fraction(), comma(), price > 0,
          let quantity = amount()
        else { return nil }
        (self.time, firstID, id, isFirst, self.price, self.quantity) = (
          time, first, last, isBid, price, quantity
        )
      case .trades:
        guard whole() != nil, comma(), let time = whole(), comma(), let id = whole(), comma(),
          let price = fraction(), comma(), let quantity = amount(), comma(), let maker = whole(), maker <= 1
        else { return nil }
        (self.time, self.id, isFirst, self.price, self.quantity) = (time, id, maker == 1, price, quantity)
      case .tickers:
        guard let id = whole(), comma(), let bid = fraction(), comma(), let bidQuantity = amount(), comma(),
          let ask = fraction(), comma(), let askQuantity = amount()
        else { return nil }
        (self.id, price, quantity) = (id, bid, bidQuantity)
        other = BinanceLevel(price: ask, quantity: askQuantity)
      }
      if !scanner.isAtEnd { return nil }
    }

    /// The message that the row, or the diff it begins, is.
    var message: BinanceMessage {
      switch kind {
      case .depth: .diff(BinanceDiff(firstID: firstID, finalID: id, previousID: nil))
      case .trades:
        .trade(BinanceTrade(id: id, price: price, quantity: quantity, taker: isFirst ? .sell : .buy))
      case .tickers:
        .ticker(
          BinanceTicker(updateID: id, bid: BinanceLevel(price: price, quantity: quantity), ask: other))
      }
    }
  }
}
