// SPDX-License-Identifier: Apache-2.0

import MMSStudy

/// The six metrics as pages of many simulations show them.
enum MetricWording {
  /// What a metric is shown in: times a factor, with a unit.
  static func scale(_ name: String) -> (factor: Double, unit: String) {
    switch Metric(rawValue: name) {
    case .slippage, .priceImpact: (1e4, "bp")
    case .sharpeRatio: (1, "")
    default: (100, "%")
    }
  }

  /// A metric's value with its unit.
  static func figure(_ name: String, _ value: Double?) -> String {
    guard let value else { return "unknown" }
    let (factor, unit) = scale(name)
    return Wording.fixed(value * factor, 3) + (unit.isEmpty ? "" : " \(unit)")
  }

  /// A metric's name in words.
  static func title(_ name: String) -> String { name.replacing("_", with: " ") }

  /// A metric's name and unit: a chart's title.
  static func titleWithUnit(_ name: String) -> String {
    let unit = scale(name).unit
    return title(name) + (unit.isEmpty ? "" : ", \(unit)")
  }
}
