// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension ParameterSchema {
  /// Legal values of one parameter.
  struct Samples {
    /// One in the middle of what is allowed.
    let middle: ParameterInput
    /// The ends of what is allowed, and every word.
    let edges: [ParameterInput]
    /// One anywhere in what is allowed, from a uniform number.
    let draw: (Double, Double) -> ParameterInput
  }

  /// Legal values to try a model with.
  var samples: Samples {
    switch type {
    case .flag:
      return Samples(middle: .flag(false), edges: [.flag(false), .flag(true)]) { u, _ in .flag(u < 0.5) }
    case .choice(let words):
      let inputs = words.map { ParameterInput.text($0) }
      return Samples(middle: inputs.first ?? .text(""), edges: inputs) { u, _ in
        inputs.isEmpty ? .text("") : inputs[min(inputs.count - 1, Int(u * Double(inputs.count)))]
      }
    case .text:
      let word: ParameterInput = if case .text(let text) = defaultValue { .text(text) } else { .text("text") }
      return Samples(middle: word, edges: []) { _, _ in word }
    case .integer:
      return numbers { .number($0.rounded()) }
    case .number, .numberOrAuto:
      return numbers { .number($0) }
    case .duration, .durationOrSteps:
      return numbers { .text("\(Int64($0)) ns") }
    case .interval:
      let low = bound(least, 0), high = bound(greatest, 1)
      return Samples(
        middle: .list([.number(low), .number(high)]),
        edges: [
          .list([.number(low), .number(low)]), .list([.number(high), .number(high)]),
          .list([.number(low), .number(high)]),
        ]
      ) { u, v in
        let ends = [low + u * (high - low), low + v * (high - low)].sorted()
        return .list(ends.map { .number($0) })
      }
    }
  }

  private func numbers(_ write: @escaping (Double) -> ParameterInput) -> Samples {
    let (low, high) = (bound(least, usual / 10), bound(greatest, usual * 10))
    let ends = [least, greatest].compactMap { $0 }
    return Samples(middle: write((low + high) / 2), edges: ends.map(write)) { u, v in
      // Half of the draws keep near the smaller end, where scales that span decades have most of their sense.
      write(low + (v < 0.5 ? u : u * u * u) * (high - low))
    }
  }

  private func bound(_ value: Double?, _ otherwise: Double) -> Double { value ?? otherwise }

  /// The smallest allowed value.
  private var least: Double? {
    guard let minimum else { return nil }
    guard minimumIsExclusive else { return minimum }
    if isWhole { return minimum + 1 }
    // Close to the open end, yet a number somebody could write.
    return minimum + max(minimum.magnitude, maximum.map { ($0 - minimum).magnitude } ?? 1) * 1e-6
  }

  /// The largest allowed value; where none is stated a duration ends at a year.
  private var greatest: Double? {
    if let maximum { return maximum }
    return type == .duration || type == .durationOrSteps ? 365 * 86_400e9 : nil
  }

  private var isWhole: Bool { type == .integer || type == .duration || type == .durationOrSteps }

  private var usual: Double {
    switch defaultValue {
    case .number(let value): value == 0 ? 1 : value
    case .integer(let value): value == 0 ? 10 : Double(value)
    case .duration(let span): Double(span.nanoseconds)
    default: isWhole ? 10 : 1
    }
  }
}
