// SPDX-License-Identifier: Apache-2.0

import Dispatch
import MMSCore
import MMSEngine
import Synchronization

/// Numbers taken from many short paths of a scenario model, without a venue or a strategy.
struct ScenarioPaths<Model: ScenarioModel> {
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
    let parts = max(1, min(threads, paths))
    let board = Mutex<[Result<[Value], MMSError>?]>(Array(repeating: nil, count: parts))
    let work: @Sendable (Int) -> Void = { part in
      let range = paths * part / parts..<paths * (part + 1) / parts
      let result = Result { () throws(MMSError) in try run(range, measure) }
      board.withLock { $0[part] = result }
    }
    if parts == 1 { work(0) } else { DispatchQueue.concurrentPerform(iterations: parts, execute: work) }
    var values: [Value] = []
    values.reserveCapacity(paths)
    for result in board.withLock({ $0 }) { values += try result?.get() ?? [] }
    return values
  }

  private func run<Value>(
    _ paths: Range<Int>, _ measure: (borrowing Model, borrowing MarketBlock) -> Value
  ) throws(MMSError) -> [Value] {
    var model = model
    let recorded = market.base.block
    let rows = 0..<recorded.count
    var block = MarketBlock(firstStep: 0, count: recorded.count)
    var values: [Value] = []
    values.reserveCapacity(paths.count)
    for number in paths {
      let path = PathContext(seed: seed, path: number, isCentral: false)
      block.copyRows(rows, of: recorded, to: 0)
      try model.begin(path)
      try model.advance(&block, rows: rows, flow: OwnFlow(), random: path.random(.scenario))
      if let fault = block.fault(in: rows) {
        throw MMSError(
          .modelFailed,
          "model \(Model.descriptor.id), step \(fault.row): column '\(fault.column.rawValue)' is \(fault.value);"
            + " the parameters are too extreme for the numbers of a computer")
      }
      values.append(measure(model, block))
    }
    return values
  }
}
