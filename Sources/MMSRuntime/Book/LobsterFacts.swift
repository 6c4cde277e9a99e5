// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSData
public import MMSStudy

extension BookFacts {
  /// The facts of a LOBSTER recording, in ticks of a cent; executions of one instant and side are one taking order.
  ///
  /// - Throws: ``MMSError/Code/noData`` when the recording is too short, and what reading it throws.
  public init(lobsterMessages: String, orderbook: String) throws(MMSError) {
    let tick = 100.0
    var messages = try LobsterMessageReader(path: lobsterMessages)
    var book = try LobsterBookReader(path: orderbook)
    var row = LobsterRow()
    var (mids, spreads, depths, signs) = ([Double](), [Double](), [Double](), [Double]())
    var second: Int64?
    var last: (time: Int64, side: Side)?
    while let message = try messages.next() {
      let now = message.time / 1_000_000_000
      // The row before this message held to the end of every second that has passed.
      if let bid = row.bids.first, let ask = row.asks.first {
        while let watched = second, watched < now {
          mids.append(0.5 * Double(bid.price + ask.price) / tick)
          spreads.append(Double(ask.price - bid.price) / tick)
          depths += [Double(bid.size), Double(ask.size)]
          second = watched + 1
        }
      }
      second = second ?? now
      guard try book.next(into: &row) else { break }
      if message.kind == .execution {
        if last?.time != message.time || last?.side != message.side {
          signs.append(message.side == .sell ? 1 : -1)
        }
        last = (message.time, message.side)
      }
    }
    try self.init(mids: mids, spreads: spreads, depths: depths, signs: signs)
  }
}
