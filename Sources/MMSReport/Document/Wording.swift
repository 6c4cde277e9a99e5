// SPDX-License-Identifier: Apache-2.0

/// Numbers as a report shows them.
enum Wording {
  /// A number with a fixed count of decimals, thousands apart, with a real minus sign.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    // Beyond this an integer of 64 bits cannot hold it.
    guard scaled < 9e18 else { return String(value) }
    let whole = UInt64(scaled)
    let unit = UInt64(scale)
    var digits = Array(String(whole / unit))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    var text = String(digits)
    if decimals > 0 {
      let rest = String(whole % unit)
      text += "." + String(repeating: "0", count: decimals - rest.count) + rest
    }
    return (value < 0 && whole != 0 ? "−" : "") + text
  }

  /// A fraction as a percentage.
  static func percent(_ value: Double, _ decimals: Int = 2) -> String { fixed(value * 100, decimals) + " %" }

  /// A fraction in basis points.
  static func basisPoints(_ value: Double, _ decimals: Int = 2) -> String {
    fixed(value * 1e4, decimals) + " bp"
  }

  /// A number with about so many digits that matter.
  static func significant(_ value: Double, _ digits: Int = 4) -> String {
    guard value.isFinite else { return "–" }
    if value == 0 { return "0" }
    var (magnitude, decimals) = (value.magnitude, digits - 1)
    while magnitude >= 10, decimals > 0 {
      magnitude /= 10
      decimals -= 1
    }
    while magnitude < 1, decimals < 12 {
      magnitude *= 10
      decimals += 1
    }
    return fixed(value, decimals)
  }

  /// `1 trade`, `2 trades`.
  static func count(_ value: Int, _ noun: String) -> String {
    "\(fixed(Double(value), 0)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// Date and time to the minute, UTC, of a text such as `2025-08-17T23:59:00Z`.
  static func minute(_ iso: String) -> String {
    iso.count < 16 ? iso : String(iso.prefix(16)).replacing("T", with: " ")
  }
}
