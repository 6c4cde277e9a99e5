// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// A made-up recorded market that every model must be able to live with: sound in the sense of the column contract.
struct ExerciseMarket {
  /// Steps of the period.
  static let steps = 120
  /// Recorded rows before it.
  static let warmUp = 30

  /// All rows, from step -30.
  let history: MarketBlock
  let context: MarketContext
  let seed: UInt64
  private let random: RandomSource

  /// - Parameter isWild: Whether values go to the ends of what is legal rather than staying near a usual market.
  init(seed: UInt64, isWild: Bool = false) {
    self.seed = seed
    let random = RandomSource(seed: seed, path: 0, role: .study)
    self.random = random
    context = MarketContext(
      symbol: "TESTUSDT", resolution: SimDuration(nanoseconds: 60_000_000_000), steps: Self.steps,
      stress: StressRatios(
        scenario: Calibration(baseSlippage: 0.005, volatilityFactor: 3, liquidityFactor: 0.3),
        normal: Calibration(baseSlippage: 0.0005, volatilityFactor: 1, liquidityFactor: 1)))
    let count = Self.steps + Self.warmUp
    var block = MarketBlock(firstStep: -Self.warmUp, count: count)
    func draw(_ row: Int, _ lane: Int) -> Double { random.uniform(step: Int64(row), lane: lane) }
    /// Between two sizes, evenly in the logarithm; in a wild market much further.
    func size(_ row: Int, _ lane: Int, _ low: Double, _ high: Double) -> Double {
      let reach = isWild ? 1e3 : 1
      return MMSMath.exp(MMSMath.log(low / reach) + draw(row, lane) * MMSMath.log(high / low * reach * reach))
    }
    /// A size that no market has above one half: a volatility per root day, a spread.
    func share(_ row: Int, _ lane: Int, _ low: Double, _ high: Double) -> Double {
      min(0.5, size(row, lane, low, high))
    }
    var price = isWild ? size(0, 15, 1, 1e5) : 100
    for row in 0..<count {
      let move = (isWild ? 0.2 : 0.002) * (draw(row, 0) - 0.5)
      block.time[row] = 1_753_000_000_000_000_000 + Int64(row + 1) * 60_000_000_000
      block.open[row] = price
      price *= 1 + move
      block.mid[row] = price
      let hasRange = !isWild || draw(row, 1) > 0.2
      let (top, bottom) = (max(block.open[row], price), min(block.open[row], price))
      block.high[row] = hasRange ? top * (1 + 0.001 * draw(row, 2)) : .nan
      block.low[row] = hasRange ? bottom * (1 - 0.001 * draw(row, 3)) : .nan
      block.halfSpread[row] = share(row, 4, 1e-5, 1e-3)
      block.bidDepth[row] = size(row, 5, 1, 50)
      block.askDepth[row] = size(row, 6, 1, 50)
      block.volatility[row] = share(row, 7, 0.01, 0.05)
      // Minutes without a trade are part of every market.
      block.volume[row] = draw(row, 8) < 0.05 ? 0 : size(row, 9, 1, 100)
      block.stress[row] = draw(row, 10) < 0.8 ? 0 : draw(row, 11)
      block.halted[row] = 0
      block.baseVolatility[row] = share(row, 12, 0.02, 0.04)
      block.baseVolume[row] = size(row, 13, 2e4, 6e4)
    }
    history = block
  }

  /// A number of [0, 1) for a step, apart from those that made the rows.
  func draw(_ step: Int, _ lane: Int) -> Double { random.uniform(step: Int64(step), lane: 64 + lane) }

  /// Rows of the period as a block of their own.
  func block(_ steps: Range<Int>) -> MarketBlock {
    var block = MarketBlock(firstStep: steps.lowerBound, count: steps.count)
    let start = Self.warmUp + steps.lowerBound
    block.copyRows(start..<start + steps.count, of: history, to: 0)
    return block
  }

  /// One path of the exercise.
  func path(_ number: Int) -> PathContext { PathContext(seed: seed, path: number, isCentral: false) }
}
