// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Resamples the recorded market in blocks of random length, resumed at the same minute of the day.
public struct BlockBootstrapScenario: ScenarioModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "scenario/BlockBootstrap-v1", kind: .scenario,
    summary: "Resamples recorded rows in blocks of random length, resumed at the same minute of the day.",
    equations: """
      source row of step t: with probability 1 − step ÷ meanBlock the row after the last one, else a random row \
      of the window at the same minute of the day; past the window's end, its first row at that minute
      x' = close'(t − 1)·x ÷ (source row's previous close) for open, high, low and close
      half_spread, depths, volatility, volume, σ̄ and V̄ are the source row's; time is the path's own
      """,
    source: """
      Politis & Romano 1994, J. Am. Stat. Assoc. 89(428), the stationary bootstrap; starts at the same minute \
      keep the daily pattern of volume and volatility.
      """,
    parameters: [
      ParameterSchema(
        "meanBlock", .duration, unit: .time, minimum: 0, minimumIsExclusive: true,
        default: .duration(.days(1)),
        "Mean length of a block: long enough to keep the memory of volatility within a day (prior).")
    ])

  /// The lane of the one draw of a step; low lanes belong to models that run on the resampled rows.
  private static let lane = 8

  private let meanBlock: SimDuration
  private var history = MarketBlock()
  private var resolution = SimDuration.minutes(1)
  private var jumpProbability = 1.0
  /// Rows of the window in the order of their minute of the day, and where each minute's rows begin.
  private var rowsByMinute: [Int32] = []
  private var minuteStart: [Int32] = []

  /// The source row of the last step, −1 before the first, and that step's time and close.
  private var source = -1
  private var previousTime: Int64 = 0
  private var previousClose = 0.0
  private var draws: [Double] = []
  private var sources: [Int] = []

  /// Makes the model from `meanBlock`.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    meanBlock = parameters.duration("meanBlock")
  }

  /// Any row of the window may come at any time.
  public var requirements: ScenarioRequirements { ScenarioRequirements(wholeHistory: true) }

  /// Keeps the window and sorts its rows by minute of the day.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    self.history = copy history
    resolution = context.resolution
    let first = firstRow
    guard first < history.count else {
      throw MMSError(.noData, "the recorded market has no rows in the period: nothing to resample")
    }
    let step = Double(context.resolution.nanoseconds) / Double(meanBlock.nanoseconds)
    jumpProbability = min(1, step)
    let minutes = Int(max(1, SimDuration.days(1).nanoseconds / context.resolution.nanoseconds))
    var counts = [Int32](repeating: 0, count: minutes + 1)
    for row in first..<history.count { counts[minute(of: history.time[row]) + 1] += 1 }
    for index in 1...minutes { counts[index] += counts[index - 1] }
    minuteStart = counts
    rowsByMinute = Array(repeating: 0, count: history.count - first)
    for row in first..<history.count {
      let index = minute(of: history.time[row])
      rowsByMinute[Int(counts[index])] = Int32(row)
      counts[index] += 1
    }
  }

  /// Starts at the recorded close before the period.
  public mutating func begin(_ path: PathContext) throws(MMSError) {
    source = -1
    guard history.count > 0 else { return }
    let first = firstRow
    previousClose = first > 0 ? history.mid[first - 1] : history.open[first]
  }

  /// Writes resampled rows.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    if draws.count < rows.count {
      draws = Array(repeating: 0, count: rows.count)
      sources = Array(repeating: 0, count: rows.count)
    }
    var span = draws.mutableSpan
    var part = span._mutatingExtracting(0..<rows.count)
    random.uniforms(step: Int64(block.firstStep + rows.lowerBound), lane: Self.lane, into: &part)
    for index in 0..<rows.count {
      let time = block.time[rows.lowerBound + index]
      source = next(draw: draws[index], time: time)
      previousTime = time
      sources[index] = source
    }
    Self.writePrices(
      history, sources, rows, close: &previousClose, &block.open, &block.high, &block.low, &block.mid)
    Self.gather(history.halfSpread, sources, rows, into: &block.halfSpread)
    Self.gather(history.bidDepth, sources, rows, into: &block.bidDepth)
    Self.gather(history.askDepth, sources, rows, into: &block.askDepth)
    Self.gather(history.volatility, sources, rows, into: &block.volatility)
    Self.gather(history.volume, sources, rows, into: &block.volume)
    Self.gather(history.baseVolatility, sources, rows, into: &block.baseVolatility)
    Self.gather(history.baseVolume, sources, rows, into: &block.baseVolume)
  }

  private var firstRow: Int { max(0, -history.firstStep) }

  /// The place of a time within its day, in steps.
  private func minute(of time: Int64) -> Int {
    let day = SimDuration.days(1).nanoseconds
    let within = ((time % day) + day) % day
    let minutes = max(1, day / resolution.nanoseconds)
    return Int(min(within / resolution.nanoseconds, minutes - 1))
  }

  /// The source row of the next step.
  private func next(draw: Double, time: Int64) -> Int {
    let following = source + 1
    if source >= 0, draw >= jumpProbability {
      if following == history.count { return place(0, minute(of: time)) }
      // Where clock and recording took the same step they stay in step; a gap in either ends a block too,
      // or all later rows would be shifted against the time of day.
      let step = history.time[following] - history.time[source]
      if time - previousTime == step || minute(of: time) == minute(of: history.time[following]) {
        return following
      }
    }
    // Given that the draw is below the probability, their ratio is uniform again.
    return place(draw < jumpProbability ? draw / jumpProbability : draw, minute(of: time))
  }

  /// The row at a share of a minute's rows; of all rows where the window never had that minute.
  private func place(_ share: Double, _ minute: Int) -> Int {
    var (start, end) = (Int(minuteStart[minute]), Int(minuteStart[minute + 1]))
    if start == end { (start, end) = (0, rowsByMinute.count) }
    return Int(rowsByMinute[min(end - 1, start + Int(share * Double(end - start)))])
  }

  private static func writePrices(
    _ history: borrowing MarketBlock, _ sources: [Int], _ rows: Range<Int>, close: inout Double,
    _ open: inout [Double], _ high: inout [Double], _ low: inout [Double], _ mid: inout [Double]
  ) {
    let closes = history.mid.span
    for index in 0..<rows.count {
      let (row, from) = (rows.lowerBound + index, sources[index])
      // All of a row's prices are relative to its previous close.
      let factor = close / (from > 0 ? closes[from - 1] : history.open[from])
      open[row] = history.open[from] * factor
      high[row] = history.high[from] * factor
      low[row] = history.low[from] * factor
      close = closes[from] * factor
      mid[row] = close
    }
  }

  private static func gather(
    _ column: [Double], _ sources: [Int], _ rows: Range<Int>, into target: inout [Double]
  ) {
    let (values, places) = (column.span, sources.span)
    var out = target.mutableSpan
    for index in 0..<rows.count { out[rows.lowerBound &+ index] = values[places[index]] }
  }
}
