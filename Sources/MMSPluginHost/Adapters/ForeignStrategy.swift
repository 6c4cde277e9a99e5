// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
public import MMSCore

/// A Strategy behind `mms.strategy/1`: one call for each stretch of rows over which its account rests.
///
/// Unchecked: an instance is entered by the one thread that holds it, since every runner makes its own.
@safe public struct ForeignStrategy: Strategy, @unchecked Sendable {
  /// Wishes of one call beyond these are refused.
  private static let mostActions = 256

  private let model: ForeignModel
  private let parameters: ParameterValues
  private let table: UnsafePointer<mms_strategy_v1>
  /// The instance behind the edge.
  package let instance: ForeignInstance
  private var columns = ForeignColumns()

  /// Makes an instance.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when the plugin refuses or lacks a function.
  public init(model: ForeignModel, parameters: ParameterValues) throws(MMSError) {
    let table = try unsafe model.interface(
      MMS_STRATEGY_INTERFACE, as: mms_strategy_v1.self, through: \.decide)
    guard unsafe table.pointee.decide != nil else { throw model.fault("it has no function 'decide'") }
    self.model = model
    self.parameters = parameters
    unsafe self.table = table
    instance = try ForeignInstance.make(model, parameters)
  }

  /// What the manifest says of it.
  public var descriptor: ModelDescriptor { model.descriptor }
  /// Why a decision could not be had.
  public var failure: MMSError? { instance.faults.error }

  /// Another instance.
  public func makeInstance() throws(MMSError) -> ForeignStrategy {
    try ForeignStrategy(model: model, parameters: parameters)
  }

  /// Starts a path.
  public mutating func begin(_ path: PathContext, context: MarketContext) {
    guard let begin = unsafe table.pointee.begin else {
      do throws(MMSError) { try instance.reset() } catch { instance.faults.note(error) }
      return
    }
    note(
      unsafe path.lend(.strategy) { path in
        unsafe context.lend { market in
          unsafe model.call(place: { _ in "at the start of a path" }) {
            unsafe begin(instance.pointer, path, market, $0)
          }
        }
      })
  }

  /// How much recorded market the strategy wants before the first step.
  public func warmUpDuration(resolution: SimDuration) -> SimDuration {
    guard let wanted = unsafe table.pointee.warm_up_ns else { return SimDuration(nanoseconds: 0) }
    let span = unsafe wanted(instance.pointer, resolution.nanoseconds)
    // A year is longer than any signal; more would only hide a mistake in the units.
    guard span >= 0, span <= 366 * 86_400 * 1_000_000_000 else {
      instance.faults.note(model.fault("warm_up_ns returned \(span) ns; it is 0 … 366 days"))
      return SimDuration(nanoseconds: 0)
    }
    return SimDuration(nanoseconds: span)
  }

  /// Sees recorded rows before the period.
  public mutating func warmUp(_ market: borrowing MarketBlock, rows: Range<Int>) {
    guard failure == nil, unsafe table.covers(\.warm_up), let warmUp = unsafe table.pointee.warm_up else {
      return
    }
    let (model, pointer) = unsafe (model, instance.pointer)
    note(
      unsafe columns.show(market) { block in
        unsafe model.call {
          unsafe warmUp(pointer, block, Int64(rows.lowerBound), Int64(rows.upperBound), $0)
        }
      })
  }

  /// Looks at rows in order and stops at the first one where it acts.
  public mutating func decide(
    _ market: borrowing MarketBlock, rows: Range<Int>, account: borrowing Account, orders: inout OrderSink
  ) -> Int {
    guard failure == nil, let decide = unsafe table.pointee.decide else { return rows.upperBound }
    let (model, pointer, first) = unsafe (model, instance.pointer, market.firstStep)
    let held = ForeignAccount(copy account)
    let next = orders.nextOrder
    var wishes: [OrderSink.Action] = []
    var acted = rows.upperBound
    var fault: MMSError?
    let status = unsafe withUnsafeTemporaryAllocation(of: mms_action.self, capacity: Self.mostActions) {
      room in
      var out = unsafe mms_actions(
        struct_size: UInt32(MemoryLayout<mms_actions>.size), next_order: next, actions: room.baseAddress,
        capacity: room.count, count: 0, row: Int64(rows.upperBound))
      let status = unsafe columns.show(market) { block in
        unsafe held.lend { account in
          unsafe model.call(place: { "step \(first + ($0 < 0 ? rows.lowerBound : Int($0)))" }) { error in
            unsafe decide(
              pointer, block, Int64(rows.lowerBound), Int64(rows.upperBound), account, &out, error)
          }
        }
      }
      guard case .fine = status else { return status }
      let (count, row) = unsafe (out.count, out.row)
      if count > Self.mostActions {
        fault = model.fault("it asked for \(count) things at once; there is room for \(Self.mostActions)")
      } else if count > 0, !(row >= Int64(rows.lowerBound) && row < Int64(rows.upperBound)) {
        fault = model.fault("it acted at row \(row), which is not among the rows \(rows) it was shown")
      } else {
        acted = count > 0 ? Int(row) : rows.upperBound
        for index in 0..<count {
          guard let wish = unsafe OrderSink.Action(room[index]) else {
            fault = model.fault(
              "step \(first + acted): action \(index) is none: \(unsafe room[index].problem)")
            break
          }
          wishes.append(wish)
        }
      }
      return status
    }
    note(status)
    if let fault { instance.faults.note(fault) }
    guard failure == nil else { return rows.upperBound }
    for wish in wishes {
      switch wish {
      case .submit(_, let request): orders.submit(request)
      case .cancel(let id): orders.cancel(id)
      case .cancelAll: orders.cancelAll()
      }
    }
    return acted
  }

  private func note(_ status: ForeignStatus) {
    if case .failed(let error) = status { instance.faults.note(error) }
  }
}

extension OrderSink.Action {
  /// A wish of a plugin; nil when it is none.
  fileprivate init?(_ action: mms_action) {
    switch action.kind {
    case MMS_CANCEL: self = .cancel(action.order)
    case MMS_CANCEL_ALL: self = .cancelAll
    case MMS_SUBMIT:
      guard action.problem.isEmpty else { return nil }
      let type: OrderType = action.type == MMS_LIMIT ? .limit : action.type == MMS_STOP ? .stop : .market
      self = .submit(
        0,
        OrderRequest(
          action.side == MMS_BUY ? .buy : .sell, type, quantity: action.quantity, price: action.price,
          postOnly: action.post_only != 0, reduceOnly: action.reduce_only != 0,
          timeToLive: Int(action.time_to_live), parent: action.parent, parentQuantity: action.parent_quantity,
          stopLoss: action.stop_loss))
    default: return nil
    }
  }
}

extension mms_action {
  /// What keeps the action from being an order, with its value; empty when nothing does.
  fileprivate var problem: String {
    if kind != MMS_SUBMIT { return "its kind is \(kind)" }
    if side != MMS_BUY && side != MMS_SELL { return "its side is \(side)" }
    if type != MMS_MARKET && type != MMS_LIMIT && type != MMS_STOP { return "its type is \(type)" }
    if !(quantity > 0 && quantity < .infinity) { return "its quantity is \(quantity)" }
    if type == MMS_MARKET ? !price.isNaN : !(price > 0 && price < .infinity) {
      return "its price is \(price)\(type == MMS_MARKET ? "; a market order's is NaN" : "")"
    }
    if !(parent_quantity >= 0 && parent_quantity < .infinity) {
      return "its parent_quantity is \(parent_quantity)"
    }
    if !(stop_loss >= 0 && stop_loss < 1) { return "its stop_loss is \(stop_loss)" }
    if !(time_to_live >= 0 && time_to_live < 1 << 40) { return "its time_to_live is \(time_to_live)" }
    return ""
  }
}
