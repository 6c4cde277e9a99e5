// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What size does: impact against participation with the law that fits it, and where trading stops paying.
struct ImpactSection {
  private let material: ReportMaterial

  init(_ material: ReportMaterial) { self.material = material }

  var json: JSONValue {
    let sizes = material.sizes
    let points =
      material.dailyNotional > 0 ? sizes.filter { $0.priceImpact > 0 && $0.parentNotional > 0 } : []
    let fit = LineFit(
      points.map { (MMSMath.log($0.parentNotional / material.dailyNotional), MMSMath.log($0.priceImpact)) })
    return [
      "paths": .integer(Int64(material.sizePaths)),
      "daily_notional": .number(material.dailyNotional), "sizes": .array(sizes.map(json)),
      "scales": .bool(scales),
      "fit": fit.map {
        [
          "prefactor": .number(MMSMath.exp($0.intercept)), "exponent": .number($0.slope),
          "standard_error": .number($0.slopeError), "points": .integer(Int64(points.count)),
        ]
      } ?? .null,
      "capacity": capacity,
    ]
  }

  private func json(_ size: ReportMaterial.Size) -> JSONValue {
    [
      "equity": .number(size.equity), "parent_notional": .number(size.parentNotional),
      "share_of_day": .number(material.dailyNotional > 0 ? size.parentNotional / material.dailyNotional : 0),
      "participation": .number(size.participation), "price_impact": .number(size.priceImpact),
      "slippage": .number(size.slippage), "total_return": .number(size.totalReturn),
      "sharpe_ratio": .number(size.sharpe),
    ]
  }

  /// Whether more equity means larger orders.
  private var scales: Bool {
    guard let first = material.sizes.first, let last = material.sizes.last else { return false }
    return last.parentNotional > 2 * first.parentNotional && first.parentNotional > 0
  }

  /// The equity at which the return falls to half of the smallest size's and to zero, log-interpolated.
  private var capacity: JSONValue {
    guard scales, let first = material.sizes.first, first.totalReturn > 0 else { return .null }
    return [
      "half_return": crossing(first.totalReturn / 2).map { .number($0) } ?? .null,
      "zero_return": crossing(0).map { .number($0) } ?? .null,
    ]
  }

  private func crossing(_ level: Double) -> Double? {
    for (a, b) in zip(material.sizes, material.sizes.dropFirst())
    where a.totalReturn > level && b.totalReturn <= level {
      let share = (a.totalReturn - level) / (a.totalReturn - b.totalReturn)
      let (la, lb) = (MMSMath.log(a.equity), MMSMath.log(b.equity))
      return MMSMath.exp(la + share * (lb - la))
    }
    return nil
  }
}

/// Whether the market looks like one: stylised facts, memory of volatility, and the scenario's targets.
struct RealismSection {
  private let material: ReportMaterial

  init(_ material: ReportMaterial) { self.material = material }

  var json: JSONValue {
    let numbers = { (values: [Double]) in JSONValue.array(values.map { .number($0) }) }
    return [
      "facts": .array(
        material.facts.map {
          ["name": .string($0.name), "recorded": .number($0.recorded), "simulated": .number($0.simulated)]
        }),
      "memory": [
        "lags": .array(material.lags.map { .integer(Int64($0)) }),
        "recorded": numbers(material.recordedMemory), "simulated": numbers(material.simulatedMemory),
      ],
      "target_paths": .integer(Int64(material.targetPaths)),
      "targets": .array(
        material.targets.map {
          [
            "text": .string($0.text), "mean": .number($0.mean), "share_within": .number($0.share),
            "met": .bool($0.isMet),
          ]
        }),
    ]
  }
}
