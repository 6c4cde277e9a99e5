// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
public import MMSCore

/// A FillModel behind `mms.fill/1`.
///
/// Unchecked: an instance is entered by the one thread that holds it, since every runner makes its own.
@safe public struct ForeignFillModel: FillModel, @unchecked Sendable {
  private let model: ForeignModel
  private let parameters: ParameterValues
  private let table: UnsafePointer<mms_fill_v1>
  /// The instance behind the edge.
  package let instance: ForeignInstance

  /// Makes an instance.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when the plugin refuses or lacks a function.
  public init(model: ForeignModel, parameters: ParameterValues) throws(MMSError) {
    let table = try unsafe model.interface(MMS_FILL_INTERFACE, as: mms_fill_v1.self, through: \.fill)
    guard unsafe table.pointee.fill != nil else { throw model.fault("it has no function 'fill'") }
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
  public func makeInstance() throws(MMSError) -> ForeignFillModel {
    try ForeignFillModel(model: model, parameters: parameters)
  }

  /// Decides for one order.
  public func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    var decision = FillDecision.none(queueAhead: query.queueAhead)
    if failure != nil { return decision }
    unsafe withUnsafePointer(to: mms_fill_query(query)) { orders in
      var out = mms_fill_decision()
      unsafe ask(orders, 1, row, random, &out)
      decision = checked(out, query)
    }
    return decision
  }

  /// Decides for many orders of one row in one call.
  public func fill(
    _ queries: Span<FillQuery>, in row: MarketRow, random: RandomSource,
    into decisions: inout MutableSpan<FillDecision>
  ) {
    let count = queries.count
    for index in queries.indices { decisions[index] = .none(queueAhead: queries[index].queueAhead) }
    if count == 0 || failure != nil { return }
    unsafe withUnsafeTemporaryAllocation(of: mms_fill_query.self, capacity: count) { orders in
      unsafe withUnsafeTemporaryAllocation(of: mms_fill_decision.self, capacity: count) { out in
        guard let order = orders.baseAddress, let decision = out.baseAddress else { return }
        for index in 0..<count {
          unsafe (order + index).initialize(to: mms_fill_query(queries[index]))
          unsafe (decision + index).initialize(to: mms_fill_decision())
        }
        unsafe ask(order, count, row, random, decision)
        for index in 0..<count { unsafe decisions[index] = checked(decision[index], queries[index]) }
      }
    }
  }

  private func ask(
    _ orders: UnsafePointer<mms_fill_query>, _ count: Int, _ row: MarketRow, _ random: RandomSource,
    _ out: UnsafeMutablePointer<mms_fill_decision>
  ) {
    guard let fill = unsafe table.pointee.fill else { return }
    let step = unsafe orders.pointee.step
    let status = unsafe withUnsafePointer(to: mms_row(row)) { market in
      unsafe random.lend { draws in
        unsafe model.call(place: { "step \(step)" + ($0 < 0 ? "" : ", order \($0)") }) {
          unsafe fill(instance.pointer, orders, count, market, draws, out, $0)
        }
      }
    }
    switch status {
    case .fine: return
    case .failed(let error): instance.faults.note(error)
    case .discarded(let row):
      // One order stays as it is; without a number all of them do.
      for index in 0..<count where row < 0 || row == Int64(index) {
        unsafe out[index] = mms_fill_decision(
          quantity: 0, probability: 0, queue_ahead: orders[index].queue_ahead, concession: 0)
      }
    }
  }

  /// Whether a decision is one; the first that is not ends the path.
  private func checked(_ out: mms_fill_decision, _ query: FillQuery) -> FillDecision {
    if failure != nil { return .none(queueAhead: query.queueAhead) }
    let most = min(query.remaining, query.available)
    // Products of doubles may end a rounding beyond the bound.
    let slack = 1e-9 * max(most, 0)
    func refuse(_ name: String, _ value: Double, _ range: String) -> FillDecision {
      instance.faults.note(
        model.fault("step \(query.step), order \(query.order): \(name) is \(value); it must be \(range)"))
      return .none(queueAhead: query.queueAhead)
    }
    if !(out.quantity >= 0 && out.quantity <= most + slack) {
      return refuse("quantity", out.quantity, "0 … \(most), what is left and available")
    }
    if !(out.probability >= 0 && out.probability <= 1 + 1e-9) {
      return refuse("probability", out.probability, "0 … 1")
    }
    // An order that never had a queue may keep its NaN.
    let keepsNone = out.queue_ahead.isNaN && query.queueAhead.isNaN
    if !keepsNone, !(out.queue_ahead >= 0 && out.queue_ahead < .infinity) {
      return refuse("queue_ahead", out.queue_ahead, "0 or more")
    }
    if !(out.concession >= 0 && out.concession < 1) {
      return refuse("concession", out.concession, "a fraction from 0 to below 1")
    }
    return FillDecision(
      quantity: min(out.quantity, max(0, most)), probability: min(out.probability, 1),
      queueAhead: out.queue_ahead, concession: out.concession)
  }
}

extension mms_fill_query {
  /// The question in the plugin's terms.
  fileprivate init(_ query: FillQuery) {
    self.init(
      limit_price: query.limitPrice, remaining: query.remaining, queue_ahead: query.queueAhead,
      available: query.available, consumed: query.consumed, used: query.used, tick: query.tick,
      resolution_ns: query.resolution.nanoseconds, step: Int64(query.step), order: Int64(query.order),
      side: query.side == .buy ? MMS_BUY : MMS_SELL, is_marketable: query.isMarketable ? 1 : 0)
  }
}

extension mms_row {
  /// The row in the plugin's terms.
  fileprivate init(_ row: MarketRow) {
    self.init(
      open: row.open, high: row.high, low: row.low, mid: row.mid, half_spread: row.halfSpread,
      bid_depth: row.bidDepth, ask_depth: row.askDepth, volatility: row.volatility, volume: row.volume)
  }
}
