// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine
import MMSStudy

/// The figures beside the six metrics: what trading was like and what it cost.
public struct SimulationDetails: Sendable, Hashable {
  /// Holding from the first open to the last mid, mean over paths.
  public let buyAndHold: Double
  /// Cost per side in basis points at which the mean profit would be zero; 0 without trades.
  public let breakEvenCost: Double
  /// Share of steps with a position, mean over paths.
  public let exposure: Double
  /// Notional traded over initial equity, mean over paths.
  public let turnover: Double
  /// Share of round trips with a profit.
  public let hitRate: Double
  /// Profits over losses; 0 without losses.
  public let profitFactor: Double
  /// Mean worst move against a trade, ≤ 0.
  public let adverseExcursion: Double
  /// Mean best move for a trade, ≥ 0.
  public let favourableExcursion: Double
  /// Sharpe ratio of daily returns, mean over paths.
  public let sharpeDaily: Double
  /// Standard error of one path's daily Sharpe ratio if days were independent (Lo 2002).
  public let sharpeDailyError: Double
  /// Shortfall over intended notional: slippage, fees and what did not fill.
  public let shortfall: Double
  /// Share of the wanted quantity that did fill.
  public let realisedFill: Double
  /// Fill probability of orders that rested in the book; nil when none did.
  public let passiveFillProbability: Double?
  /// The part of the price impact left after 30 minutes.
  public let priceImpactAfter30Minutes: Double
  /// Costs by cause, quote currency, mean over paths.
  public let costs: CostSplit
  /// Notional traded, quote currency, mean over paths.
  public let notional: Double
  /// Orders sent, pooled.
  public let orders: Int
  /// Fills, pooled.
  public let fills: Int
  /// Share of steps in which both a stop and a limit of ours could have filled.
  public let ambiguousShare: Double
  /// Paths that ended without equity.
  public let liquidatedPaths: Int
  /// Paths without any order.
  public let idlePaths: Int
  /// What margin and funding did; nil on a spot venue.
  public let perpetual: PerpetualDetails?
  /// What the outage did, pooled; nil without one.
  public let outage: OutageDetails?
  /// The law of impact that metaorders followed; nil where the market does not react to them.
  public let impact: ImpactDetails?

  /// Adds up what the paths of a simulation say.
  public init(_ summary: SimulationSummary) {
    let paths = summary.paths
    let count = Double(max(1, paths.count))
    buyAndHold = summary.mean(\.buyAndHold)
    exposure = summary.mean(\.exposure)
    notional = summary.mean(\.turnover)
    turnover = notional / summary.initialEquity
    sharpeDaily = summary.mean(\.sharpeDaily)
    let days = (Double(summary.steps) * summary.resolution.days).rounded(.down)
    sharpeDailyError = SharpeError.independent(annualised: sharpeDaily, periods: days, periodsPerYear: 365)
    let trades = paths.flatMap(\.trades)
    let wins = trades.filter { $0.profit > 0 }
    hitRate = trades.isEmpty ? 0 : Double(wins.count) / Double(trades.count)
    let won = wins.reduce(0) { $0 + $1.profit }
    let lost = -trades.filter { $0.profit < 0 }.reduce(0) { $0 + $1.profit }
    profitFactor = lost > 0 ? won / lost : 0
    let trips = Double(max(1, trades.count))
    adverseExcursion = trades.reduce(0) { $0 + $1.adverseExcursion } / trips
    favourableExcursion = trades.reduce(0) { $0 + $1.favourableExcursion } / trips
    var split = CostSplit()
    var (short, realised, passive, left) = (RatioSums(), RatioSums(), RatioSums(), RatioSums())
    for path in paths {
      split += path.costs
      short.add(path.shortfall)
      realised.add(path.realisedFill)
      passive.add(path.passiveFillProbability)
      left.add(path.priceImpactAfter30Minutes)
    }
    costs = split.scaled(by: 1 / count)
    shortfall = short.ratio
    realisedFill = realised.ratio
    passiveFillProbability = passive.count > 0 ? passive.ratio : nil
    priceImpactAfter30Minutes = left.ratio
    // Profit before every cost, spread over all that was traded.
    let profit = summary.mean { $0.finalEquity - summary.initialEquity }
    let executionCosts = costs.total - costs.opportunity
    breakEvenCost = notional > 0 ? (profit + executionCosts) / notional * 1e4 : 0
    orders = paths.reduce(0) { $0 + $1.orders }
    fills = paths.reduce(0) { $0 + $1.fillCount }
    let steps = Double(max(1, summary.steps)) * count
    ambiguousShare = Double(paths.reduce(0) { $0 + $1.ambiguousSteps }) / steps
    liquidatedPaths = paths.count { $0.isLiquidated }
    idlePaths = paths.count { $0.orders == 0 }
    perpetual = PerpetualDetails(paths)
    outage = OutageDetails(paths)
    impact = ImpactDetails(paths)
  }

  /// The details as JSON.
  public var json: JSONValue {
    var object: JSONObject = [
      "buy_and_hold": .number(buyAndHold), "break_even_cost_bp": .number(breakEvenCost),
      "exposure": .number(exposure), "turnover": .number(turnover), "hit_rate": .number(hitRate),
      "profit_factor": .number(profitFactor), "mae": .number(adverseExcursion),
      "mfe": .number(favourableExcursion), "sharpe_daily": .number(sharpeDaily),
      "sharpe_daily_se_independent": .number(sharpeDailyError),
      "shortfall": .number(shortfall), "realised_fill": .number(realisedFill),
      "passive_fill_probability": passiveFillProbability.map { .number($0) } ?? .null,
      "price_impact_after_30_min": .number(priceImpactAfter30Minutes),
      "notional": .number(notional), "orders": .integer(Int64(orders)),
      "fills": .integer(Int64(fills)), "ambiguous_share": .number(ambiguousShare),
      "liquidated_paths": .integer(Int64(liquidatedPaths)),
      "paths_without_orders": .integer(Int64(idlePaths)),
    ]
    var split = JSONObject()
    for part in costs.parts { split[part.name] = .number(part.value) }
    split["total"] = .number(costs.total)
    object["costs"] = .object(split)
    if let perpetual { object["perpetual"] = perpetual.json }
    if let outage { object["outage"] = outage.json }
    if let impact { object["metaorder_impact"] = impact.json }
    return .object(object)
  }
}

extension CostSplit {
  /// Every part times a factor.
  func scaled(by factor: Double) -> CostSplit {
    var scaled = CostSplit()
    scaled.halfSpread = halfSpread * factor
    scaled.calibratedExcess = calibratedExcess * factor
    scaled.delay = delay * factor
    scaled.temporaryImpact = temporaryImpact * factor
    scaled.lastingImpact = lastingImpact * factor
    scaled.stopOvershoot = stopOvershoot * factor
    scaled.fees = fees * factor
    scaled.opportunity = opportunity * factor
    return scaled
  }
}
