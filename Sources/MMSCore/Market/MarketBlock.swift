// SPDX-License-Identifier: Apache-2.0

/// Consecutive steps of one path as columns: what models read and rewrite.
///
/// Struct of arrays, all of ``count`` rows. Row `r` is step ``firstStep`` + `r` of the path; steps
/// before 0 are warm-up. In hot loops take `block.mid.span` (or `.mutableSpan`) once and index that.
///
/// Units: time in nanoseconds since the Unix epoch (when the row is known, the bar's close); prices in
/// quote currency; depth and volume in base units; ``halfSpread`` as a fraction of the mid;
/// volatility as a fraction per square root of a day.
public struct MarketBlock: Sendable {
  /// The step of row 0.
  public var firstStep: Int
  /// When each row is known: the bar's close.
  public var time: [Int64]
  /// First mid of the bar.
  public var open: [Double]
  /// Highest mid of the bar; NaN together with ``low`` when the row has no range.
  public var high: [Double]
  /// Lowest mid of the bar; NaN together with ``high`` when the row has no range.
  public var low: [Double]
  /// Last mid of the bar: the close.
  public var mid: [Double]
  /// Half of the quoted spread as a fraction of the mid.
  public var halfSpread: [Double]
  /// Base units bid at the best price.
  public var bidDepth: [Double]
  /// Base units offered at the best price.
  public var askDepth: [Double]
  /// Realised volatility of the trailing hour, a fraction per square root of a day.
  public var volatility: [Double]
  /// Traded volume of the bar in base units.
  public var volume: [Double]
  /// Stress level w in [0, 1]: 0 is the market as recorded, 1 the scenario at its fullest.
  public var stress: [Double]
  /// 1 where trading is halted, else 0.
  public var halted: [Double]
  /// What happens at this row: 0 nothing, else a ``MarketEvent`` code.
  public var event: [Double]
  /// σ̄: trailing one-day volatility before any stress, a fraction per square root of a day.
  public var baseVolatility: [Double]
  /// V̄: trailing one-day volume before any stress, base units per day.
  public var baseVolume: [Double]

  /// Makes a block of zero rows, or of `count` rows of zeros.
  public init(firstStep: Int = 0, count: Int = 0) {
    self.firstStep = firstStep
    time = Array(repeating: 0, count: count)
    // Each its own storage: the optimizer of Swift 6.3.1 lets writes through a mutable span of one copy reach the
    // others when it sees the array being made and copied.
    func zeros() -> [Double] { Array(repeating: 0, count: count) }
    open = zeros()
    high = zeros()
    low = zeros()
    mid = zeros()
    halfSpread = zeros()
    bidDepth = zeros()
    askDepth = zeros()
    volatility = zeros()
    volume = zeros()
    stress = zeros()
    halted = zeros()
    event = zeros()
    baseVolatility = zeros()
    baseVolume = zeros()
  }

  /// The number of rows.
  @inlinable
  public var count: Int { time.count }

  /// The rows' range.
  @inlinable
  public var rows: Range<Int> { 0..<time.count }
}

/// Codes of the ``MarketBlock/event`` column.
public enum MarketEvent {
  /// Nothing in particular.
  public static let none: Double = 0
  /// The crash of the scenario begins.
  public static let crash: Double = 1
  /// A scripted event of the scenario file begins.
  public static let scripted: Double = 2
}

/// The columns of a ``MarketBlock`` that models and scripted events address by name.
public enum MarketColumn: String, Sendable, Hashable, CaseIterable {
  /// First mid of the bar.
  case open
  /// Highest mid of the bar.
  case high
  /// Lowest mid of the bar.
  case low
  /// Last mid of the bar.
  case mid
  /// Half spread, a fraction.
  case halfSpread = "half_spread"
  /// Depth at the best bid, base units.
  case bidDepth = "bid_depth"
  /// Depth at the best ask, base units.
  case askDepth = "ask_depth"
  /// Trailing volatility per √day.
  case volatility
  /// Traded volume, base units.
  case volume
  /// Stress level.
  case stress
  /// Halt flag.
  case halted
  /// Event code.
  case event
  /// σ̄, unstressed.
  case baseVolatility = "base_volatility"
  /// V̄, unstressed.
  case baseVolume = "base_volume"

  /// Where the column lives in a block.
  public var keyPath: WritableKeyPath<MarketBlock, [Double]> {
    switch self {
    case .open: \.open
    case .high: \.high
    case .low: \.low
    case .mid: \.mid
    case .halfSpread: \.halfSpread
    case .bidDepth: \.bidDepth
    case .askDepth: \.askDepth
    case .volatility: \.volatility
    case .volume: \.volume
    case .stress: \.stress
    case .halted: \.halted
    case .event: \.event
    case .baseVolatility: \.baseVolatility
    case .baseVolume: \.baseVolume
    }
  }
}
