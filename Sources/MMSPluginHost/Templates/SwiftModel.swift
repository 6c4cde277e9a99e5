// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The part of a source in Swift that differs between kinds.
struct SwiftModel {
  var parameters: [String]
  var state: [(name: String, type: String, initial: String)] = []
  var functions: String

  static func part(_ kind: ModelKind) -> SwiftModel {
    switch kind {
    case .scenario: scenario
    case .fill: fill
    case .impact: impact
    case .source: source
    default: strategy
    }
  }

  private static let scenario = SwiftModel(
    parameters: ["factor", "noise"],
    functions: """
      func makeInterface() -> mms_scenario_v1 {
        var table = mms_scenario_v1()
        table.struct_size = UInt32(MemoryLayout<mms_scenario_v1>.size)
        // The draw is addressed by the step, so any split into calls gives the same bytes.
        table.advance = { instance, block, first, end, _, random, error in
          guard let m = Model.at(instance), let block = block?.pointee, let spread = block.half_spread else {
            return failed(error, "advance was called without an instance or a block")
          }
          for row in first..<end {
            var z = 0.0
            m.host.normals(random, block.first_step + row, 1, 0, &z)
            spread[Int(row)] = min(spread[Int(row)] * m.factor * m.host.exp(m.noise * z), 0.5)
          }
          return MMS_OK
        }
        return table
      }

      """)

  private static let fill = SwiftModel(
    parameters: ["share"],
    functions: """
      func makeInterface() -> mms_fill_v1 {
        var table = mms_fill_v1()
        table.struct_size = UInt32(MemoryLayout<mms_fill_v1>.size)
        table.fill = { instance, orders, count, row, _, out, error in
          guard let m = Model.at(instance), let orders, let row = row?.pointee, let out else {
            return failed(error, "fill was called without an instance, orders or a row")
          }
          // A row without a range has been where it began and ended.
          let low = row.low.isNaN ? min(row.open, row.mid) : row.low
          let high = row.high.isNaN ? max(row.open, row.mid) : row.high
          for index in 0..<count {
            let order = orders[index]
            let most = min(order.remaining, order.available)
            let isThrough = order.side == MMS_BUY ? low < order.limit_price : high > order.limit_price
            var decision = mms_fill_decision()
            if order.is_marketable != 0 {
              decision.quantity = most
            } else if isThrough {
              decision.quantity = min(most, max(0, m.share * row.volume - order.used))
            }
            decision.probability = decision.quantity / order.remaining
            out[index] = decision
          }
          return MMS_OK
        }
        return table
      }

      """)

  private static let impact = SwiftModel(
    parameters: ["Y"],
    functions: """
      func quote(_ m: Model, _ order: mms_execution) -> mms_impact_quote {
        let size = order.volume > 0 ? order.quantity.magnitude / order.volume : 0
        let paid = m.Y * order.volatility * size.squareRoot() / order.liquidity
        return mms_impact_quote(temporary: order.quantity < 0 ? -paid : paid, lasting: 0)
      }

      func makeInterface() -> mms_impact_v1 {
        var table = mms_impact_v1()
        table.struct_size = UInt32(MemoryLayout<mms_impact_v1>.size)
        table.quote = { instance, orders, count, out, error in
          guard let m = Model.at(instance), let orders, let out else { return failed(error, "no orders") }
          for index in 0..<count { out[index] = quote(m, orders[index]) }
          return MMS_OK
        }
        // Nothing lasts: the mid is never displaced and the model always idle.
        table.apply = { instance, orders, count, out, state, error in
          guard let m = Model.at(instance), let orders, let out else { return failed(error, "no orders") }
          for index in 0..<count { out[index] = quote(m, orders[index]) }
          state?.pointee = mms_impact_state(displacement: 0, is_idle: 1, reserved: 0)
          return MMS_OK
        }
        table.preview = { _, _, count, out, _ in
          for index in 0..<count { out?[index] = 0 }
          return MMS_OK
        }
        table.decay = { _, _, _, state, _ in
          state?.pointee = mms_impact_state(displacement: 0, is_idle: 1, reserved: 0)
          return MMS_OK
        }
        return table
      }

      """)
}
