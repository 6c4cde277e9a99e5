// SPDX-License-Identifier: Apache-2.0
// hot path

internal import MMSCore

/// What a stress model wants of each row of one call; the transform turns it into columns.
struct StressDrive: Sendable {
  /// w: the stress level.
  var stress: [Double] = []
  /// J at the close: what is added to the log of the price; ignored unless ``hasJumps``.
  var jumps: [Double] = []
  /// How far depth has come from its floor to L^w, 0…1.
  var relaxation: [Double] = []
  /// Whether ``jumps`` counts.
  var hasJumps = false
  /// J at the first row's open, when it is not that of the close before.
  var openingJump: Double?
  /// Depth factor of the bid where the relaxation is 0.
  var bidFloor = 1.0
  /// Depth factor of the ask where the relaxation is 0.
  var askFloor = 1.0

  /// Makes room for a number of rows, without jumps and with depth at L^w.
  mutating func reserve(_ count: Int) {
    guard stress.count < count else { return }
    // Each its own storage, as in MarketBlock.
    stress = Array(repeating: 0, count: count)
    jumps = Array(repeating: 0, count: count)
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
  private var state = State()
  private var squares = HourlySquares(window: 1)

  /// L^w of each row.
  private var liquidities: [Double] = []
  /// Variance of the trailing hour, stressed over recorded, of each row.
  private var ratios: [Double] = []
  private var volumeFactors: [Double] = []

  /// Where prices stand between two rows.
  private struct State: Sendable {
    /// The recorded close.
    var recorded = Double.nan
    /// The stressed close, jumps apart.
    var stressed = 0.0
    /// Log of the stressed close, jumps apart, over the recorded close before the first applied row.
    var drift = 0.0
    /// w·ln V, w·ln L and J at the close, and the powers of e they stand for: V^w, L^w, e^J.
    var logs = SIMD4<Double>.zero
    var powers = SIMD4<Double>(repeating: 1)
  }

  /// Log move since just before the first applied row, jumps apart.
  var drift: Double { state.drift }

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
    squares = HourlySquares(window: hour)
    begin()
  }

  /// Starts a path at the end of the warm-up.
  mutating func begin() {
    nextClose = 0
    closeCount = 0
    let before = warmUpCloses
    remember(before.span, 0..<before.count)
    if isApplied { squares.reset() }
    isApplied = false
    state = State(recorded: warmUpCloses.last ?? .nan)
  }

  /// Leaves rows as they are and remembers what later rows will need.
  mutating func pass(_ block: borrowing MarketBlock, rows: Range<Int>) {
    guard !rows.isEmpty else { return }
    remember(block.mid.span, rows)
    state.recorded = block.mid[rows.upperBound - 1]
  }

  /// Puts closes into the ring; of many only the last hour's.
  private mutating func remember(_ values: Span<Double>, _ rows: Range<Int>) {
    closeCount = min(closeCount + rows.count, closes.count)
    var place = nextClose
    Self.copy(
      values, max(rows.lowerBound, rows.upperBound - closes.count)..<rows.upperBound, into: &closes, &place)
    nextClose = place
  }

  private static func copy(
    _ values: Span<Double>, _ rows: Range<Int>, into ring: inout [Double], _ place: inout Int
  ) {
    var kept = ring.mutableSpan
    for row in rows {
      kept[place] = values[row]
      place += 1
      if place == kept.count { place = 0 }
    }
  }

  /// Rewrites rows; element i of the drive belongs to the i-th of them.
  mutating func apply(_ drive: borrowing StressDrive, to block: inout MarketBlock, rows: Range<Int>) {
    guard !rows.isEmpty else { return }
    if !isApplied { start(at: block.open[rows.lowerBound]) }
    let count = rows.count
    if ratios.count < count {
      ratios = Array(repeating: 0, count: count)
      liquidities = Array(repeating: 0, count: count)
      volumeFactors = Array(repeating: 0, count: count)
    }
    // Columns go as separate arguments: a span of one column then leaves the others alone.
    Self.movePrices(
      drive, perLevel: SIMD2(logVolatility, logLiquidity), mean: meanReturn, rows, &state, &squares, &ratios,
      &liquidities, &block.open, &block.high, &block.low, &block.mid)
    Self.raiseRatios(ratios, count: count, into: &volumeFactors)
    Self.moveActivity(ratios, volumeFactors, rows, &block.volume, &block.halfSpread, &block.volatility)
    Self.moveDepth(drive, liquidities, rows, &block.bidDepth, &block.askDepth, &block.stress)
  }

  /// The first applied row: both volatilities begin with the recorded hour.
  private mutating func start(at open: Double) {
    isApplied = true
    if state.recorded.isNaN { state.recorded = open }
    state.stressed = state.recorded
    let oldest = nextClose - closeCount + closes.count
    for index in 1..<max(1, closeCount) {
      let before = closes[(oldest + index - 1) % closes.count]
      let close = closes[(oldest + index) % closes.count]
      _ = squares.add(SIMD2(repeating: NearOne.logRatio(SIMD4(repeating: close), before).x))
    }
  }

  /// Prices by the affine map of their offsets and by the jump; the ratio of the two hours' variances.
  private static func movePrices(
    _ drive: borrowing StressDrive, perLevel: SIMD2<Double>, mean: Double, _ rows: Range<Int>,
    _ state: inout State, _ squares: inout HourlySquares, _ ratios: inout [Double],
    _ liquidities: inout [Double], _ open: inout [Double], _ high: inout [Double], _ low: inout [Double],
    _ mid: inout [Double]
  ) {
    let (levels, jumps) = (drive.stress.span, drive.jumps.span)
    var ratio = ratios.mutableSpan
    var liquidity = liquidities.mutableSpan
    var o = open.mutableSpan
    var h = high.mutableSpan
    var l = low.mutableSpan
    var c = mid.mutableSpan
    var now = state
    var atOpen = drive.openingJump.map { MMSMath.exp($0) } ?? now.powers.z
    for index in 0..<rows.count {
      let row = rows.lowerBound &+ index
      let jump = drive.hasJumps ? jumps[index] : 0
      let fallen = jump - now.logs.z
      let logs = SIMD4(levels[index] * perLevel.x, levels[index] * perLevel.y, jump, 0)
      if logs != now.logs {
        // Levels and jumps move little from row to row: their powers follow by short series.
        now.powers *= NearOne.exp(logs - now.logs)
        now.logs = logs
      }
      liquidity[index] = now.powers.y
      let close = c[row]
      let offsets = NearOne.logRatio(SIMD4(o[row], h[row], l[row], close), now.recorded)
      let moved = mean + now.powers.x * (offsets - mean)
      let prices = now.stressed * NearOne.exp(moved)
      let atClose = now.powers.z
      let between = atOpen == atClose ? atClose : (atOpen * atClose).squareRoot()
      let (first, last) = (prices.x * atOpen, prices.w * atClose)
      o[row] = first
      c[row] = last
      // Rounding, or a jump, may carry open and close past the range. NaN stays NaN: it comes first.
      h[row] = max(max(prices.y * between, first), last)
      l[row] = min(min(prices.z * between, first), last)
      let sums = squares.add(SIMD2(offsets.w, moved.w + fallen))
      ratio[index] = sums.x > quietVariance ? max(0, sums.y) / sums.x : 1
      now.recorded = close
      now.stressed = prices.w
      now.drift += moved.w
      atOpen = atClose
    }
    state = now
  }

  /// Ratios of variances to half of the elasticity: ratios of volatilities to all of it.
  private static func raiseRatios(_ ratios: [Double], count: Int, into factors: inout [Double]) {
    let ratio = ratios.span
    var x = factors.mutableSpan
    var all = x._mutatingExtracting(0..<count)
    for index in 0..<count { all[index] = ratio[index] }
    MMSMath.log(&all)
    for index in 0..<count { all[index] *= 0.5 * volumeElasticity }
    MMSMath.exp(&all)
  }

  private static func moveActivity(
    _ ratios: [Double], _ volumeFactors: [Double], _ rows: Range<Int>, _ volume: inout [Double],
    _ halfSpread: inout [Double], _ volatility: inout [Double]
  ) {
    let (variance, factor) = (ratios.span, volumeFactors.span)
    var v = volume.mutableSpan
    var s = halfSpread.mutableSpan
    var sigma = volatility.mutableSpan
    for index in 0..<rows.count {
      let row = rows.lowerBound &+ index
      let ratio = variance[index].squareRoot()
      v[row] *= min(factor[index], volumeLimit)
      s[row] = min(1, s[row] * min(ratio, spreadLimit))
      sigma[row] *= ratio
    }
  }

  private static func moveDepth(
    _ drive: borrowing StressDrive, _ liquidities: [Double], _ rows: Range<Int>, _ bid: inout [Double],
    _ ask: inout [Double], _ stress: inout [Double]
  ) {
    let (liquidity, relaxation, level) = (liquidities.span, drive.relaxation.span, drive.stress.span)
    let (bidFloor, askFloor) = (drive.bidFloor, drive.askFloor)
    var b = bid.mutableSpan
    var a = ask.mutableSpan
    var w = stress.mutableSpan
    for index in 0..<rows.count {
      let row = rows.lowerBound &+ index
      let full = liquidity[index]
      let relaxed = relaxation[index]
      b[row] *= relaxed < 1 ? bidFloor + (full - bidFloor) * relaxed : full
      a[row] *= relaxed < 1 ? askFloor + (full - askFloor) * relaxed : full
      w[row] = level[index]
    }
  }
}
