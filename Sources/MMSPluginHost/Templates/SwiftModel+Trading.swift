// SPDX-License-Identifier: Apache-2.0

extension SwiftModel {
  static let source = SwiftModel(
    parameters: ["price"],
    state: [("next", "Int64", "0"), ("end", "Int64", "0")],
    functions: """
      let minute: Int64 = 60_000_000_000
      let start: Int64 = 1_704_067_200_000_000_000  // 2024-01-01
      let barCount: Int64 = 90 * 1440

      func price(_ m: Model, _ at: Int64) -> Double {
        m.price * (1 + 0.05 * m.host.sin(Double(at % 1440) * (6.283185307179586 / 1440)))
      }

      func makeInterface() -> mms_source_v1 {
        var table = mms_source_v1()
        table.struct_size = UInt32(MemoryLayout<mms_source_v1>.size)
        table.coverage = { _, out, capacity in
          if capacity > 0 {
            out?.pointee = mms_coverage(
              symbol: text("WAVE"), resolution_ns: minute, start_ns: start, end_ns: start + barCount * minute,
              count: barCount)
          }
          return 1
        }
        table.open = { instance, symbol, from, to, resolution, error in
          guard let m = Model.at(instance), let symbol, String(cString: symbol) == "WAVE" else {
            return failed(error, "this source knows one symbol, WAVE")
          }
          guard resolution == minute else { return failed(error, "this source has bars of one minute") }
          m.next = from > start ? (from - start + minute - 1) / minute : 0
          m.end = to > start ? min((to - start) / minute, barCount) : 0
          return MMS_OK
        }
        table.next = { instance, bars, error in
          guard let m = Model.at(instance), let bars else { return failed(error, "no room for bars") }
          var index = 0
          while index < bars.pointee.capacity, m.next < m.end {
            let (first, last) = (price(m, m.next), price(m, m.next + 1))
            bars.pointee.time[index] = start + (m.next + 1) * minute
            bars.pointee.open[index] = first
            bars.pointee.high[index] = max(first, last)
            bars.pointee.low[index] = min(first, last)
            bars.pointee.close[index] = last
            bars.pointee.volume[index] = 10
            bars.pointee.bid[index] = .nan
            bars.pointee.ask[index] = .nan
            index += 1
            m.next += 1
          }
          bars.pointee.count = index
          return MMS_OK
        }
        return table
      }

      """)

  static let strategy = SwiftModel(
    parameters: ["size", "dip"],
    state: [("last", "Double", "0")],
    functions: """
      func makeInterface() -> mms_strategy_v1 {
        var table = mms_strategy_v1()
        table.struct_size = UInt32(MemoryLayout<mms_strategy_v1>.size)
        table.begin = { instance, _, _, _ in
          Model.at(instance)?.last = 0
          return MMS_OK
        }
        table.decide = { instance, block, first, end, account, actions, error in
          guard let m = Model.at(instance), let mid = block?.pointee.mid, let account = account?.pointee,
            let actions
          else { return failed(error, "decide was called without a block, an account or room for orders") }
          actions.pointee.count = 0
          actions.pointee.row = end
          for row in first..<end {
            let (before, now) = (m.last, mid[Int(row)])
            m.last = now
            if before == 0 || account.order_count > 0 { continue }
            let buys = account.position == 0 && now <= (1 - m.dip) * before
            let sells = account.position > 0 && now >= (1 + m.dip) * before
            guard buys || sells else { continue }
            guard actions.pointee.capacity > 0 else { return failed(error, "no room for an order") }
            var action = mms_action()
            action.kind = MMS_SUBMIT
            action.type = MMS_MARKET
            action.side = buys ? MMS_BUY : MMS_SELL
            action.quantity = buys ? m.size : account.position
            action.price = .nan
            actions.pointee.actions[0] = action
            actions.pointee.count = 1
            actions.pointee.row = row
            break  // The next call begins at the row after.
          }
          return MMS_OK
        }
        return table
      }

      """)
}
