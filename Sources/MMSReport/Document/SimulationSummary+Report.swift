// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSEngine

extension SimulationSummary {
  /// The report as one JSON document: the answer, and with ``material`` everything the page shows.
  public func report() -> JSONValue {
    var object = JSONObject()
    object["format"] = .string("mms-report/1")
    object["verdict"] = .string(Verdict(self).text)
    object["request"] = [
      "symbol": .string(symbol), "period": .string(period), "scenario": .string(scenario),
      "strategy": .string(strategy), "strategy_params": strategyParameters.json,
    ]
    object["answer"] = answer()
    object["rebuild"] = Rebuilding(self).json
    object["paths"] = .array(
      paths.map { path in
        [
          "path": .integer(Int64(path.path)), "total_return": .number(path.totalReturn),
          "max_drawdown": .number(path.maxDrawdown), "sharpe_ratio": .number(path.sharpe),
          "final_equity": .number(path.finalEquity), "buy_and_hold": .number(path.buyAndHold),
          "slippage": .number(path.slippage.ratio), "fill_probability": .number(path.fillProbability.ratio),
          "price_impact": .number(path.priceImpact.ratio), "trades": .integer(Int64(path.trades.count)),
        ]
      })
    object["trades"] = .array(paths.flatMap { path in path.trades.map { $0.json(path: path.path) } })
    if let series = paths.first(where: { $0.series != nil })?.series {
      object["series"] = series.json
      object["drawdowns"] = .array(series.drawdowns.map(\.json))
    }
    object["costs"] = CostSection(self).json
    if let material {
      object["fan"] = FanSection(material, initialEquity).json
      object["fills"] = .array((material.paths.first?.fills ?? []).map(\.json))
      object["events"] = .array(
        material.events.map {
          ["time": .string(SimTime(nanoseconds: $0.time).description), "name": .string($0.name)]
        })
      object["fill_quality"] = FillSection(material).json
      object["impact"] = ImpactSection(material).json
      object["realism"] = RealismSection(material).json
    }
    object["outcomes"] = OutcomeSection(self).json
    object["definitions"] = Definitions.json
    return .object(object)
  }
}

extension DrawdownEpisode {
  /// The episode as JSON.
  var json: JSONValue {
    [
      "peak": .string(SimTime(nanoseconds: peak).description),
      "trough": .string(SimTime(nanoseconds: trough).description),
      "recovery": recovery.map { .string(SimTime(nanoseconds: $0).description) } ?? .null,
      "depth": .number(depth),
    ]
  }
}

extension FillRecord {
  /// The fill as JSON.
  var json: JSONValue {
    [
      "time": .string(SimTime(nanoseconds: time).description), "step": .integer(Int64(step)),
      "side": .string(side.name), "quantity": .number(quantity), "price": .number(price),
      "fee": .number(fee), "maker": .bool(isMaker), "parent": .integer(Int64(parent)),
      "mid": .number(mid), "volume": .number(volume), "mid_later": .array(later.map { .number($0) }),
    ]
  }
}

/// Costs by cause: the waterfall from nothing to the implementation shortfall.
struct CostSection {
  private let details: SimulationDetails

  init(_ summary: SimulationSummary) { details = SimulationDetails(summary) }

  var json: JSONValue {
    let costs = details.costs
    let perNotional = { (value: Double) in details.notional > 0 ? value / details.notional * 1e4 : 0 }
    var sum = 0.0
    let parts = costs.parts.map { part in
      sum += part.value
      return JSONValue.object([
        "name": .string(part.name), "amount": .number(part.value), "bp": .number(perNotional(part.value)),
      ])
    }
    return [
      "parts": .array(parts), "sum": .number(sum), "shortfall": .number(costs.total),
      "shortfall_bp": .number(perNotional(costs.total)), "notional": .number(details.notional),
    ]
  }
}

/// Equity and drawdown over the paths.
struct FanSection {
  private static let shares = [0.05, 0.25, 0.5, 0.75, 0.95]
  private let material: ReportMaterial
  private let initialEquity: Double

  init(_ material: ReportMaterial, _ initialEquity: Double) {
    self.material = material
    self.initialEquity = initialEquity
  }

  var json: JSONValue {
    let held = material.fanTimes.indices.map { index in
      JSONValue.number(initialEquity * Sample(material.paths.map { $0.held[index] }).quantile(0.5))
    }
    let times = material.fanTimes.map { JSONValue.string(SimTime(nanoseconds: $0).description) }
    return [
      "paths": .integer(Int64(material.paths.count)), "time": .array(times),
      "equity": bands(\.equity), "drawdown": bands(\.drawdown), "buy_and_hold": .array(held),
      "samples": .array(
        material.paths.prefix(3).map { .array($0.equity.map { .number($0) }) }),
    ]
  }

  private func bands(_ values: KeyPath<ReportMaterial.Path, [Double]>) -> JSONValue {
    var bands = Self.shares.map { _ in [JSONValue]() }
    for index in material.fanTimes.indices {
      let sample = Sample(material.paths.map { $0[keyPath: values][index] })
      for (band, share) in Self.shares.enumerated() { bands[band].append(.number(sample.quantile(share))) }
    }
    var object = JSONObject()
    for (band, share) in Self.shares.enumerated() {
      object["p\(Int((share * 100).rounded()))"] = .array(bands[band])
    }
    return .object(object)
  }
}
