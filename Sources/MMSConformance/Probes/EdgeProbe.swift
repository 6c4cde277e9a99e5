// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore
import MMSPluginHost

/// Calls across the edge with everything in guarded memory: what is const is write-protected, and nothing lies behind
/// the last element.
@safe struct EdgeProbe {
  private let model: ForeignModel
  private let market: ExerciseMarket
  private let instance: OpaquePointer

  static func inputs(_ subject: Subject, seed: UInt64) throws(MMSError) -> ProbeAnswer {
    guard subject.model.function == nil else {
      return .skipped("a bare function's pointers are checked as it is called")
    }
    let probe = try EdgeProbe(subject, ExerciseMarket(seed: seed))
    defer { probe.end() }
    switch subject.descriptor.kind {
    case .scenario: try probe.scenario()
    case .fill: try probe.fill()
    case .impact: try probe.impact()
    case .strategy: try probe.strategy()
    default: try probe.source()
    }
    return ProbeAnswer(detail: "write-protected inputs, guarded outputs")
  }

  private init(_ subject: Subject, _ market: ExerciseMarket) throws(MMSError) {
    model = try subject.foreign()
    self.market = market
    var list = ForeignParameters(try subject.parameters())
    // Taken back when create has returned: what it wants later it has to copy.
    let memory = GuardedMemory()
    let rows = try unsafe memory.constant(list.rows)
    let count = UInt32(unsafe list.rows.count)
    guard let create = unsafe model.table.pointee.create else {
      throw model.fault("it has no function 'create'")
    }
    var made: OpaquePointer?
    try unsafe Self.require(model.call { unsafe create(HostTable.pointer, rows, count, &made, $0) })
    memory.revoke()
    guard let made = unsafe made else { throw model.fault("'create' returned no instance") }
    unsafe instance = made
    // Their strings lived until here.
    unsafe list.lend { _, _ in () }
  }

  private func end() { if let destroy = unsafe model.table.pointee.destroy { unsafe destroy(instance) } }

  private static func require(_ status: ForeignStatus) throws(MMSError) {
    if case .failed(let error) = status { throw error }
  }

  // MARK: Columns

  /// A block's columns, each in memory of its own.
  private func block(
    _ rows: MarketBlock, _ memory: GuardedMemory, isConstant: Bool
  ) throws(MMSError) -> mms_block {
    var view = unsafe mms_block()
    unsafe view.struct_size = UInt32(MemoryLayout<mms_block>.size)
    unsafe view.path_count = 1
    unsafe view.row_stride = 1
    unsafe view.count = Int64(rows.count)
    unsafe view.first_step = Int64(rows.firstStep)
    unsafe view.time = UnsafeMutablePointer(mutating: try memory.constant(rows.time))
    func column(_ column: MarketColumn) throws(MMSError) -> UnsafeMutablePointer<Double> {
      let values = rows[keyPath: column.keyPath]
      return isConstant
        ? unsafe UnsafeMutablePointer(mutating: try memory.constant(values)) : try unsafe memory.room(values)
    }
    unsafe view.open = try column(.open)
    unsafe view.high = try column(.high)
    unsafe view.low = try column(.low)
    unsafe view.mid = try column(.mid)
    unsafe view.half_spread = try column(.halfSpread)
    unsafe view.bid_depth = try column(.bidDepth)
    unsafe view.ask_depth = try column(.askDepth)
    unsafe view.volatility = try column(.volatility)
    unsafe view.volume = try column(.volume)
    unsafe view.stress = try column(.stress)
    unsafe view.halted = try column(.halted)
    unsafe view.event = try column(.event)
    unsafe view.base_volatility = try column(.baseVolatility)
    unsafe view.base_volume = try column(.baseVolume)
    return unsafe view
  }

  private func scenario() throws(MMSError) {
    let table = try unsafe model.interface(MMS_SCENARIO_INTERFACE, as: mms_scenario_v1.self)
    let memory = GuardedMemory()
    defer { memory.revoke() }
    if let prepare = unsafe table.pointee.prepare {
      let history = try unsafe memory.constant([block(market.history, memory, isConstant: true)])
      try Self.require(
        unsafe market.context.lend { context in
          unsafe model.call { unsafe prepare(instance, history, context, $0) }
        })
    }
    let path = market.path(0)
    if unsafe table.pointee.begin != nil { try unsafe begin(path, .scenario, table.pointee.begin) }
    guard let advance = unsafe table.pointee.advance else { return }
    let size = Int(unsafe table.pointee.feedback_steps)
    let calls: [(rows: Range<Int>, write: Range<Int>)] =
      size > 0 ? [(0..<size, 0..<size)] : [(0..<10, 0..<8), (6..<20, 2..<12), (18..<19, 0..<1)]
    for call in calls {
      let recorded = market.block(call.rows)
      let view = try unsafe block(recorded, memory, isConstant: false)
      let lent = try unsafe memory.room([view])
      try Self.require(
        unsafe path.random(.scenario).lend { random in
          unsafe model.call {
            unsafe advance(
              instance, lent, Int64(call.write.lowerBound), Int64(call.write.upperBound), 0, random, $0)
          }
        })
      try unsafe requireUntouched(view, recorded, outside: call.write)
    }
  }

  private func requireUntouched(
    _ view: mms_block, _ recorded: MarketBlock, outside written: Range<Int>
  ) throws(MMSError) {
    for column in MarketColumn.allCases {
      guard let values = unsafe view.column(column) else { continue }
      for row in recorded.rows where !written.contains(row) {
        let (was, isNow) = (recorded[keyPath: column.keyPath][row], unsafe values[row])
        if was.bitPattern != isNow.bitPattern {
          throw model.fault(
            "asked for rows \(written.lowerBound) to \(written.upperBound - 1), it changed row \(row) of column"
              + " '\(column.rawValue)' from \(was) to \(isNow)")
        }
      }
    }
  }

  private typealias Begin =
    @convention(c) (OpaquePointer?, UnsafePointer<mms_path>?, UnsafeMutablePointer<mms_error>?) -> mms_status

  private func begin(_ path: PathContext, _ role: RandomRole, _ begin: Begin?) throws(MMSError) {
    guard let begin = unsafe begin else { return }
    try Self.require(
      unsafe path.lend(role) { context in unsafe model.call { unsafe begin(instance, context, $0) } })
  }

  // MARK: Orders

  private func fill() throws(MMSError) {
    let table = try unsafe model.interface(MMS_FILL_INTERFACE, as: mms_fill_v1.self)
    guard let fill = unsafe table.pointee.fill else { return }
    let memory = GuardedMemory()
    defer { memory.revoke() }
    let rows = market.block(0..<20)
    for row in 0..<20 {
      let count = [1, 5, 16][row % 3]
      let shown = try unsafe memory.constant([
        mms_row(
          open: rows.open[row], high: rows.high[row], low: rows.low[row], mid: rows.mid[row],
          half_spread: rows.halfSpread[row], bid_depth: rows.bidDepth[row], ask_depth: rows.askDepth[row],
          volatility: rows.volatility[row], volume: rows.volume[row])
      ])
      let orders = try unsafe memory.constant(
        (0..<count).map { order in
          let isBuy = order % 2 == 0
          return mms_fill_query(
            limit_price: rows.open[row] * (isBuy ? 0.9998 : 1.0002), remaining: 1 + Double(order),
            queue_ahead: order == 0 ? .nan : Double(order), available: 0.5 + Double(order), consumed: 0,
            used: 0,
            tick: 0.01, resolution_ns: 60_000_000_000, step: Int64(row), order: Int64(order + 1),
            side: isBuy ? MMS_BUY : MMS_SELL, is_marketable: 0)
        })
      let out = try unsafe memory.room([mms_fill_decision](repeating: mms_fill_decision(), count: count))
      try Self.require(
        unsafe market.path(0).random(.fill).lend { random in
          unsafe model.call { unsafe fill(instance, orders, count, shown, random, out, $0) }
        })
    }
  }

  private func impact() throws(MMSError) {
    let table = try unsafe model.interface(MMS_IMPACT_INTERFACE, as: mms_impact_v1.self)
    guard let quote = unsafe table.pointee.quote, let apply = unsafe table.pointee.apply,
      let preview = unsafe table.pointee.preview, let decay = unsafe table.pointee.decay
    else { return }
    try unsafe begin(market.path(0), .impact, table.pointee.begin)
    let memory = GuardedMemory()
    defer { memory.revoke() }
    for count in [1, 5, 16] {
      let orders = try unsafe memory.constant(
        (0..<count).map { index in
          mms_execution(
            quantity: (index % 2 == 0 ? 1 : -1) * (1 + 10 * Double(index)), volatility: 0.02, volume: 1e5,
            liquidity: 1, price: 100, resolution_ns: 60_000_000_000)
        })
      let out = try unsafe memory.room([mms_impact_quote](repeating: mms_impact_quote(), count: count))
      let state = try unsafe memory.room([mms_impact_state()])
      let ahead = try unsafe memory.room([Double](repeating: 0, count: count))
      try Self.require(unsafe model.call { unsafe quote(instance, orders, count, out, $0) })
      // Each on its own: the batch has the bits of single questions.
      for index in 0..<count {
        let alone = try unsafe memory.room([mms_impact_quote()])
        try Self.require(unsafe model.call { unsafe quote(instance, orders + index, 1, alone, $0) })
        let (a, b) = unsafe (alone.pointee, out[index])
        if a.temporary.bitPattern != b.temporary.bitPattern || a.lasting.bitPattern != b.lasting.bitPattern {
          throw model.fault(
            "'quote' of \(count) executions gives \(b.temporary), \(b.lasting) for number \(index); alone it is"
              + " \(a.temporary), \(a.lasting)")
        }
      }
      try Self.require(unsafe model.call { unsafe apply(instance, orders, count, out, state, $0) })
      try Self.require(unsafe model.call { unsafe preview(instance, 60_000_000_000, count, ahead, $0) })
      try Self.require(unsafe model.call { unsafe decay(instance, 3, 60_000_000_000, state, $0) })
    }
  }

  // MARK: Strategy and source

  private func strategy() throws(MMSError) {
    let table = try unsafe model.interface(MMS_STRATEGY_INTERFACE, as: mms_strategy_v1.self)
    guard let decide = unsafe table.pointee.decide else { return }
    let memory = GuardedMemory()
    defer { memory.revoke() }
    if let begin = unsafe table.pointee.begin {
      try Self.require(
        unsafe market.path(0).lend(.strategy) { path in
          unsafe market.context.lend { context in
            unsafe model.call { unsafe begin(instance, path, context, $0) }
          }
        })
    }
    if unsafe table.covers(\.warm_up), let warmUp = unsafe table.pointee.warm_up {
      let history = try unsafe memory.constant([block(market.history, memory, isConstant: true)])
      try Self.require(
        unsafe model.call { unsafe warmUp(instance, history, 0, Int64(ExerciseMarket.warmUp), $0) })
    }
    let rows = try unsafe memory.constant([block(market.block(0..<60), memory, isConstant: true)])
    var row = 0
    var next: UInt32 = 1
    while row < 60 {
      let room = try unsafe memory.room([mms_action](repeating: mms_action(), count: 256))
      let account = try unsafe memory.constant([
        mms_account(
          struct_size: UInt32(MemoryLayout<mms_account>.size), reserved: 0, cash: 100_000, position: 0,
          average_entry: 0, lot: 0, tick: 0, order_count: 0, orders: nil, event_count: 0, events: nil)
      ])
      let out = try unsafe memory.room([
        mms_actions(
          struct_size: UInt32(MemoryLayout<mms_actions>.size), next_order: next, actions: room, capacity: 256,
          count: 0, row: 60)
      ])
      try Self.require(unsafe model.call { unsafe decide(instance, rows, Int64(row), 60, account, out, $0) })
      let (count, acted) = unsafe (out.pointee.count, Int(out.pointee.row))
      guard count > 0, acted >= row, acted < 60 else { return }
      next += UInt32(clamping: count)
      row = acted + 1
    }
  }

  private func source() throws(MMSError) {
    let table = try unsafe model.interface(MMS_SOURCE_INTERFACE, as: mms_source_v1.self)
    guard let coverage = unsafe table.pointee.coverage, let open = unsafe table.pointee.open,
      let next = unsafe table.pointee.next
    else { return }
    let memory = GuardedMemory()
    defer { memory.revoke() }
    let series = try unsafe memory.room([mms_coverage()])
    guard unsafe coverage(instance, series, 1) > 0, let symbol = unsafe series.pointee.symbol else { return }
    let (start, step) = unsafe (series.pointee.start_ns, series.pointee.resolution_ns)
    try Self.require(
      unsafe model.call { unsafe open(instance, symbol, start, start + 50 * step, step, $0) })
    // Batches of three, so that every edge of a batch is met.
    for _ in 0..<100 {
      func room() throws(MMSError) -> UnsafeMutablePointer<Double> {
        try unsafe memory.room([Double](repeating: .nan, count: 3))
      }
      let bars = try unsafe memory.room([
        mms_bars(
          struct_size: UInt32(MemoryLayout<mms_bars>.size), reserved: 0, capacity: 3, count: 0,
          time: memory.room([Int64](repeating: 0, count: 3)), open: room(), high: room(), low: room(),
          close: room(), volume: room(), bid: room(), ask: room())
      ])
      try Self.require(unsafe model.call { unsafe next(instance, bars, $0) })
      let count = unsafe bars.pointee.count
      if count == 0 { return }
      if count > 3 { throw model.fault("a batch says \(count) bars where there is room for 3") }
    }
  }
}
