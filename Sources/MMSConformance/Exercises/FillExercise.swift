// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// A FillModel decides for five orders in every row: resting on both sides, far and near, and one that takes.
final class FillExercise: Exercise {
  private static let orders = 5

  private let model: any FillModel
  private let market: ExerciseMarket
  private var random: RandomSource
  /// The queue before each order, as the model left it.
  private var queues = [Double](repeating: .nan, count: orders)

  init(_ model: any FillModel, _ market: ExerciseMarket) {
    self.model = model
    self.market = market
    random = market.path(0).random(.fill)
  }

  var instance: ForeignInstance? { (model as? ForeignFillModel)?.instance }
  var steps: Int { ExerciseMarket.steps }

  func begin(path: Int) throws(MMSError) {
    random = market.path(path).random(.fill)
    queues = Array(repeating: .nan, count: Self.orders)
  }

  func run(_ steps: Range<Int>, in pieces: Pieces, into transcript: inout Transcript) throws(MMSError) {
    let block = market.block(steps)
    for row in 0..<steps.count {
      let step = steps.lowerBound + row
      let shown = MarketRow(block, row: row)
      let queries = (0..<Self.orders).map { query($0, step, shown) }
      var decisions = [FillDecision](repeating: .none(queueAhead: .nan), count: Self.orders)
      for piece in pieces.cut(0..<Self.orders) {
        if pieces == .single {
          decisions[piece.lowerBound] = model.fill(queries[piece.lowerBound], in: shown, random: random)
        } else {
          let some = Array(queries[piece])
          var answers = [FillDecision](repeating: .none(queueAhead: .nan), count: some.count)
          var span = answers.mutableSpan
          model.fill(some.span, in: shown, random: random, into: &span)
          for (index, answer) in answers.enumerated() { decisions[piece.lowerBound + index] = answer }
        }
      }
      if let failure = model.failure { throw failure }
      for (order, decision) in decisions.enumerated() {
        queues[order] = decision.quantity >= queries[order].remaining ? .nan : decision.queueAhead
        let place = "step \(step), order \(order + 1)"
        transcript.add("\(place), quantity", decision.quantity)
        transcript.add("\(place), probability", decision.probability)
        transcript.add("\(place), queue_ahead", decision.queueAhead.isNaN ? .nan : decision.queueAhead)
        transcript.add("\(place), concession", decision.concession)
      }
    }
  }

  private func query(_ order: Int, _ step: Int, _ row: MarketRow) -> FillQuery {
    let takes = order == Self.orders - 1
    let side: Side = order % 2 == 0 ? .buy : .sell
    let distance = order < 2 ? 0.0002 : 0.001
    let remaining = 0.01 + 5 * market.draw(step, order)
    return FillQuery(
      side: side, limitPrice: takes ? .nan : row.open * (1 - side.sign * distance), remaining: remaining,
      queueAhead: takes ? .nan : queues[order], isMarketable: takes,
      available: remaining * market.draw(step, 8 + order), consumed: 0.1 * market.draw(step, 16 + order),
      used: 0.2 * market.draw(step, 16 + order), tick: 0.01, resolution: market.context.resolution,
      step: step,
      order: order + 1)
  }
}
