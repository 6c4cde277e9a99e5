// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// An ImpactModel: an execution every ten steps, rest in between.
final class ImpactExercise: Exercise {
  /// Steps from one execution to the next.
  private static let rhythm = 10

  private var model: any ImpactModel
  private let market: ExerciseMarket

  init(_ model: any ImpactModel, _ market: ExerciseMarket) {
    self.model = model
    self.market = market
  }

  var instance: ForeignInstance? { (model as? ForeignImpactModel)?.instance }
  var steps: Int { ExerciseMarket.steps }

  func begin(path: Int) throws(MMSError) {
    model.begin(market.path(path))
    if let failure = model.failure { throw failure }
  }

  func run(_ steps: Range<Int>, in pieces: Pieces, into transcript: inout Transcript) throws(MMSError) {
    var step = steps.lowerBound
    while step < steps.upperBound {
      let (quantity, conditions) = execution(step)
      let quote = model.apply(quantity, in: conditions)
      transcript.add("step \(step), temporary", quote.temporary)
      transcript.add("step \(step), lasting", quote.lasting)
      let next = min(steps.upperBound, step + Self.rhythm)
      for piece in pieces.cut(step..<next) {
        model.decay(steps: piece.count, resolution: market.context.resolution)
      }
      if let failure = model.failure { throw failure }
      transcript.add("step \(next), displacement", model.displacement)
      step = next
    }
  }

  /// Buys and sells of all sizes.
  private func execution(_ step: Int) -> (Double, ImpactConditions) {
    let row = ExerciseMarket.warmUp + step
    let sign = market.draw(step, 0) < 0.5 ? -1.0 : 1
    let volume = market.history.baseVolume[row]
    return (
      sign * volume * 0.01 * market.draw(step, 1),
      ImpactConditions(
        volatility: market.history.baseVolatility[row], volume: volume,
        liquidity: 1 - 0.7 * market.history.stress[row], price: market.history.mid[row],
        resolution: market.context.resolution)
    )
  }

  /// What the interface promises beyond single answers; nil when all of it holds.
  ///
  /// - Throws: What the model reports.
  func brokenLaw() throws(MMSError) -> String? {
    try begin(path: 0)
    var seen = [Double](repeating: 0, count: Self.rhythm)
    for step in stride(from: 0, to: steps, by: Self.rhythm) {
      let (quantity, conditions) = execution(step)
      let asked = model.quote(quantity, in: conditions)
      if model.quote(quantity, in: conditions) != asked {
        return "step \(step): 'quote' asked twice gives two answers; it may change nothing"
      }
      let given = model.apply(quantity, in: conditions)
      if given != asked {
        return "step \(step): 'apply' gives \(given.temporary) and \(given.lasting) where 'quote' gave"
          + " \(asked.temporary) and \(asked.lasting)"
      }
      var span = seen.mutableSpan
      model.decay(resolution: conditions.resolution, into: &span)
      let idle = model.isIdle
      for index in 0..<Self.rhythm {
        model.decay(steps: 1, resolution: conditions.resolution)
        if model.displacement.bitPattern != seen[index].bitPattern,
          !(model.displacement == 0 && seen[index] == 0)
        {
          return "step \(step + index + 1): 'decay' comes to \(model.displacement) where 'preview' said"
            + " \(seen[index])"
        }
        if idle, model.displacement != 0 {
          return "step \(step + index + 1): is_idle was 1, and yet the displacement is \(model.displacement)"
        }
      }
      if let failure = model.failure { throw failure }
    }
    return nil
  }

  /// What a law of impact usually is and this one is not; nil when there is nothing to say.
  ///
  /// - Throws: What the model reports.
  func oddity() throws(MMSError) -> String? {
    try begin(path: 0)
    let (_, conditions) = execution(0)
    var last = 0.0
    for share in [1e-6, 1e-4, 1e-3, 1e-2, 0.1] {
      let quantity = share * conditions.volume
      let (buy, sell) = (model.quote(quantity, in: conditions), model.quote(-quantity, in: conditions))
      if let failure = model.failure { throw failure }
      let cost = buy.temporary + buy.lasting
      if buy.temporary < 0 || sell.temporary > 0 {
        return "an order of \(share) of a day's volume gains from its own impact"
      }
      if (buy.temporary + sell.temporary).magnitude > 1e-9 * buy.temporary.magnitude {
        return "a buy of \(share) of a day's volume pays \(buy.temporary), a sell \(-sell.temporary)"
      }
      if cost < last {
        return "a larger order pays less: \(cost) at \(share) of a day's volume, \(last) before"
      }
      last = cost
    }
    return nil
  }
}
