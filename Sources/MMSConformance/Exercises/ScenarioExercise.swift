// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// A ScenarioModel rewrites a recorded market block by block.
final class ScenarioExercise: Exercise {
  private var model: any ScenarioModel
  private let market: ExerciseMarket
  private var random: RandomSource
  private var isPrepared = false

  init(_ model: any ScenarioModel, _ market: ExerciseMarket) {
    self.model = model
    self.market = market
    random = market.path(0).random(.scenario)
  }

  var instance: ForeignInstance? { (model as? ForeignScenarioModel)?.instance }
  var steps: Int { ExerciseMarket.steps }

  /// Forgets that the recorded market was shown, as after a reset.
  func forget() { isPrepared = false }

  /// Another instance in the same state, in the middle of a path.
  func twin() throws(MMSError) -> ScenarioExercise {
    let twin = ScenarioExercise(try model.makeInstance(), market)
    twin.random = random
    twin.isPrepared = true
    return twin
  }

  func begin(path: Int) throws(MMSError) {
    if !isPrepared {
      try model.prepare(history: market.history, context: market.context)
      isPrepared = true
    }
    let context = market.path(path)
    random = context.random(.scenario)
    try model.begin(context)
  }

  func run(_ steps: Range<Int>, in pieces: Pieces, into transcript: inout Transcript) throws(MMSError) {
    for piece in cut(steps, pieces) {
      var block = market.block(piece)
      let recorded = block.time
      try model.advance(&block, rows: 0..<piece.count, flow: OwnFlow(), random: random)
      if let failure = model.failure { throw failure }
      guard block.count == piece.count, block.time == recorded else {
        throw fault("step \(piece.lowerBound): it changed the column time, which is not its own")
      }
      if let fault = block.fault(in: 0..<piece.count) {
        throw self.fault(
          "step \(piece.lowerBound + fault.row): column '\(fault.column.rawValue)' is \(fault.value), which no"
            + " market can be")
      }
      for row in 0..<piece.count {
        for column in MarketColumn.allCases {
          let value = block[keyPath: column.keyPath][row]
          // Which NaN it is says nothing.
          transcript.add(
            "step \(piece.lowerBound + row), column '\(column.rawValue)'", value.isNaN ? .nan : value)
        }
      }
    }
  }

  /// A model that reacts to our trading is called in blocks of its own size, whatever is asked.
  private func cut(_ steps: Range<Int>, _ pieces: Pieces) -> [Range<Int>] {
    guard let size = model.requirements.feedbackSteps else { return pieces.cut(steps) }
    return stride(from: steps.lowerBound, to: steps.upperBound, by: size).map {
      $0..<min(steps.upperBound, $0 + size)
    }
  }

  private func fault(_ what: String) -> MMSError {
    MMSError(.modelFailed, "model \(model.descriptor.id), \(what)")
  }
}
