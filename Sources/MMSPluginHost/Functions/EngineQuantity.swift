// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What an argument of a bare function can be bound to: a quantity of the engine by its name, with its unit.
public struct EngineQuantity: Sendable, Hashable {
  /// The name in a binding, such as `order.quantity`.
  public let name: String
  /// What it measures.
  public let unit: ParameterUnit
  /// One sentence.
  public let summary: String

  /// The quantities a function of a kind can be fed with.
  public static func all(for kind: ModelKind) -> [EngineQuantity] {
    switch kind {
    case .impact: impact
    case .fill: fill
    default: scenario
    }
  }

  private static let impact = [
    EngineQuantity(name: "order.quantity", unit: .baseUnits, summary: "Size of the execution, positive."),
    EngineQuantity(name: "order.side", unit: .none, summary: "+1 for a buy, -1 for a sell."),
    EngineQuantity(name: "order.price", unit: .price, summary: "The mid at execution."),
    EngineQuantity(
      name: "market.volatility", unit: .perRootDay, summary: "One-day volatility before any stress."),
    EngineQuantity(name: "market.adv", unit: .baseUnits, summary: "One day's volume before any stress."),
    EngineQuantity(
      name: "market.liquidity", unit: .fraction, summary: "Liquidity at the row's stress, 1 is normal."),
    EngineQuantity(name: "market.resolution", unit: .time, summary: "The length of a step in days."),
  ]

  private static let fill = [
    EngineQuantity(name: "order.side", unit: .none, summary: "+1 for a buy, -1 for a sell."),
    EngineQuantity(name: "order.remaining", unit: .baseUnits, summary: "What is left to fill."),
    EngineQuantity(name: "order.available", unit: .baseUnits, summary: "The most that may fill in this row."),
    EngineQuantity(name: "order.limit_price", unit: .price, summary: "The limit."),
    EngineQuantity(name: "order.distance", unit: .fraction, summary: "How far the limit is behind the open."),
    EngineQuantity(name: "market.open", unit: .price, summary: "First mid of the row."),
    EngineQuantity(name: "market.high", unit: .price, summary: "Highest mid of the row."),
    EngineQuantity(name: "market.low", unit: .price, summary: "Lowest mid of the row."),
    EngineQuantity(name: "market.mid", unit: .price, summary: "Last mid of the row."),
    EngineQuantity(name: "market.half_spread", unit: .fraction, summary: "Half spread of the row."),
    EngineQuantity(name: "market.bid_depth", unit: .baseUnits, summary: "Depth at the best bid."),
    EngineQuantity(name: "market.ask_depth", unit: .baseUnits, summary: "Depth at the best ask."),
    EngineQuantity(name: "market.volatility", unit: .perRootDay, summary: "Trailing volatility."),
    EngineQuantity(name: "market.volume", unit: .baseUnits, summary: "Volume of the row."),
    EngineQuantity(name: "market.tick", unit: .price, summary: "The smallest price step."),
    EngineQuantity(name: "market.resolution", unit: .time, summary: "The length of a step in days."),
  ]

  private static let scenario =
    [
      EngineQuantity(name: "block.rows", unit: .steps, summary: "Rows of the columns given in this call."),
      EngineQuantity(name: "block.first_step", unit: .steps, summary: "The step of the first of them."),
      EngineQuantity(name: "market.resolution", unit: .time, summary: "The length of a step in days."),
    ]
    + MarketColumn.allCases.map {
      EngineQuantity(name: "market.\($0.rawValue)", unit: unit(of: $0), summary: "The column \($0.rawValue).")
    }

  /// The column a quantity of a ScenarioModel stands for; nil when it is a number.
  var column: MarketColumn? {
    name.hasPrefix("market.") ? MarketColumn(rawValue: String(name.dropFirst("market.".count))) : nil
  }

  private static func unit(of column: MarketColumn) -> ParameterUnit {
    switch column {
    case .open, .high, .low, .mid: .price
    case .halfSpread, .stress: .fraction
    case .bidDepth, .askDepth, .volume, .baseVolume: .baseUnits
    case .volatility, .baseVolatility: .perRootDay
    case .halted, .event: .none
    }
  }
}
