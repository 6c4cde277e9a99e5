// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// A parameter that an experiment varies, cut into levels.
///
/// A value of a list is a level of its own; a range is cut into ten of equal width (in the logarithm when it is sampled
/// so), or into its whole numbers when these are fewer.
struct ExperimentParameter: Sendable {
  /// More levels than this share cells.
  static let mostLevels = 30
  private static let bins = 10

  /// The dotted path into the body.
  let key: String
  /// What the levels are called, in order.
  let labels: [String]
  private let law: ExperimentDesign.Dimension.Law
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool
  private let isNumeric: Bool

  init(key: String, law: ExperimentDesign.Dimension.Law) {
    self.key = key
    self.law = law
    switch law {
    case .choice(let values):
      let numbers = values.compactMap(\.doubleValue)
      isNumeric = numbers.count == values.count && Set(numbers).count > 1
      isLogarithmic = false
      low = numbers.min() ?? 0
      high = numbers.max() ?? 0
      labels = Self.grouped(values.map(Self.text))
    case .range(let low, let high, let isLogarithmic, let isWhole):
      isNumeric = true
      self.isLogarithmic = isLogarithmic
      self.low = low
      self.high = high
      let count = isWhole && high - low < Double(Self.bins) ? Int(high - low) + 1 : Self.bins
      labels = (0..<count).map { bin in
        if isWhole, count == Int(high - low) + 1 { return Wording.fixed(low + Double(bin), 0) }
        let edge = { (share: Double) in
          isLogarithmic
            ? MMSMath.exp(MMSMath.log(low) + share * (MMSMath.log(high) - MMSMath.log(low)))
            : low + share * (high - low)
        }
        return Self.short(edge(Double(bin) / Double(count)), 3) + "–"
          + Self.short(edge(Double(bin + 1) / Double(count)), 3)
      }
    }
  }

  /// Whether it takes more than one value.
  var isVaried: Bool { labels.count > 1 }

  /// Which level a value belongs to.
  func level(of value: JSONValue) -> Int {
    switch law {
    case .choice(let values):
      let place = values.firstIndex(of: value) ?? 0
      return values.count <= Self.mostLevels ? place : place * Self.mostLevels / values.count
    case .range: return min(labels.count - 1, Int(share(of: value) * Double(labels.count)))
    }
  }

  /// Where a value lies between the least and the most, 0…1; words lie evenly in the order of the file.
  func position(of value: JSONValue) -> Double {
    if case .choice(let values) = law, !isNumeric {
      return Double(values.firstIndex(of: value) ?? 0) / Double(max(1, values.count - 1))
    }
    guard let number = value.doubleValue, high > low else { return 0.5 }
    if isLogarithmic {
      return (MMSMath.log(number) - MMSMath.log(low)) / (MMSMath.log(high) - MMSMath.log(low))
    }
    return (number - low) / (high - low)
  }

  /// What stands along an axis: its ends, or every word when there are few.
  var marks: JSONValue {
    if case .choice(let values) = law, !isNumeric {
      let shown = values.count <= 8 ? Array(values.indices) : [0, values.count - 1]
      return .array(
        shown.map { place in
          [.number(Double(place) / Double(max(1, values.count - 1))), .string(Self.text(values[place]))]
        })
    }
    return [
      [0, .string(Self.short(low, 4))], [1, .string(Self.short(high, 4))],
    ]
  }

  /// Equal steps for whole numbers: each has a level as wide as the others.
  private func share(of value: JSONValue) -> Double {
    guard case .range(let low, let high, false, true) = law, let number = value.doubleValue else {
      return position(of: value)
    }
    return (number - low) / (high - low + 1)
  }

  /// A value as people read it.
  static func text(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .number(let number): short(number, 5)
    default: value.write()
    }
  }

  /// A number without zeros that say nothing.
  static func short(_ value: Double, _ digits: Int) -> String {
    var text = Wording.significant(value, digits)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func grouped(_ names: [String]) -> [String] {
    guard names.count > mostLevels else { return names }
    let groups = Dictionary(grouping: names.indices) { $0 * mostLevels / names.count }
    return (0..<mostLevels).compactMap { group in
      guard let first = groups[group]?.first, let last = groups[group]?.last else { return nil }
      return first == last ? names[first] : "\(names[first])–\(names[last])"
    }
  }
}
