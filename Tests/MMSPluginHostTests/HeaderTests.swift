// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import Foundation
import MMSCore
import MMSModels
import MMSPluginHost
import Testing

/// The header as compilers see it, and libraries built against older and newer ones.
@Suite(
  "The header of plugins",
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "needs a C compiler as /usr/bin/cc"))
struct HeaderTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  private static let header = "\(root)/Sources/CMMSPlugin/include/mms_plugin.h"
  private static let flags = "-Wall -Wextra -Werror -pedantic -Wconversion -fsyntax-only"

  @Test(
    "It compiles as C11 and as C++17 without a warning",
    arguments: [
      "cc -std=c11 -x c", "clang -std=c11 -x c", "c++ -std=c++17 -x c++", "clang++ -std=c++17 -x c++",
    ])
  func compiles(_ compiler: String) throws {
    let name = compiler.prefix { $0 != " " }
    guard try shell("command -v \(name)").status == 0 else {
      print("skipped: there is no \(name) here to compile the header with")
      return
    }
    let outcome = try shell("echo '#include \"\(Self.header)\"' | \(compiler) \(Self.flags) -")
    #expect(outcome.status == 0 && outcome.output == "", "\(outcome.output)")
  }

  @Test("Swift's importer sees the sizes and offsets that the header asserts")
  func importedLayout() throws {
    let sizes: [(String, Int)] = unsafe [
      ("mms_error", MemoryLayout<mms_error>.size), ("mms_host", MemoryLayout<mms_host>.size),
      ("mms_parameter", MemoryLayout<mms_parameter>.size), ("mms_market", MemoryLayout<mms_market>.size),
      ("mms_path", MemoryLayout<mms_path>.size), ("mms_model", MemoryLayout<mms_model>.size),
      ("mms_plugin", MemoryLayout<mms_plugin>.size), ("mms_block", MemoryLayout<mms_block>.size),
      ("mms_scenario_v1", MemoryLayout<mms_scenario_v1>.size), ("mms_row", MemoryLayout<mms_row>.size),
      ("mms_fill_query", MemoryLayout<mms_fill_query>.size),
      ("mms_fill_decision", MemoryLayout<mms_fill_decision>.size),
      ("mms_fill_v1", MemoryLayout<mms_fill_v1>.size), ("mms_execution", MemoryLayout<mms_execution>.size),
      ("mms_impact_quote", MemoryLayout<mms_impact_quote>.size),
      ("mms_impact_state", MemoryLayout<mms_impact_state>.size),
      ("mms_impact_v1", MemoryLayout<mms_impact_v1>.size),
      ("mms_working_order", MemoryLayout<mms_working_order>.size),
      ("mms_order_event", MemoryLayout<mms_order_event>.size),
      ("mms_account", MemoryLayout<mms_account>.size),
      ("mms_action", MemoryLayout<mms_action>.size), ("mms_actions", MemoryLayout<mms_actions>.size),
      ("mms_strategy_v1", MemoryLayout<mms_strategy_v1>.size),
      ("mms_coverage", MemoryLayout<mms_coverage>.size), ("mms_bars", MemoryLayout<mms_bars>.size),
      ("mms_source_v1", MemoryLayout<mms_source_v1>.size),
    ]
    let text = try String(contentsOfFile: Self.header, encoding: .utf8)
    for (name, size) in sizes {
      #expect(text.contains("sizeof(\(name)) == \(size)"), "the header asserts no sizeof(\(name)) == \(size)")
    }
    let asserted = text.components(separatedBy: "MMS_ASSERT_LAYOUT(sizeof(").count - 1
    #expect(asserted == sizes.count)
    #expect(unsafe MemoryLayout<mms_model>.offset(of: \.create) == 24)
    #expect(unsafe MemoryLayout<mms_plugin>.offset(of: \.models) == 32)
    #expect(unsafe MemoryLayout<mms_block>.offset(of: \.time) == 32)
    #expect(MemoryLayout<mms_error>.offset(of: \.text) == 80)
  }

  /// A header with the optional ends of its tables cut off: what a library of an older minor version was built with.
  static let older: @Sendable (String) -> String = { text in
    var text = withoutAsserts(text)
    for (first, last) in [
      ("  size_t (*state_size)(const", "mms_error *error);\n} mms_model;"),
      ("  /* Optional. [load] */", "void (*deinit)(void);\n} mms_plugin;"),
      ("  /* Optional. [path] After begin: the steps", "uint32_t capacity);\n} mms_scenario_v1;"),
      ("  /* Where the draws stand", "uint64_t *path);\n} mms_host;"),
    ] {
      guard let start = text.range(of: first),
        let end = text.range(of: last, range: start.upperBound..<text.endIndex)
      else { continue }
      let name = last.split(separator: "\n")[1]
      text.replaceSubrange(start.lowerBound..<end.upperBound, with: String(name))
    }
    return text
  }

  /// A header with fields appended to every table that says its size.
  static let newer: @Sendable (String) -> String = { text in
    var text = withoutAsserts(text)
    for name in [
      "error", "host", "market", "path", "model", "plugin", "block", "scenario_v1", "fill_v1", "impact_v1",
      "account", "actions", "strategy_v1", "bars", "source_v1",
    ] { text = text.replacing("} mms_\(name);", with: "  void *later[6];\n} mms_\(name);") }
    return text
  }

  private static func withoutAsserts(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !$0.hasPrefix("MMS_ASSERT_LAYOUT(")
    }.joined(separator: "\n")
  }

  @Test("The two headers differ from ours in every table")
  func headersDiffer() throws {
    let text = try String(contentsOfFile: Self.header, encoding: .utf8)
    for cut in ["(*clone)", "(*deinit)", "(*anchors)", "(*address)"] {
      #expect(text.contains(cut) && !Self.older(text).contains(cut))
    }
    #expect(Self.newer(text).components(separatedBy: "later[6]").count == 16)
  }

  @Test(
    "A library built against an older or a newer header loads and gives the same numbers", arguments: [0, 1])
  func otherHeaders(_ index: Int) throws {
    let build = try Build(header: index == 0 ? Self.older : Self.newer)
    let values = { (id: String) in try build.entry(id) }
    guard case .scenario(let make) = try values("c-twins/Brownian-v1").factory,
      case .fill(let makeFill) = try values("c-twins/QueuePosition-v1").factory,
      case .impact(let makeImpact) = try values("c-twins/SquareRoot-v1").factory,
      case .strategy(let makeStrategy) = try values("c-twins/Threshold-v1").factory,
      case .source(let openSource) = try values("c-twins/CSV-v1").factory
    else {
      Issue.record("a model is of another kind")
      return
    }
    let own = try BrownianScenario(
      Self.resolve([("sigma", .number(0.03))], BrownianScenario.descriptor))
    #expect(
      try Self.run(make(build.resolve("c-twins/Brownian-v1")).makeInstance()) == Self.run(own))
    let query = FillQuery(
      side: .buy, limitPrice: 100, remaining: 4, queueAhead: .nan, isMarketable: false, available: 3,
      consumed: 0, tick: 0.01, resolution: .minutes(1), step: 7, order: 1)
    let (row, draws) = (MarketRow(Self.market(count: 1), row: 0), RandomSource(seed: 1, path: 0, role: .fill))
    let queue = try QueuePositionFill(Self.resolve([], QueuePositionFill.descriptor))
    #expect(
      try makeFill(build.resolve("c-twins/QueuePosition-v1")).fill(query, in: row, random: draws)
        == queue.fill(query, in: row, random: draws))
    var impact = try makeImpact(build.resolve("c-twins/SquareRoot-v1"))
    var ownImpact = try SquareRootImpact(Self.resolve([], SquareRootImpact.descriptor))
    let conditions = ImpactConditions(
      volatility: 0.03, volume: 1000, liquidity: 1, price: 100, resolution: .minutes(1))
    #expect(impact.apply(3, in: conditions) == ownImpact.apply(3, in: conditions))
    impact.decay(steps: 5, resolution: .minutes(1))
    ownImpact.decay(steps: 5, resolution: .minutes(1))
    #expect(impact.displacement == ownImpact.displacement && impact.failure == nil)
    var strategy = try makeStrategy(build.resolve("c-twins/Threshold-v1"))
    strategy.begin(PathContext(seed: 1, path: 0, isCentral: true), context: Self.context)
    strategy.warmUp(Self.market(count: 1440), rows: 0..<1440)
    var orders = OrderSink()
    var fallen = Self.market(count: 1)
    fallen.mid[0] = 90
    _ = strategy.decide(fallen, rows: 0..<1, account: Account(cash: 1000), orders: &orders)
    #expect(strategy.failure == nil && !orders.isEmpty)
    let source = try openSource(build.resolve("c-twins/CSV-v1", [("file", .text(build.bars))]))
    #expect(try source.coverage().map(\.count) == [3])
    let bars = try source.bars(BarRequest(symbol: "BTCUSDT", resolution: .minutes(1)))
    #expect(bars.close == [2, 3, 4])
  }

  @Test(
    "A table that says it is too small is refused with its size and what to do",
    arguments: [
      ("mms_plugin", "c-twins/QueuePosition-v1", "less than the first version had"),
      ("mms_model", "c-twins/QueuePosition-v1", "struct_size of its model number"),
      ("mms_scenario_v1", "c-twins/Brownian-v1", "mms.scenario/1 is 12"),
      ("mms_fill_v1", "c-twins/QueuePosition-v1", "mms.fill/1 is 12"),
      ("mms_impact_v1", "c-twins/SquareRoot-v1", "mms.impact/1 is 12"),
      ("mms_strategy_v1", "c-twins/Threshold-v1", "mms.strategy/1 is 12"),
      ("mms_source_v1", "c-twins/CSV-v1", "mms.source/1 is 12"),
    ])
  func tooSmall(_ table: String, _ id: String, _ words: String) throws {
    let build = try Build(source: { $0.replacing("sizeof(\(table))", with: "12") })
    let entry = try build.entry(id)
    do {
      let inputs: [(name: String, input: ParameterInput)] =
        id.contains("CSV") ? [("file", .text(build.bars))] : []
      let values = try build.resolve(id, inputs)
      switch entry.factory {
      case .scenario(let make): _ = try make(values)
      case .fill(let make): _ = try make(values)
      case .impact(let make): _ = try make(values)
      case .strategy(let make): _ = try make(values)
      case .source(let make): _ = try make(values)
      case .flow: Issue.record("no plugin has one")
      }
      Issue.record("accepted")
    } catch {
      let text = (error as? MMSError)?.description ?? ""
      #expect(text.contains(words) && text.contains("sizeof") && text.contains("c-twins"), "\(error)")
    }
  }

  private static func resolve(
    _ inputs: [(name: String, input: ParameterInput)], _ descriptor: ModelDescriptor
  ) throws -> ParameterValues {
    try ParameterResolver.resolve(inputs, schema: descriptor.parameters, owner: "test", path: "")
  }

  private static var context: MarketContext {
    let normal = Calibration(baseSlippage: 0.001, volatilityFactor: 1, liquidityFactor: 1)
    return MarketContext(
      symbol: "TEST", resolution: .minutes(1), steps: 500,
      stress: StressRatios(scenario: normal, normal: normal))
  }

  private static func market(count: Int) -> MarketBlock {
    var block = MarketBlock(firstStep: 0, count: count)
    for row in block.rows {
      (block.open[row], block.mid[row], block.high[row], block.low[row]) = (100, 100, 101, 99)
      (block.volume[row], block.halfSpread[row]) = (20, 1e-4)
      (block.bidDepth[row], block.askDepth[row]) = (3, 3)
    }
    return block
  }

  /// The mids, highs and volumes of 500 steps in blocks of 100.
  private static func run(_ model: any ScenarioModel) throws -> [[Double]] {
    var model = model
    var block = market(count: 500)
    try model.prepare(history: block, context: context)
    let path = PathContext(seed: 5, path: 2, isCentral: false)
    try model.begin(path)
    for row in stride(from: 0, to: 500, by: 100) {
      try model.advance(&block, rows: row..<row + 100, flow: OwnFlow(), random: path.random(.scenario))
    }
    return [block.mid, block.high, block.volume]
  }
}

/// The twins in C, built against a changed header or from changed sources.
private final class Build {
  private let folder: String
  private let entries: [ModelEntry]
  /// A file of three bars.
  var bars: String { "\(folder)/bars.csv" }

  init(header: (String) -> String = { $0 }, source: (String) -> String = { $0 }) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let twins = "\(root)/Tests/TwinPlugins/c-twins"
    let manager = FileManager.default
    folder = manager.temporaryDirectory.appending(path: "mms-header-\(UUID().uuidString)").path
    try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in try manager.contentsOfDirectory(atPath: twins) where !name.hasSuffix(".so") {
      let text = try String(contentsOfFile: "\(twins)/\(name)", encoding: .utf8)
      try source(text).write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    let text = try String(contentsOfFile: "\(root)/Sources/CMMSPlugin/include/mms_plugin.h", encoding: .utf8)
    try header(text).write(toFile: "\(folder)/mms_plugin.h", atomically: true, encoding: .utf8)
    try "open_time,open,high,low,close,volume\n0,1,2,1,2,1\n60000,2,3,2,3,1\n120000,3,4,3,4,1\n".write(
      toFile: "\(folder)/bars.csv", atomically: true, encoding: .utf8)
    // What an older header lacks stands in initialisers as excess elements, which is no more than a warning.
    let made = try shell("cd '\(folder)' && make -s HEADER=. CFLAGS='-std=c11 -O1 -fPIC -w -I.'")
    try #require(made.status == 0, "\(made.output)")
    entries = PluginCatalogue(directories: [folder]).entries()
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func entry(_ id: String) throws -> ModelEntry {
    try #require(entries.first { $0.descriptor.id == id }, "no \(id)")
  }

  func resolve(_ id: String, _ inputs: [(name: String, input: ParameterInput)] = []) throws -> ParameterValues
  {
    try ParameterResolver.resolve(inputs, schema: entry(id).descriptor.parameters, owner: id, path: "params")
  }
}

private func shell(_ line: String) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/sh")
  process.arguments = ["-c", line]
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}
