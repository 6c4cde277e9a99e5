// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A quantity of the engine that can feed an argument of a bare function.
public struct EngineQuantity: Sendable, Hashable {
  /// What a quantity measures; its raw value is the engine's own unit.
  public enum Dimension: String, Sendable, Hashable, CaseIterable {
    /// A bare number.
    case none
    /// A share of one.
    case fraction
    /// Quote currency for one base unit.
    case price
    /// An amount of the traded asset.
    case amount = "base_units"
    /// An amount of the traded asset in a day.
    case rate = "base_units_per_day"
    /// A fraction per square root of a day.
    case volatility = "per_root_day"
    /// A span of time.
    case time = "days"
  }

  /// A unit that `{from:, unit:}` may ask for: how many of it are one of the engine's unit.
  public struct Unit: Sendable, Hashable {
    /// The word in files.
    public let name: String
    /// What it measures.
    public let dimension: Dimension
    /// The factor from the engine's unit.
    public let factor: Double
  }

  /// Every unit; the engine's own have the factor 1.
  public static let units: [Unit] =
    Dimension.allCases.map { Unit(name: $0.rawValue, dimension: $0, factor: 1) } + [
      Unit(name: "percent", dimension: .fraction, factor: 100),
      Unit(name: "bps", dimension: .fraction, factor: 10_000),
      Unit(name: "base_units_per_year", dimension: .rate, factor: 365),
      Unit(name: "per_root_year", dimension: .volatility, factor: 19.104_973_174_542_8),
      Unit(name: "hours", dimension: .time, factor: 24),
      Unit(name: "minutes", dimension: .time, factor: 1440),
      Unit(name: "seconds", dimension: .time, factor: 86_400),
    ]

  /// The name in `bind`.
  public let name: String
  /// What it measures.
  public let dimension: Dimension
  /// Whether it is a column of the block and not one number.
  public let isColumn: Bool
  /// Whether a function may write it.
  public let isWritable: Bool
  /// One sentence on its meaning.
  public let summary: String

  private init(
    _ name: String, _ dimension: Dimension, _ summary: String, isColumn: Bool = false,
    isWritable: Bool = false
  ) {
    self.name = name
    self.dimension = dimension
    self.summary = summary
    self.isColumn = isColumn
    self.isWritable = isWritable
  }

  /// The quantities that a model of a kind knows, in the order of listings; none for kinds without functions.
  public static func all(for kind: ModelKind) -> [EngineQuantity] {
    switch kind {
    case .impact: impact
    case .fill: fill
    case .scenario: scenario
    default: []
    }
  }

  static let impact: [EngineQuantity] = [
    EngineQuantity("order.quantity", .amount, "size of the execution; signed when order.side is bound too"),
    EngineQuantity("order.side", .none, "+1 for a buy, −1 for a sell"),
    EngineQuantity("order.price", .price, "mid at the execution"),
    EngineQuantity("market.mid", .price, "mid at the execution"),
    EngineQuantity("market.volatility", .volatility, "one-day volatility before any stress"),
    EngineQuantity("market.base_volatility", .volatility, "one-day volatility before any stress"),
    EngineQuantity("market.adv", .rate, "volume of a day before any stress"),
    EngineQuantity("market.liquidity", .none, "liquidity at the row's stress, 1 when normal"),
    EngineQuantity("market.resolution", .time, "length of a step"),
  ]

  static let fill: [EngineQuantity] = [
    EngineQuantity("order.quantity", .amount, "what is still to fill, negative for a sell"),
    EngineQuantity("order.side", .none, "+1 for a buy, −1 for a sell"),
    EngineQuantity("order.remaining", .amount, "what is still to fill"),
    EngineQuantity("order.available", .amount, "the most the venue lets this order fill in this row"),
    EngineQuantity("order.limit_price", .price, "limit"),
    EngineQuantity("order.price", .price, "limit"),
    EngineQuantity(
      "order.queue_ahead", .amount, "what rests before us; of a new order the depth of its side"),
    EngineQuantity("order.distance", .fraction, "how far the limit is behind the open, a share of the open"),
    EngineQuantity("market.open", .price, "first mid of the bar"),
    EngineQuantity("market.high", .price, "highest mid; of a row without a range the larger of open and mid"),
    EngineQuantity("market.low", .price, "lowest mid; of a row without a range the smaller of open and mid"),
    EngineQuantity("market.mid", .price, "last mid of the bar"),
    EngineQuantity("market.half_spread", .fraction, "half spread"),
    EngineQuantity("market.bid_depth", .amount, "depth at the best bid"),
    EngineQuantity("market.ask_depth", .amount, "depth at the best ask"),
    EngineQuantity("market.volatility", .volatility, "realised volatility of the trailing hour"),
    EngineQuantity("market.volume", .amount, "volume of the bar"),
    EngineQuantity("market.tick", .price, "smallest price step"),
    EngineQuantity("market.resolution", .time, "length of a step"),
  ]

  static let scenario: [EngineQuantity] =
    [
      EngineQuantity("block.rows", .none, "rows of the columns"),
      EngineQuantity("block.first_step", .none, "step of the columns' first row"),
      EngineQuantity("market.resolution", .time, "length of a step"),
    ]
    + MarketColumn.allCases.map { column in
      EngineQuantity(
        "market.\(column.rawValue)", dimension(of: column), "column of the block", isColumn: true,
        isWritable: column != .baseVolatility && column != .baseVolume)
    }

  private static func dimension(of column: MarketColumn) -> Dimension {
    switch column {
    case .open, .high, .low, .mid: .price
    case .halfSpread: .fraction
    case .bidDepth, .askDepth, .volume: .amount
    case .volatility, .baseVolatility: .volatility
    case .stress, .halted, .event: .none
    case .baseVolume: .rate
    }
  }
}
