// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The recorded market of one window as engine columns, before any model has touched it.
///
/// Made once per window and shared read-only by every path and thread: an object, so that whoever runs a path counts one
/// reference and not one a column.
public final class BaseMarket: Sendable {
  /// All rows, warm-up first; ``MMSCore/MarketBlock/firstStep`` is minus the number of warm-up rows.
  public let block: MarketBlock
  /// The trading pair.
  public let symbol: String
  /// The origin of the bars.
  public let source: String
  /// The length of a step.
  public let resolution: SimDuration
  /// Rows before step 0: they feed signals and baselines and are never traded.
  public let warmUpRows: Int
  /// Where the half-spread column comes from, for the report.
  public let spreadOrigin: String

  /// What the whole period's market did, for paths that trade it as it was recorded.
  let outline: MarketOutline

  /// The number of steps of the period.
  public var steps: Int { block.count - warmUpRows }

  /// Span of the trailing baselines σ̄ and V̄.
  public static let baselineSpan = SimDuration.days(1)
  /// Span of the volatility column.
  public static let volatilitySpan = SimDuration.hours(1)
  /// Depth at the touch as a share of the trailing mean minute volume: a prior, of the order seen in one
  /// recorded BTCUSDT sample (2.1 to 2.4 BTC a side at 40 BTC a minute).
  public static let depthPerMinuteVolume = 0.06

  /// Builds columns from bars.
  ///
  /// Half spread: half of ask − bid over the mid where quotes exist; elsewhere the larger of half a tick and
  /// half the EDGE estimate, the latter only when it exceeds twice its standard error. Depth:
  /// ``depthPerMinuteVolume`` × trailing one-day mean minute volume, each side. Volatility: root of the mean
  /// squared log return of the trailing hour, per √day. σ̄ and V̄: the same over the trailing day. All of
  /// them use the row and earlier ones only.
  ///
  /// - Parameters:
  ///   - bars: Validated bars: the warm-up and then the period.
  ///   - warmUpRows: How many rows come before the period.
  ///   - tick: The smallest price step, or 0.
  /// - Throws: ``MMSCore/MMSError/Code/noData`` when the period is empty.
  public init(bars: BarSeries, warmUpRows: Int, tick: Double) throws(MMSError) {
    guard warmUpRows >= 0, bars.count > warmUpRows else {
      throw MMSError(
        .noData,
        "\(bars.symbol): \(bars.count) bars, all of them needed before the period can start; import more data"
      )
    }
    symbol = bars.symbol
    source = bars.source
    resolution = bars.resolution
    self.warmUpRows = warmUpRows
    let count = bars.count
    var block = MarketBlock(firstStep: -warmUpRows, count: count)
    block.time = bars.time
    block.open = bars.open
    block.high = bars.high
    block.low = bars.low
    block.mid = bars.close
    block.volume = bars.volume

    let stepsPerDay = 86_400e9 / Double(bars.resolution.nanoseconds)
    let minutesPerStep = Double(bars.resolution.nanoseconds) / 60e9
    func window(_ span: SimDuration) -> Int {
      max(2, Int(span.nanoseconds / bars.resolution.nanoseconds))
    }
    var hour = TrailingSum(window: window(Self.volatilitySpan))
    var day = TrailingSum(window: window(Self.baselineSpan))
    var traded = TrailingSum(window: window(Self.baselineSpan))
    let spread = EdgeSpread.resolved(bars)
    spreadOrigin = bars.hasQuotes ? "quotes" : spread == nil ? "half a tick" : "EDGE"
    for row in 0..<count {
      if row > 0 {
        let move = MMSMath.log(bars.close[row] / bars.close[row - 1])
        hour.add(move * move)
        day.add(move * move)
      }
      traded.add(bars.volume[row])
      block.volatility[row] = (max(0, hour.mean) * stepsPerDay).squareRoot()
      block.baseVolatility[row] = (max(0, day.mean) * stepsPerDay).squareRoot()
      let perStep = max(0, traded.mean)
      block.baseVolume[row] = perStep * stepsPerDay
      let depth = Self.depthPerMinuteVolume * perStep / minutesPerStep
      block.bidDepth[row] = depth
      let close = bars.close[row]
      var half = max(tick / 2 / close, (spread ?? 0) / 2)
      if bars.hasQuotes, !bars.bid[row].isNaN {
        half = (bars.ask[row] - bars.bid[row]) / (bars.ask[row] + bars.bid[row])
      }
      block.halfSpread[row] = min(half, 1)
    }
    // Both sides share one array until a model tells them apart: less memory to walk through.
    block.askDepth = block.bidDepth
    var outline = MarketOutline()
    outline.see(block, rows: warmUpRows..<count)
    self.outline = outline
    self.block = block
  }
}
