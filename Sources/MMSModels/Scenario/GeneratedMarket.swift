// SPDX-License-Identifier: Apache-2.0
// hot path

internal import MMSCore

/// The columns of a market whose prices a model generates itself, shared by all models that do.
///
/// A model fills ``moves`` and ``deviations`` for the rows of a call and calls ``write(_:rows:random:)``, which
/// makes the bars: opens at the close before, range from a Brownian bridge, volume and spread that follow the
/// volatility, depth as recorded on average. Draws on lanes ``rangeLane`` and the one above it; models take the
/// lanes below.
struct GeneratedMarket: Sendable {
  /// How a model's moves add up to prices.
  enum Law: Sendable {
    /// Moves are log returns.
    case geometric
    /// Moves are changes of the price in quote currency.
    case arithmetic
  }

  /// The parameters every generating model has.
  static let parameters = [
    ParameterSchema(
      "start", .numberOrAuto, unit: .price, minimum: 0, minimumIsExclusive: true, default: .text("auto"),
      "Price at the first step's close; auto goes on from the recorded market with a move in the first step."),
    ParameterSchema(
      "range", .choice(["bridge", "none"]), default: .text("bridge"),
      "Whether bars get a high and a low, drawn from a Brownian bridge between open and close."),
  ]

  /// What every generating model asks of the engine: the window for level and fits, and no resampling of it.
  static let requirements = ScenarioRequirements(wholeHistory: true, writesPrices: true)

  /// The lane of the draws for highs; lows use the next.
  static let rangeLane = 0xFF00
  /// Volume and spread follow the volatility like those of stressed markets.
  private static let volumeElasticity = 1.14
  private static let volumeLimit = 25.0
  private static let spreadLimit = 50.0

  /// The move of each row of the call: log returns, or changes of the price.
  var moves: [Double] = []
  /// The standard deviation of each row's move as the model knew it beforehand, in the units of ``moves``.
  var deviations: [Double] = []
  /// What each row's move had for a standard deviation in the end when ``knowsBridges``: the range's.
  var bridges: [Double] = []
  /// Whether ``bridges`` counts; else ranges come of ``deviations``.
  var knowsBridges = false
  /// The share of a deviation that is the path within the bar; what jumps add between two prices is not.
  var bridgeShare = 1.0
  /// What multiplies the mean volume of each row when ``drivesVolume``; else volume follows volatility.
  var activity: [Double] = []
  /// Whether ``activity`` counts.
  var drivesVolume = false

  let law: Law
  /// The price a path begins at; nil when it goes on from the recorded market.
  let startPrice: Double?
  private let hasRange: Bool

  private var firstPrice = 1.0
  private var longRunVolatility = 0.0
  private var stepsPerDay = 1440.0
  private var meanVolume = 0.0
  private var meanHalfSpread = 0.0
  private var meanBidDepth = 0.0
  private var meanAskDepth = 0.0

  /// Sum of the moves so far; the price is the first one times its exponential, or plus it.
  private var sum = 0.0
  private var highDraws: [Double] = []
  private var lowDraws: [Double] = []

  /// Takes ``parameters`` from a model's.
  init(_ parameters: ParameterValues, law: Law = .geometric) {
    self.law = law
    startPrice = parameters.numberOrAuto("start")
    hasRange = parameters.text("range") == "bridge"
  }

  /// The first step that moves: a path with a start of its own stands there for its first row.
  var firstMovingStep: Int { startPrice == nil ? 0 : 1 }

  /// The last close.
  var price: Double { law == .geometric ? firstPrice * MMSMath.exp(sum) : firstPrice + sum }

  /// The price before the first move.
  var origin: Double { firstPrice }

  /// Half spread and volume of every row of a market whose deviations never change.
  var constantColumns: (halfSpread: Double, volume: Double) { (min(1, meanHalfSpread), meanVolume) }

  /// Measures the recorded market: where prices start, what volume, spread and depth are on average.
  ///
  /// - Parameter longRunVolatility: The model's own long-run volatility as a fraction per √day; where a row's
  ///   differs, volume and spread do.
  /// - Throws: ``MMSError/Code/noData`` when the history has no row of the period.
  mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext, longRunVolatility: Double
  ) throws(MMSError) {
    let first = max(0, -history.firstStep)
    guard first < history.count else {
      throw MMSError(.noData, "the recorded market has no rows in the period: nothing to start from")
    }
    firstPrice = startPrice ?? (first > 0 ? history.mid[first - 1] : history.open[first])
    self.longRunVolatility = longRunVolatility
    stepsPerDay = context.stepsPerDay
    func mean(_ column: borrowing [Double]) -> Double {
      var total = 0.0
      for row in first..<column.count { total += column[row] }
      return total / Double(column.count - first)
    }
    meanVolume = mean(history.volume)
    meanHalfSpread = mean(history.halfSpread)
    meanBidDepth = mean(history.bidDepth)
    meanAskDepth = mean(history.askDepth)
    sum = 0
  }

  /// Starts a path.
  mutating func begin() { sum = 0 }

  /// Makes room for the rows of a call.
  mutating func reserve(_ count: Int) {
    guard moves.count < count else { return }
    // Each its own storage: writes through a span of one would reach copies of it (Swift 6.3.1, optimised).
    func zeros() -> [Double] { Array(repeating: 0, count: count) }
    moves = zeros()
    deviations = zeros()
    bridges = zeros()
    highDraws = zeros()
    lowDraws = zeros()
    activity = Array(repeating: 1, count: count)
  }

  /// Writes the rows of a call; element i of ``moves`` and ``deviations`` belongs to the i-th of them.
  mutating func write(_ block: inout MarketBlock, rows: Range<Int>, random: RandomSource) {
    guard !rows.isEmpty else { return }
    let step = block.firstStep + rows.lowerBound
    // The row of the start has the volume and the spread of any other, but no move and no range.
    let stands = step < firstMovingStep
    if stands { moves[0] = 0 }
    let before = price
    Self.movePrices(law, moves, rows, first: firstPrice, before: before, &sum, &block.open, &block.mid)
    if hasRange {
      drawRange(rows, step: Int64(step), random: random)
      if law == .geometric {
        Self.spread(
          moves, knowsBridges ? bridges : deviations, bridgeShare, rows.count, &highDraws, &lowDraws)
        Self.boundByRatios(highDraws, lowDraws, rows, block.open, block.mid, &block.high, &block.low)
      } else {
        Self.boundByMoves(
          deviations, bridgeShare, highDraws, lowDraws, rows, block.open, block.mid, &block.high, &block.low)
      }
      if stands {
        block.high[rows.lowerBound] = block.mid[rows.lowerBound]
        block.low[rows.lowerBound] = block.mid[rows.lowerBound]
      }
    } else {
      for row in rows {
        block.high[row] = .nan
        block.low[row] = .nan
      }
    }
    writeActivity(&block, rows)
  }

  /// Closes from the sum of moves, opens from the closes before.
  private static func movePrices(
    _ law: Law, _ moves: [Double], _ rows: Range<Int>, first: Double, before: Double, _ sum: inout Double,
    _ open: inout [Double], _ mid: inout [Double]
  ) {
    var c = mid.mutableSpan
    let move = moves.span
    var level = sum
    var part = c._mutatingExtracting(rows)
    for index in 0..<rows.count {
      // Added one by one: the same bits however rows are split into calls.
      level += move[index]
      part[index] = level
    }
    sum = level
    if law == .geometric {
      MMSMath.exp(&part)
      for index in 0..<rows.count { part[index] *= first }
    } else {
      for index in 0..<rows.count { part[index] += first }
    }
    var o = open.mutableSpan
    o[rows.lowerBound] = before
    for index in 1..<max(1, rows.count) { o[rows.lowerBound + index] = part[index - 1] }
  }

  private mutating func drawRange(_ rows: Range<Int>, step: Int64, random: RandomSource) {
    var high = highDraws.mutableSpan
    var part = high._mutatingExtracting(0..<rows.count)
    random.exponentials(step: step, lane: Self.rangeLane, into: &part)
    var low = lowDraws.mutableSpan
    var other = low._mutatingExtracting(0..<rows.count)
    random.exponentials(step: step, lane: Self.rangeLane + 1, into: &other)
  }

  // Highs and lows of Brownian bridges: (x ± √(x² + 2 v E)) ÷ 2 over the open, x the move, v its variance, E
  // exponential of mean 1. Each has its exact law; jointly they are drawn apart.

  /// Exponential draws become what multiplies the open: a bridge of the logarithm, at any length of step.
  private static func spread(
    _ moves: [Double], _ deviations: [Double], _ share: Double, _ count: Int, _ highDraws: inout [Double],
    _ lowDraws: inout [Double]
  ) {
    let (move, deviation) = (moves.span, deviations.span)
    var allUp = highDraws.mutableSpan
    var allDown = lowDraws.mutableSpan
    var up = allUp._mutatingExtracting(0..<count)
    var down = allDown._mutatingExtracting(0..<count)
    for index in 0..<count {
      let x = move[index]
      let scale = share * deviation[index]
      let variance = 2 * scale * scale
      up[index] = 0.5 * (x + (x * x + variance * up[index]).squareRoot())
      down[index] = 0.5 * (x - (x * x + variance * down[index]).squareRoot())
    }
    MMSMath.exp(&up)
    MMSMath.exp(&down)
  }

  private static func boundByRatios(
    _ upward: [Double], _ downward: [Double], _ rows: Range<Int>, _ open: [Double], _ mid: [Double],
    _ high: inout [Double], _ low: inout [Double]
  ) {
    let (o, c, up, down) = (open.span, mid.span, upward.span, downward.span)
    var h = high.mutableSpan
    var l = low.mutableSpan
    for index in 0..<rows.count {
      let row = rows.lowerBound &+ index
      let (first, last) = (o[row], c[row])
      h[row] = Double.maximum(first * up[index], Double.maximum(first, last))
      l[row] = Double.minimum(first * down[index], Double.minimum(first, last))
    }
  }

  private static func boundByMoves(
    _ deviations: [Double], _ share: Double, _ highDraws: [Double], _ lowDraws: [Double],
    _ rows: Range<Int>, _ open: [Double], _ mid: [Double], _ high: inout [Double], _ low: inout [Double]
  ) {
    let (o, c, deviation) = (open.span, mid.span, deviations.span)
    let (up, down) = (highDraws.span, lowDraws.span)
    var h = high.mutableSpan
    var l = low.mutableSpan
    for index in 0..<rows.count {
      let row = rows.lowerBound &+ index
      let (first, last) = (o[row], c[row])
      let move = last - first
      let scale = share * deviation[index]
      let variance = 2 * scale * scale
      let top = first + 0.5 * (move + (move * move + variance * up[index]).squareRoot())
      let bottom = first + 0.5 * (move - (move * move + variance * down[index]).squareRoot())
      h[row] = Double.maximum(top, Double.maximum(first, last))
      // No price falls to zero within a bar.
      let floor = Double.minimum(first, last)
      l[row] = Double.minimum(Double.maximum(bottom, 0.5 * floor), floor)
    }
  }

  private func writeActivity(_ block: inout MarketBlock, _ rows: Range<Int>) {
    let perDay = stepsPerDay.squareRoot()
    let dailyVolume = meanVolume * stepsPerDay
    let usual = longRunVolatility * (law == .geometric ? 1 : firstPrice)
    // Most models' deviations repeat, and a power costs more than all the rest.
    var (known, follows) = (1.0, 1.0)
    for index in 0..<rows.count {
      let row = rows.lowerBound &+ index
      let deviation = deviations[index] * perDay
      var ratio = usual > 0 ? deviation / usual : 1
      // A constant volatility is its own long-run one, whatever rounding says.
      if (ratio - 1).magnitude < 1e-12 { ratio = 1 }
      if ratio != known {
        known = ratio
        follows = drivesVolume || ratio == 1 ? 1 : ratio > 0 ? MMSMath.pow(ratio, Self.volumeElasticity) : 0
      }
      block.volatility[row] = law == .geometric ? deviation : deviation / block.open[row]
      block.volume[row] = meanVolume * (drivesVolume ? activity[index] : min(follows, Self.volumeLimit))
      block.halfSpread[row] = min(1, meanHalfSpread * min(ratio, Self.spreadLimit))
      block.bidDepth[row] = meanBidDepth
      block.askDepth[row] = meanAskDepth
      block.baseVolatility[row] = longRunVolatility
      block.baseVolume[row] = dailyVolume
    }
  }
}
