// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// An account in a plugin's terms, for one call.
@safe struct ForeignAccount {
  private let account: Account
  private let orders: [mms_working_order]
  private let events: [mms_order_event]

  init(_ account: Account) {
    self.account = account
    orders = account.orders.map { order in
      mms_working_order(
        price: order.price, remaining: order.remaining, id: order.id, parent: order.parent,
        side: order.side == .buy ? MMS_BUY : MMS_SELL, type: Int32(order.type.rawValue),
        status: order.status == .pending ? MMS_ORDER_PENDING : MMS_ORDER_WORKING, reserved: 0)
    }
    events = account.events.map { event in
      mms_order_event(
        quantity: event.quantity, price: event.price, remaining: event.remaining, order: event.order,
        parent: event.parent, kind: Int32(event.kind.rawValue), side: event.side == .buy ? MMS_BUY : MMS_SELL)
    }
  }

  func lend(_ body: (UnsafePointer<mms_account>) -> ForeignStatus) -> ForeignStatus {
    unsafe orders.withUnsafeBufferPointer { orders in
      unsafe events.withUnsafeBufferPointer { events in
        let view = unsafe mms_account(
          struct_size: UInt32(MemoryLayout<mms_account>.size), reserved: 0, cash: account.cash,
          position: account.position, average_entry: account.averageEntry, lot: account.lot,
          tick: account.tick,
          order_count: orders.count, orders: orders.baseAddress, event_count: events.count,
          events: events.baseAddress)
        return unsafe withUnsafePointer(to: view) { unsafe body($0) }
      }
    }
  }
}
