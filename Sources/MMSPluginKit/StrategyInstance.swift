// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// A Strategy behind the edge.
final class StrategyInstance: Instance {
  private let original: any Strategy
  private var model: any Strategy
  private var copy = BlockCopy()
  private var account = Account(cash: 0)
  private var sink = OrderSink()

  init(host: Host, _ model: any Strategy) {
    original = model
    self.model = model
    super.init(host: host)
  }

  override func reset() { model = original }

  override func duplicate() -> Instance {
    let twin = StrategyInstance(host: host, original)
    twin.model = model
    return twin
  }

  private func rows(_ first: Int64, _ end: Int64) throws(MMSError) -> Range<Int> {
    guard first >= 0, first <= end else {
      throw MMSError(.modelFailed, "the host shows rows \(first) to \(end)")
    }
    return Int(first)..<Int(end)
  }

  private func warmUp(_ block: UnsafePointer<mms_block>?, _ first: Int64, _ end: Int64) throws(MMSError) {
    unsafe try copy.read(block, end: end)
    model.warmUp(copy.block, rows: try rows(first, end))
  }

  private func decide(
    _ block: UnsafePointer<mms_block>?, _ first: Int64, _ end: Int64, _ shown: UnsafePointer<mms_account>?,
    _ actions: UnsafeMutablePointer<mms_actions>?
  ) throws(MMSError) {
    let actions = unsafe try given(actions, "room for actions")
    unsafe try copy.read(block, end: end)
    unsafe account.read(try given(shown, "account").pointee)
    sink.removeAll()
    sink.continueNumbers(at: unsafe actions.pointee.next_order)
    let row = model.decide(copy.block, rows: try rows(first, end), account: account, orders: &sink)
    guard unsafe sink.actions.count <= actions.pointee.capacity else {
      throw MMSError(
        .modelFailed,
        unsafe "\(sink.actions.count) orders at once; the host takes \(actions.pointee.capacity) in one step")
    }
    for (index, action) in sink.actions.enumerated() { unsafe actions.pointee.actions[index] = action.row }
    unsafe actions.pointee.count = sink.actions.count
    unsafe actions.pointee.row = Int64(row)
  }

  static func table() -> mms_strategy_v1 {
    var table = mms_strategy_v1()
    table.struct_size = UInt32(MemoryLayout<mms_strategy_v1>.size)
    unsafe table.warm_up_ns = { pointer, resolution in
      do throws(MMSError) {
        return unsafe try Instance.at(pointer, StrategyInstance.self).model
          .warmUpDuration(resolution: SimDuration(nanoseconds: resolution)).nanoseconds
      } catch {
        return 0
      }
    }
    unsafe table.begin = { pointer, path, market, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, StrategyInstance.self).model
          .begin(PathContext(path), context: MarketContext(market))
      }
    }
    unsafe table.warm_up = { pointer, block, first, end, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, StrategyInstance.self).warmUp(block, first, end)
      }
    }
    unsafe table.decide = { pointer, block, first, end, account, actions, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, StrategyInstance.self).decide(block, first, end, account, actions)
      }
    }
    return table
  }
}

extension Account {
  fileprivate mutating func read(_ shown: mms_account) {
    unsafe cash = shown.cash
    unsafe position = shown.position
    unsafe averageEntry = shown.average_entry
    unsafe lot = shown.lot
    unsafe tick = shown.tick
    orders.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
    for index in 0..<(unsafe shown.orders == nil ? 0 : shown.order_count) {
      guard let order = unsafe shown.orders?[index] else { break }
      orders.append(
        WorkingOrder(
          id: order.id, parent: order.parent, side: order.side == MMS_BUY ? .buy : .sell,
          type: OrderType(rawValue: UInt8(clamping: order.type)) ?? .market,
          status: OrderStatus(rawValue: UInt8(clamping: order.status)) ?? .working, price: order.price,
          remaining: order.remaining))
    }
    for index in 0..<(unsafe shown.events == nil ? 0 : shown.event_count) {
      guard let event = unsafe shown.events?[index] else { break }
      events.append(
        OrderEvent(
          kind: OrderEvent.Kind(rawValue: UInt8(clamping: event.kind)) ?? .cancelled, order: event.order,
          parent: event.parent, side: event.side == MMS_BUY ? .buy : .sell, quantity: event.quantity,
          price: event.price, remaining: event.remaining))
    }
  }
}

extension OrderSink.Action {
  fileprivate var row: mms_action {
    var row = mms_action()
    row.price = .nan
    switch self {
    case .submit(_, let request):
      row.kind = MMS_SUBMIT
      row.side = request.side == .buy ? MMS_BUY : MMS_SELL
      row.type = Int32(request.type.rawValue)
      row.quantity = request.quantity
      row.price = request.price
      row.parent_quantity = request.parentQuantity
      row.stop_loss = request.stopLoss
      row.time_to_live = Int64(request.timeToLive)
      row.parent = request.parent
      row.post_only = request.postOnly ? 1 : 0
      row.reduce_only = request.reduceOnly ? 1 : 0
    case .cancel(let id):
      row.kind = MMS_CANCEL
      row.order = id
    case .cancelAll: row.kind = MMS_CANCEL_ALL
    }
    return row
  }
}
