// SPDX-License-Identifier: Apache-2.0

/// Percentages with a sign for messages.
enum Percent {
  /// Two shares as text, with as many decimals as it takes to tell them apart (2 to 6).
  static func distinct(_ a: Double, _ b: Double) -> (String, String) {
    for decimals in 2..<6 where a != b {
      let (x, y) = (text(a, decimals: decimals), text(b, decimals: decimals))
      if x != y { return (x, y) }
    }
    return a == b
      ? (text(a, decimals: 2), text(b, decimals: 2)) : (text(a, decimals: 6), text(b, decimals: 6))
  }

  /// A share as a percentage: `−1.80 %`.
  static func text(_ share: Double, decimals: Int) -> String {
    var scale: Int64 = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (share * 100 * Double(scale)).rounded()
    guard scaled.magnitude < 1e15 else { return "\(share * 100) %" }
    let whole = Int64(scaled.magnitude)
    var fraction = String(whole % scale)
    fraction = String(repeating: "0", count: decimals - fraction.count) + fraction
    return "\(scaled < 0 ? "−" : "+")\(whole / scale).\(fraction) %"
  }
}
