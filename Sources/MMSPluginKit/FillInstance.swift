// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// A FillModel behind the edge; it remembers nothing, so reset has nothing to do.
final class FillInstance: Instance {
  private let model: any FillModel

  init(host: Host, _ model: any FillModel) {
    self.model = model
    super.init(host: host)
  }

  override func duplicate() -> Instance { FillInstance(host: host, model) }

  private func fill(
    _ orders: UnsafePointer<mms_fill_query>?, _ count: Int, _ row: UnsafePointer<mms_row>?,
    _ random: OpaquePointer?,
    _ out: UnsafeMutablePointer<mms_fill_decision>?
  ) throws(MMSError) {
    if count == 0 { return }
    let (orders, out) = unsafe (try given(orders, "orders"), try given(out, "room for decisions"))
    let row = unsafe MarketRow(try given(row, "row").pointee)
    let random = unsafe try host.source(random)
    for index in 0..<count {
      let decision = unsafe model.fill(FillQuery(orders[index]), in: row, random: random)
      unsafe out[index] = mms_fill_decision(
        quantity: decision.quantity, probability: decision.probability, queue_ahead: decision.queueAhead,
        concession: decision.concession)
    }
  }

  static func table() -> mms_fill_v1 {
    var table = mms_fill_v1()
    table.struct_size = UInt32(MemoryLayout<mms_fill_v1>.size)
    unsafe table.fill = { pointer, orders, count, row, random, out, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, FillInstance.self).fill(orders, count, row, random, out)
      }
    }
    return table
  }
}

extension FillQuery {
  fileprivate init(_ query: mms_fill_query) {
    self.init(
      side: query.side == MMS_BUY ? .buy : .sell, limitPrice: query.limit_price, remaining: query.remaining,
      queueAhead: query.queue_ahead, isMarketable: query.is_marketable != 0, available: query.available,
      consumed: query.consumed, used: query.used, tick: query.tick,
      resolution: SimDuration(nanoseconds: query.resolution_ns), step: Int(query.step),
      order: Int(query.order))
  }
}

extension MarketRow {
  fileprivate init(_ row: mms_row) {
    self.init(MarketBlock(count: 1), row: 0)
    open = row.open
    high = row.high
    low = row.low
    mid = row.mid
    halfSpread = row.half_spread
    bidDepth = row.bid_depth
    askDepth = row.ask_depth
    volatility = row.volatility
    volume = row.volume
  }
}
