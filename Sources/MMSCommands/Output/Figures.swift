// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSStudy

/// Numbers as people read them.
enum Figures {
  /// A number with a fixed count of decimals, thousands apart.
  static func plain(_ value: Double, _ decimals: Int = 2) -> String {
    guard value.isFinite else { return "n/a" }
    let text = String(format: "%.\(decimals)f", value.magnitude)
    var digits = Array(text.prefix { $0 != "." })
    let rest = text.dropFirst(digits.count)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    // −0.00 is 0.00.
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return (value < 0 && !isZero ? "-" : "") + String(digits) + rest
  }

  /// A number with a count of significant digits; thousands apart, tiny ones with an exponent.
  static func significant(_ value: Double, _ digits: Int = 7) -> String {
    guard value.isFinite else { return "n/a" }
    if value == 0 { return "0" }
    let exponent = Int(log10(value.magnitude).rounded(.down))
    if exponent < -4 || exponent > 14 { return String(format: "%.\(digits - 1)g", value) }
    return plain(value, max(0, digits - 1 - exponent))
  }

  /// A fraction as a percentage.
  static func percent(_ value: Double, _ decimals: Int = 2) -> String { plain(value * 100, decimals) + " %" }

  /// A count, thousands apart.
  static func count(_ value: Int) -> String { plain(Double(value), 0) }

  /// `1 path`, `200 paths`.
  static func count(_ value: Int, _ noun: String) -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// A span of wall time.
  static func wallTime(_ seconds: Double) -> String {
    if seconds < 1 { return plain(seconds * 1000, seconds < 0.01 ? 2 : 0) + " ms" }
    return plain(seconds, seconds < 10 ? 2 : 0) + " s"
  }

  /// The currency a symbol is quoted in, as far as its name tells.
  static func quoteCurrency(of symbol: String) -> String {
    let known = ["USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USD", "EUR", "GBP", "TRY", "BTC", "ETH", "BNB"]
    return known.first { symbol.hasSuffix($0) && symbol.count > $0.count } ?? "quote"
  }
}

extension Metric {
  /// The name in tables.
  var title: String { rawValue.replacing("_", with: " ") }

  /// What its number is shown in.
  var unit: String {
    switch self {
    case .slippage, .priceImpact: "bp"
    case .fillProbability, .totalReturn, .maxDrawdown: "%"
    case .sharpeRatio: ""
    }
  }

  /// A value without its unit.
  func figure(_ value: Double) -> String {
    switch self {
    case .slippage, .priceImpact: Figures.plain(value * 1e4)
    case .fillProbability, .totalReturn, .maxDrawdown: Figures.plain(value * 100)
    case .sharpeRatio: Figures.plain(value)
    }
  }
}
