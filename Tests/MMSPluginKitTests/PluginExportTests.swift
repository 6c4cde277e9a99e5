// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore
import MMSModels
import QueueRace
import Testing

@testable import MMSPluginKit

@Suite("Swift models behind the C ABI")
struct PluginExportTests {
  private func values<M: NativeModel>(_: M.Type) throws -> ParameterValues {
    try ParameterResolver.resolve([], schema: M.descriptor.parameters, owner: "test", path: "")
  }

  @Test("A table is made once and says what it holds")
  func aTableIsMadeOnce() throws {
    let table = unsafe TestPlugin.table()
    #expect(unsafe table == TestPlugin.table())
    #expect(unsafe String(cString: table.pointee.name) == "kit-test")
    #expect(unsafe String(cString: table.pointee.version) == "1.2.3")
    #expect(unsafe table.pointee.model_count == 3)
    let model = unsafe try TestModel(table)
    #expect(unsafe String(cString: model.model.id) == "kit-test/WalkingSpread-v1")
    #expect(unsafe String(cString: try #require(model.model.parameters[0])) == "size")
    #expect(unsafe model.model.get_interface("mms.fill/1") == nil)
  }

  @Test("More models than a library may have are an error when it is initialised, not a trap")
  func tooManyModelsAreAnError() throws {
    let table = unsafe PluginExport.table(name: "too-many", version: "1.0.0") { models in
      for _ in 0...PluginExport.maximumModels { models.fill(QueueRaceFill.self) }
    }
    #expect(unsafe table.pointee.model_count == 0)
    var error = mms_error()
    let start = unsafe try #require(table.pointee.`init`)
    let status = unsafe start(TestHost.shared.table, &error)
    #expect(status == MMS_FATAL)
  }

  @Test("A fill model gives the bytes of the built-in form, draws included")
  func aFillModelGivesTheSameBytes() throws {
    let model = unsafe try TestModel(entry())
    unsafe #expect(model.create([Row.duration("half_life", .minutes(10))]) == MMS_OK)
    let table = try model.interface(MMS_FILL_INTERFACE, as: mms_fill_v1.self)
    let native = try QueueRaceFill(values(QueueRaceFill.self))
    var source = RandomSource(seed: 9, path: 4, role: .fill)
    for step in 0..<200 {
      let order = mms_fill_query(
        limit_price: 100, remaining: 10, queue_ahead: step % 2 == 0 ? .nan : 3, available: 5, consumed: 0,
        used: 0, tick: 0.01, resolution_ns: 60_000_000_000, step: Int64(step), order: Int64(step % 7),
        side: Int32(step % 2), is_marketable: 0)
      let row = mms_row(
        open: 100, high: 101, low: 99, mid: 100, half_spread: 1e-4, bid_depth: 2, ask_depth: 2,
        volatility: 0.02, volume: 30)
      var decision = mms_fill_decision()
      let status = unsafe withUnsafePointer(to: order) { order in
        unsafe withUnsafePointer(to: row) { row in
          unsafe withUnsafePointer(to: &source) { source in
            unsafe table.fill(
              model.instance, order, 1, row, OpaquePointer(source), &decision, &model.error)
          }
        }
      }
      #expect(status == MMS_OK)
      var block = MarketBlock(count: 1)
      (block.open[0], block.high[0], block.low[0], block.mid[0]) = (100, 101, 99, 100)
      (block.bidDepth[0], block.askDepth[0], block.volume[0]) = (2, 2, 30)
      let expected = native.fill(
        FillQuery(
          side: step % 2 == 0 ? .buy : .sell, limitPrice: 100, remaining: 10,
          queueAhead: step % 2 == 0 ? .nan : 3, isMarketable: false, available: 5, consumed: 0, tick: 0.01,
          resolution: .minutes(1), step: step, order: step % 7), in: MarketRow(block, row: 0), random: source)
      #expect(decision.quantity.bitPattern == expected.quantity.bitPattern)
      #expect(decision.queue_ahead.bitPattern == expected.queueAhead.bitPattern)
    }
  }

  @Test(
    "A ScenarioModel gives the bytes of the built-in form over any blocks, reset and cloned",
    arguments: [1, 64, 1000])
  func aScenarioModelGivesTheSameBytes(_ size: Int) throws {
    let model = unsafe try TestModel(TestPlugin.table())
    unsafe model.create([Row.number("size", 0.1)])
    let table = try model.interface(MMS_SCENARIO_INTERFACE, as: mms_scenario_v1.self)
    #expect(unsafe table.flags == MMS_WHOLE_HISTORY && table.feedback_steps == 4)
    var start = MarketBlock(firstStep: 3, count: 1000)
    for row in start.rows { start.halfSpread[row] = 1e-4 }
    var expected = start
    var native = try WalkingSpread(values(WalkingSpread.self))
    let path = PathContext(seed: 77, path: 5, isCentral: false)
    try native.begin(path)
    try native.advance(
      &expected, rows: expected.rows, flow: OwnFlow(), random: path.random(.scenario))
    for round in 0..<2 {
      var block = start
      unsafe withColumns(&block) { columns in
        var path = unsafe model.path(77, 5)
        let status1 = unsafe table.begin(model.instance, &path, &model.error)
        #expect(status1 == MMS_OK)
        for row in stride(from: 0, to: 1000, by: size) {
          if row >= 500, round == 1 {
            var twin: OpaquePointer?
            let status2 = unsafe model.model.clone(model.instance, &twin, &model.error)
            #expect(status2 == MMS_OK)
            unsafe model.model.destroy(model.instance)
            unsafe model.instance = twin
          }
          let end = Int64(min(row + size, 1000))
          let status = unsafe table.advance(model.instance, columns, Int64(row), end, 0, nil, &model.error)
          #expect(status == MMS_OK)
        }
      }
      #expect(block.halfSpread == expected.halfSpread)
      var anchor = unsafe mms_anchor()
      let status3 = unsafe table.anchors(model.instance, &anchor, 1)
      #expect(status3 == 1)
      #expect(unsafe String(cString: anchor.name) == "crash" && anchor.step == 77)
      let status4 = unsafe model.model.reset(model.instance, &model.error)
      #expect(status4 == MMS_OK)
    }
  }

  @Test("What a model throws becomes a status and a text")
  func errorsBecomeStatusAndText() throws {
    let model = unsafe try TestModel(TestPlugin.table())
    unsafe #expect(model.create([Row.number("size", 13)]) == MMS_ERROR)
    #expect(model.text == "13 brings bad luck; take 12")
    unsafe #expect(model.create([Row.number("sise", 1)]) == MMS_ERROR)
    #expect(model.text.contains("did you mean 'size'"))
    #expect(unsafe model.instance == nil)
    unsafe model.create([Row.number("size", 1)])
    let table = try model.interface(MMS_SCENARIO_INTERFACE, as: mms_scenario_v1.self)
    var block = MarketBlock(count: 3)
    block.mid[1] = 666
    unsafe withColumns(&block) { columns in
      let status5 = unsafe table.advance(model.instance, columns, 0, 3, 0, nil, &model.error)
      #expect(status5 == MMS_ERROR)
      #expect(model.text.contains("before begin"))
      var path = unsafe model.path(1, 1)
      unsafe _ = table.begin(model.instance, &path, &model.error)
      let status6 = unsafe table.advance(model.instance, columns, 0, 4, 0, nil, &model.error)
      #expect(status6 == MMS_ERROR)
      let status7 = unsafe table.advance(model.instance, columns, 0, 3, 0, nil, &model.error)
      #expect(status7 == MMS_ERROR)
      #expect(model.text == "a mid of 666; choose another")
    }
  }

  @Test("An ImpactModel gives the bytes of the built-in form: quote, apply, preview and decay")
  func anImpactModelGivesTheSameBytes() throws {
    let model = unsafe try TestModel(TestPlugin.table(), 1)
    let schema = ObizhaevaWangImpact.descriptor.parameters
    let defaults = try values(ObizhaevaWangImpact.self)
    // Without rows the kit takes the defaults of the source.
    unsafe #expect(model.create() == MMS_OK, "\(schema.map(\.name)) \(model.text)")
    let table = try model.interface(MMS_IMPACT_INTERFACE, as: mms_impact_v1.self)
    var native = try ObizhaevaWangImpact(defaults)
    native.begin(PathContext(seed: 1, path: 0, isCentral: true))
    var path = unsafe model.path(1, 0)
    unsafe path.is_central = 1
    let status8 = unsafe table.begin(model.instance, &path, &model.error)
    #expect(status8 == MMS_OK)
    let conditions = ImpactConditions(
      volatility: 0.03, volume: 1000, liquidity: 0.5, price: 100, resolution: .minutes(1))
    for quantity in [3.0, -1, 0.5] {
      var order = mms_execution(
        quantity: quantity, volatility: 0.03, volume: 1000, liquidity: 0.5, price: 100,
        resolution_ns: 60_000_000_000)
      var (asked, paid, state) = (mms_impact_quote(), mms_impact_quote(), mms_impact_state())
      let status9 = unsafe table.quote(model.instance, &order, 1, &asked, &model.error)
      #expect(status9 == MMS_OK)
      let status10 = unsafe table.apply(model.instance, &order, 1, &paid, &state, &model.error)
      #expect(status10 == MMS_OK)
      let expected = native.apply(quantity, in: conditions)
      #expect(paid.temporary == expected.temporary && paid.lasting == expected.lasting)
      #expect(asked.temporary == paid.temporary && asked.lasting == paid.lasting)
      #expect(state.displacement == native.displacement)
      var preview = [0.0, 0, 0]
      let status11 = unsafe table.preview(model.instance, 60_000_000_000, 3, &preview, &model.error)
      #expect(status11 == MMS_OK)
      let status12 = unsafe table.decay(model.instance, 3, 60_000_000_000, &state, &model.error)
      #expect(status12 == MMS_OK)
      native.decay(steps: 3, resolution: .minutes(1))
      #expect(state.displacement == native.displacement && preview[2] == state.displacement)
    }
  }

  @Test("A strategy's orders cross with the numbers the engine promised")
  func aStrategysOrdersCross() throws {
    let model = unsafe try TestModel(TestPlugin.table(), 2)
    unsafe #expect(model.create() == MMS_OK)
    let table = try model.interface(MMS_STRATEGY_INTERFACE, as: mms_strategy_v1.self)
    let status13 = unsafe table.warm_up_ns(model.instance, 7)
    #expect(status13 == 35)
    var market = unsafe mms_market()
    var path = unsafe model.path(1, 0)
    unsafe market.steps = 4
    unsafe "TEST".withCString { symbol in
      unsafe market.symbol = unsafe symbol
      let status14 = unsafe table.begin(model.instance, &path, &market, &model.error)
      #expect(status14 == MMS_OK)
    }
    var block = MarketBlock(count: 4)
    block.mid = [101, 99, 98, 97]
    var room = Array(repeating: mms_action(), count: 4)
    var resting = [
      mms_working_order(
        price: 99, remaining: 2, id: 41, parent: 0, side: MMS_BUY, type: MMS_LIMIT, status: MMS_ORDER_WORKING,
        reserved: 0)
    ]
    unsafe withColumns(&block) { columns in
      unsafe room.withUnsafeMutableBufferPointer { room in
        unsafe resting.withUnsafeMutableBufferPointer { resting in
          var account = unsafe mms_account()
          var actions = unsafe mms_actions()
          unsafe actions.next_order = 41
          unsafe actions.actions = room.baseAddress
          unsafe actions.capacity = 4
          unsafe _ = table.decide(model.instance, columns, 0, 4, &account, &actions, &model.error)
          #expect(unsafe actions.count == 1 && actions.row == 1)
          #expect(unsafe room[0].kind == MMS_SUBMIT && room[0].type == MMS_LIMIT && room[0].price == 99)
          #expect(unsafe room[0].quantity == 2 && room[0].time_to_live == 9)
          unsafe account.orders = unsafe UnsafePointer(resting.baseAddress)
          unsafe account.order_count = 1
          unsafe _ = table.decide(model.instance, columns, 2, 4, &account, &actions, &model.error)
          #expect(unsafe actions.count == 1 && actions.row == 2)
          #expect(unsafe room[0].kind == MMS_CANCEL && room[0].order == 41)
        }
      }
    }
  }
}
