// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSStudy

extension ComparisonSample {
  /// The sample for the way from a child process to its parent; every number comes back bit for bit.
  var json: JSONValue {
    func row(_ numbers: [Double]) -> JSONValue { .array(numbers.map { .number($0) }) }
    var orders = JSONObject()
    for metric in Metric.allCases {
      guard let known = self.orders[metric] else { continue }
      orders[metric.rawValue] = [
        .integer(Int64(known.count)), known.standardError.map { .number($0) } ?? .null,
      ]
    }
    return [
      "paths": .array(
        paths.map { path in
          row([
            path.totalReturn, path.maxDrawdown, path.sharpe, path.slippage.numerator,
            path.slippage.denominator, path.fillProbability.numerator, path.fillProbability.denominator,
            path.priceImpact.numerator, path.priceImpact.denominator, path.logWeight,
          ])
        }),
      "antithetic": .bool(isAntithetic),
      "stretches": .array(
        stretches.map { stretch in
          row([
            Double(stretch.steps), stretch.sum, stretch.sumOfSquares, stretch.growth, stretch.highest,
            stretch.lowest, stretch.drawdown,
          ])
        }),
      "steps_per_stretch": .integer(Int64(stepsPerStretch)), "periods_per_year": .number(periodsPerYear),
      "orders": .object(orders),
    ]
  }

  /// Reads what ``json`` wrote.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when it is something else.
  init(json: JSONValue) throws(MMSError) {
    let fault = MMSError(
      .modelFailed, "the process that ran a side of the comparison answered something else")
    func rows(_ key: String, _ width: Int) throws(MMSError) -> [[Double]] {
      var rows: [[Double]] = []
      for item in json[key]?.arrayValue ?? [] {
        let row = item.arrayValue?.compactMap(\.doubleValue) ?? []
        guard row.count == width else { throw fault }
        rows.append(row)
      }
      return rows
    }
    self.init(
      paths: try rows("paths", 10).map { row in
        Path(
          totalReturn: row[0], maxDrawdown: row[1], sharpe: row[2],
          slippage: Ratio(numerator: row[3], denominator: row[4]),
          fillProbability: Ratio(numerator: row[5], denominator: row[6]),
          priceImpact: Ratio(numerator: row[7], denominator: row[8]), logWeight: row[9])
      },
      isAntithetic: json["antithetic"]?.boolValue ?? false,
      stretches: try rows("stretches", 7).map { row in
        var stretch = ReturnSummary()
        stretch.steps = Int(row[0])
        stretch.sum = row[1]
        stretch.sumOfSquares = row[2]
        stretch.growth = row[3]
        stretch.highest = row[4]
        stretch.lowest = row[5]
        stretch.drawdown = row[6]
        return stretch
      },
      stepsPerStretch: Int(clamping: json["steps_per_stretch"]?.integerValue ?? 0),
      periodsPerYear: json["periods_per_year"]?.doubleValue ?? 0)
    guard !paths.isEmpty, !isAntithetic || paths.count.isMultiple(of: 2) else { throw fault }
    for metric in Metric.allCases {
      guard let known = json["orders"]?[metric.rawValue]?.arrayValue, known.count == 2 else { continue }
      orders[metric] = Orders(
        count: Int(clamping: known[0].integerValue ?? 0), standardError: known[1].doubleValue)
    }
  }
}
