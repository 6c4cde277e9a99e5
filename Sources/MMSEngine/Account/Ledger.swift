// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Marks an account to market step by step and keeps what metrics need, in memory that does not grow with
/// the period.
///
/// Stretches of an hour are the unit: their boundaries depend on the step number alone, so sums come out
/// the same bits whatever the blocks.
struct Ledger {
  /// At most this many stretches are kept; beyond it neighbours are joined, two by two.
  static let capacity = 4096

  private(set) var stretches: [ReturnSummary] = []
  private(set) var stepsPerStretch: Int
  private let stepsPerHour: Int
  private let stepsPerDay: Int
  private let initialEquity: Double

  private var current = ReturnSummary()
  private var total = ReturnSummary()
  private var dayGrowth = 1.0
  private var dayFill = 0
  private(set) var dailyCount = 0.0
  private(set) var dailySum = 0.0
  private(set) var dailySumOfSquares = 0.0

  /// Equity after the last marked step.
  private(set) var equity: Double
  private(set) var steps = 0
  private(set) var exposedSteps = 0
  private(set) var isLiquidated = false

  // The stretch being filled, at full resolution: level, highest and lowest in quote currency.
  private var start: Double
  private var highest: Double
  private var lowest: Double
  private var filled = 0

  init(initialEquity: Double, resolution: SimDuration) {
    self.initialEquity = initialEquity
    equity = initialEquity
    start = initialEquity
    highest = initialEquity
    lowest = initialEquity
    let perHour = 3_600_000_000_000 / resolution.nanoseconds
    stepsPerHour = max(1, Int(perHour))
    stepsPerStretch = stepsPerHour
    stepsPerDay = max(1, Int(86_400_000_000_000 / resolution.nanoseconds))
    stretches.reserveCapacity(Ledger.capacity)
  }

  /// Starts a new path without giving memory back.
  mutating func reset() {
    stretches.removeAll(keepingCapacity: true)
    stepsPerStretch = stepsPerHour
    current = ReturnSummary()
    total = ReturnSummary()
    hour = ReturnSummary()
    hoursInStretch = 0
    dayGrowth = 1
    dayFill = 0
    dailyCount = 0
    dailySum = 0
    dailySumOfSquares = 0
    equity = initialEquity
    start = initialEquity
    highest = initialEquity
    lowest = initialEquity
    filled = 0
    steps = 0
    exposedSteps = 0
    isLiquidated = false
  }

  private var hour = ReturnSummary()
  private var hoursInStretch = 0

  /// Marks rows over which cash and position do not change.
  ///
  /// - Returns: The row at whose close nothing was left; the range's end when there is none.
  @discardableResult
  mutating func mark(mids: Span<Double>, rows: Range<Int>, cash: Double, position: Double) -> Int {
    if isLiquidated || (position == 0 && cash == equity) {
      idle(rows.count)
      return rows.upperBound
    }
    var row = rows.lowerBound
    while row < rows.upperBound {
      let end = min(rows.upperBound, row + stepsPerHour - filled)
      var level = equity
      var (sum, squares) = (hour.sum, hour.sumOfSquares)
      // Levels are kept as they are, not as ratios: a block's end must not cost them a rounding.
      var (highest, lowest, drawdown) = (self.highest, self.lowest, hour.drawdown + 1)
      let part = mids.extracting(row..<end)
      for index in 0..<part.count {
        let worth = cash + position * part[index]
        // Nothing is left: the account is closed at zero and stays there.
        let next = worth <= 0 ? 0 : worth
        let change = next / level - 1
        sum += change
        squares += change * change
        highest = next > highest ? next : highest
        lowest = next < lowest ? next : lowest
        let depth = next / highest
        drawdown = depth < drawdown ? depth : drawdown
        level = next
        if worth <= 0 {
          isLiquidated = true
          finishMarking(index + 1, level, sum, squares, highest, lowest, drawdown, exposed: position != 0)
          idle(rows.upperBound - row - index - 1)
          return row + index
        }
      }
      finishMarking(end - row, level, sum, squares, highest, lowest, drawdown, exposed: position != 0)
      row = end
    }
    return rows.upperBound
  }

  private mutating func finishMarking(
    _ count: Int, _ level: Double, _ sum: Double, _ squares: Double, _ highest: Double, _ lowest: Double,
    _ drawdown: Double, exposed: Bool
  ) {
    hour.steps += count
    hour.sum = sum
    hour.sumOfSquares = squares
    self.highest = highest
    self.lowest = lowest
    hour.highest = highest / start
    hour.lowest = lowest / start
    hour.drawdown = drawdown - 1
    hour.growth = level / start
    equity = level
    steps += count
    if exposed { exposedSteps += count }
    filled += count
    if filled == stepsPerHour { closeHour() }
  }

  private mutating func idle(_ count: Int) {
    steps += count
    var left = count
    while left > 0 {
      let part = min(left, stepsPerHour - filled)
      hour.steps += part
      filled += part
      left -= part
      if filled == stepsPerHour { closeHour() }
    }
  }

  private mutating func closeHour() {
    total.append(hour)
    dayGrowth *= hour.growth
    dayFill += hour.steps
    if dayFill >= stepsPerDay {
      let change = dayGrowth - 1
      dailyCount += 1
      dailySum += change
      dailySumOfSquares += change * change
      dayGrowth = 1
      dayFill = 0
    }
    current.append(hour)
    hoursInStretch += 1
    hour = ReturnSummary()
    start = equity > 0 ? equity : 1
    highest = start
    lowest = start
    filled = 0
    if hoursInStretch * stepsPerHour >= stepsPerStretch { closeStretch() }
  }

  private mutating func closeStretch() {
    stretches.append(current)
    current = ReturnSummary()
    hoursInStretch = 0
    if stretches.count == Ledger.capacity {
      for index in 0..<Ledger.capacity / 2 {
        var joined = stretches[2 * index]
        joined.append(stretches[2 * index + 1])
        stretches[index] = joined
      }
      stretches.removeLast(Ledger.capacity / 2)
      stepsPerStretch *= 2
    }
  }

  /// Closes the stretches that are still open; the whole period as one summary.
  mutating func finish() -> ReturnSummary {
    if filled > 0 { closeHour() }
    if hoursInStretch > 0 { closeStretch() }
    return total
  }
}
