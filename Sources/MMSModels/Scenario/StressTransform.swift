// SPDX-License-Identifier: Apache-2.0
// hot path

internal import MMSCore

/// What a stress model wants of each row of one call; the transform turns it into columns.
struct StressDrive: Sendable {
  /// w: the stress level.
  var stress: [Double] = []
  /// Added to the log of the open.
  var jumpAtOpen: [Double] = []
  /// Added to the log of the close.
  var jumpAtClose: [Double] = []
  /// How far depth has come from its floor to L^w, 0…1.
  var relaxation: [Double] = []
  /// Depth factor of the bid where the relaxation is 0.
  var bidFloor = 1.0
  /// Depth factor of the ask where the relaxation is 0.
  var askFloor = 1.0

  /// Makes room for a number of rows, without jumps and with depth at L^w.
  mutating func reserve(_ count: Int) {
    guard stress.count < count else { return }
    stress = Array(repeating: 0, count: count)
    jumpAtOpen = stress
    jumpAtClose = stress
    relaxation = Array(repeating: 1, count: count)
  }
}

/// One driver moves all columns together: the stress of market.md §3, shared by the models that use it.
///
/// Rows go through ``pass(_:rows:)`` (left alone, remembered) or ``apply(_:to:rows:)`` (rewritten); after
/// the first applied row all later ones must be applied. Every recurrence runs step by step, so the
/// split into calls leaves no trace.
struct StressTransform: Sendable {
  /// Volume answers hourly volatility with this elasticity (measured: R² 0.84), volume and spread at most so far.
  private static let volumeElasticity = 1.14
  private static let volumeLimit = 25.0
  private static let spreadLimit = 50.0
  /// An hour's sum of squared returns below this (0.001 bp of volatility) is rounding: the market stood still.
  private static let quietVariance = 1e-14

  /// m: the mean log return of the window's recorded rows.
  private var meanReturn = 0.0
  private var logVolatility = 0.0
  private var logLiquidity = 0.0
  /// Recorded closes before step 0, the latest last: as many as an hour of returns needs.
  private var warmUpCloses: [Double] = []

  /// The last recorded closes, a ring.
  private var closes: [Double] = [0]
  private var nextClose = 0
  private var closeCount = 0

  private var isApplied = false
  private var previousClose = Double.nan
  /// The recorded close before the first applied row; stressed prices are multiples of it.
  private var anchor = 0.0
  /// Log of the stressed close, jumps apart, over the anchor.
  private(set) var drift = 0.0
  private var lastJump = 0.0
  private var recordedSquares = TrailingSum(window: 1)
  private var stressedSquares = TrailingSum(window: 1)

  private var exponents: [Double] = []
  private var powers: [Double] = []
  private var ratios: [Double] = []

  /// Measures the window and remembers the hour before it.
  ///
  /// - Throws: ``MMSError/Code/noData`` when the history has no row of the period.
  mutating func prepare(history: borrowing MarketBlock, context: MarketContext) throws(MMSError) {
    let first = max(0, -history.firstStep)
    guard first < history.count else {
      throw MMSError(.noData, "the recorded market has no rows in the period: nothing to stress")
    }
    let base = first > 0 ? history.mid[first - 1] : history.open[first]
    meanReturn = MMSMath.log(history.mid[history.count - 1] / base) / Double(history.count - first)
    logVolatility = MMSMath.log(context.stress.volatility)
    logLiquidity = MMSMath.log(context.stress.liquidity)
    let hour = context.steps(in: .hours(1))
    warmUpCloses = Array(history.mid[max(0, first - hour - 1)..<first])
    closes = Array(repeating: 0, count: hour + 1)
    recordedSquares = TrailingSum(window: hour)
    stressedSquares = TrailingSum(window: hour)
    begin()
  }

  /// Starts a path at the end of the warm-up.
  mutating func begin() {
    nextClose = 0
    closeCount = 0
    for close in warmUpCloses { remember(close) }
    previousClose = warmUpCloses.last ?? .nan
    if isApplied {
      recordedSquares.reset()
      stressedSquares.reset()
    }
    isApplied = false
    drift = 0
    lastJump = 0
  }

  /// Leaves rows as they are and remembers what later rows will need.
  mutating func pass(_ block: borrowing MarketBlock, rows: Range<Int>) {
    let mid = block.mid.span
    // Of a long call only the last hour can matter.
    for row in max(rows.lowerBound, rows.upperBound - closes.count)..<rows.upperBound { remember(mid[row]) }
    if !rows.isEmpty { previousClose = mid[rows.upperBound - 1] }
  }

  private mutating func remember(_ close: Double) {
    closes[nextClose] = close
    nextClose += 1
    if nextClose == closes.count { nextClose = 0 }
    closeCount = min(closeCount + 1, closes.count)
  }

  /// Rewrites rows; element i of the drive belongs to the i-th of them.
  mutating func apply(_ drive: borrowing StressDrive, to block: inout MarketBlock, rows: Range<Int>) {
    guard !rows.isEmpty else { return }
    if !isApplied { start(at: block.open[rows.lowerBound]) }
    let count = rows.count
    if ratios.count < count {
      exponents = Array(repeating: 0, count: 4 * count)
      powers = Array(repeating: 0, count: 2 * count)
      ratios = Array(repeating: 0, count: count)
    }
    Self.takeOffsets(block, rows, previous: &previousClose, into: &exponents)
    Self.raisePowers(drive.stress, logVolatility, logLiquidity, count: count, into: &powers)
    moveOffsets(drive, count: count)
    Self.writePrices(
      &exponents, anchor: anchor, rows, &block.open, &block.high, &block.low, &block.mid)
    Self.raiseRatios(ratios, count: count, into: &exponents)
    writeActivity(drive, &block, rows)
  }

  /// The first applied row: both volatilities begin with the recorded hour.
  private mutating func start(at open: Double) {
    isApplied = true
    if previousClose.isNaN { previousClose = open }
    anchor = previousClose
    let oldest = nextClose - closeCount + closes.count
    for index in 1..<max(1, closeCount) {
      let before = closes[(oldest + index - 1) % closes.count]
      let change = MMSMath.log(closes[(oldest + index) % closes.count] / before)
      recordedSquares.add(change * change)
      stressedSquares.add(change * change)
    }
  }

  // Columns come as separate arguments: a span taken from one keeps its owner from being used whole.

  /// Log offsets of open, high, low, close from the previous recorded close, one column after the other.
  private static func takeOffsets(
    _ block: borrowing MarketBlock, _ rows: Range<Int>, previous: inout Double, into out: inout [Double]
  ) {
    let count = rows.count
    let (open, high, low, mid) = (block.open.span, block.high.span, block.low.span, block.mid.span)
    var last = previous
    var x = out.mutableSpan
    for index in 0..<count {
      let row = rows.lowerBound &+ index
      let inverse = 1 / last
      x[index] = open[row] * inverse
      x[count &+ index] = high[row] * inverse
      x[2 &* count &+ index] = low[row] * inverse
      last = mid[row]
      x[3 &* count &+ index] = last * inverse
    }
    previous = last
    var all = x.extracting(0..<4 * count)
    MMSMath.log(&all)
  }

  /// V^w and L^w of each row, one column after the other.
  private static func raisePowers(
    _ stress: [Double], _ logVolatility: Double, _ logLiquidity: Double, count: Int,
    into out: inout [Double]
  ) {
    let w = stress.span
    var x = out.mutableSpan
    var isConstant = true
    for index in 1..<max(1, count) where w[index] != w[0] { isConstant = false }
    if isConstant {
      let volatility = MMSMath.exp(w[0] * logVolatility)
      let liquidity = MMSMath.exp(w[0] * logLiquidity)
      for index in 0..<count {
        x[index] = volatility
        x[count &+ index] = liquidity
      }
      return
    }
    for index in 0..<count {
      x[index] = w[index] * logVolatility
      x[count &+ index] = w[index] * logLiquidity
    }
    var all = x.extracting(0..<2 * count)
    MMSMath.exp(&all)
  }

  /// Offsets become stressed logs over the anchor; the two volatilities advance.
  private mutating func moveOffsets(_ drive: borrowing StressDrive, count: Int) {
    let (atOpen, atClose) = (drive.jumpAtOpen.span, drive.jumpAtClose.span)
    let mean = meanReturn
    for index in 0..<count {
      let factor = powers[index]
      let (before, after) = (atOpen[index], atClose[index])
      let between = drift + 0.5 * (before + after)
      let change = exponents[3 &* count &+ index]
      let moved = mean + factor * (change - mean)
      exponents[index] = drift + before + (mean + factor * (exponents[index] - mean))
      exponents[count &+ index] = between + (mean + factor * (exponents[count &+ index] - mean))
      exponents[2 &* count &+ index] = between + (mean + factor * (exponents[2 &* count &+ index] - mean))
      drift += moved
      exponents[3 &* count &+ index] = drift + after
      let stressed = moved + (after - lastJump)
      lastJump = after
      let recordedSum = recordedSquares.add(change * change)
      let stressedSum = stressedSquares.add(stressed * stressed)
      ratios[index] = recordedSum > Self.quietVariance ? max(0, stressedSum) / recordedSum : 1
    }
  }

  private static func writePrices(
    _ exponents: inout [Double], anchor: Double, _ rows: Range<Int>, _ open: inout [Double],
    _ high: inout [Double], _ low: inout [Double], _ mid: inout [Double]
  ) {
    let count = rows.count
    var x = exponents.mutableSpan
    var all = x.extracting(0..<4 * count)
    MMSMath.exp(&all)
    var o = open.mutableSpan
    var h = high.mutableSpan
    var l = low.mutableSpan
    var c = mid.mutableSpan
    for index in 0..<count {
      let row = rows.lowerBound &+ index
      let first = anchor * all[index]
      let last = anchor * all[3 &* count &+ index]
      o[row] = first
      c[row] = last
      // Rounding, or a jump, may carry open and close past the range. NaN stays NaN: it comes first.
      h[row] = max(max(anchor * all[count &+ index], first), last)
      l[row] = min(min(anchor * all[2 &* count &+ index], first), last)
    }
  }

  /// Ratios of variances to half of the elasticity: ratios of volatilities to all of it.
  private static func raiseRatios(_ ratios: [Double], count: Int, into out: inout [Double]) {
    var x = out.mutableSpan
    var all = x.extracting(0..<count)
    for index in 0..<count { all[index] = ratios[index] }
    MMSMath.log(&all)
    for index in 0..<count { all[index] *= 0.5 * volumeElasticity }
    MMSMath.exp(&all)
  }

  private func writeActivity(
    _ drive: borrowing StressDrive, _ block: inout MarketBlock, _ rows: Range<Int>
  ) {
    let count = rows.count
    for index in 0..<count {
      let row = rows.lowerBound &+ index
      let ratio = ratios[index].squareRoot()
      let liquidity = powers[count &+ index]
      let relaxed = drive.relaxation[index]
      block.volume[row] *= min(exponents[index], Self.volumeLimit)
      block.halfSpread[row] = min(1, block.halfSpread[row] * min(ratio, Self.spreadLimit))
      block.volatility[row] *= ratio
      block.bidDepth[row] *= relaxed < 1 ? drive.bidFloor + (liquidity - drive.bidFloor) * relaxed : liquidity
      block.askDepth[row] *= relaxed < 1 ? drive.askFloor + (liquidity - drive.askFloor) * relaxed : liquidity
      block.stress[row] = drive.stress[index]
    }
  }
}
