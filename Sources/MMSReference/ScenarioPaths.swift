// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSStudy

/// Numbers taken from many short paths of a scenario model, without a venue or a strategy.
struct ScenarioPaths<Model: ScenarioModel & NativeModel> {
  private let model: Model
  private let market: ExperimentMarket
  private let seed: UInt64

  /// Prepares a model on an experiment's market.
  init(_ model: Model, on market: ExperimentMarket, seed: UInt64) throws(MMSError) {
    var model = model
    try model.prepare(history: market.base.block, context: market.context)
    (self.model, self.market, self.seed) = (model, market, seed)
  }

  /// What a measure finds at the end of each path, in the order of paths whatever the number of threads.
  func values<Value: Sendable>(
    paths: Int, threads: Int, _ measure: @escaping @Sendable (borrowing Model, borrowing MarketBlock) -> Value
  ) throws(MMSError) -> [Value] {
    let groups = OrderedWork.groups(of: paths)
    let tool = Tool(model: model, block: MarketBlock(firstStep: 0, count: market.base.block.count))
    let parts = try OrderedWork.map(groups.count, threads: threads, tool: { () throws(MMSError) in tool }) {
      (tool, group) throws(MMSError) in try run(groups[group], &tool, measure)
    }
    return Array(parts.joined())
  }

  /// What a thread keeps from path to path.
  private struct Tool {
    var model: Model
    var block: MarketBlock
  }

  private func run<Value>(
    _ paths: Range<Int>, _ tool: inout Tool, _ measure: (borrowing Model, borrowing MarketBlock) -> Value
  ) throws(MMSError) -> [Value] {
    let recorded = market.base.block
    let rows = 0..<recorded.count
    var values: [Value] = []
    values.reserveCapacity(paths.count)
    for number in paths {
      let path = PathContext(seed: seed, path: number, isCentral: false)
      tool.block.copyRows(rows, of: recorded, to: 0)
      try tool.model.begin(path)
      try tool.model.advance(
        &tool.block, rows: rows, flow: OwnFlow(), random: path.random(.scenario))
      if let fault = tool.block.fault(in: rows) {
        throw MMSError(
          .modelFailed,
          "model \(Model.descriptor.id), step \(fault.row): column '\(fault.column.rawValue)' is \(fault.value);"
            + " the parameters are too extreme for the numbers of a computer")
      }
      values.append(measure(tool.model, tool.block))
    }
    return values
  }
}
