// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Everything a model answered to an exercise, number by number with what each is, to be compared to the bit.
struct Transcript: Sendable, Hashable {
  private(set) var labels: [String] = []
  private(set) var bits: [UInt64] = []
  /// Where the second half of the exercise begins.
  var middle = 0

  var count: Int { bits.count }

  mutating func add(_ label: @autoclosure () -> String, _ value: Double) {
    labels.append(label())
    bits.append(value.bitPattern)
  }

  /// What came after the middle.
  var secondHalf: Transcript {
    var half = Transcript()
    half.labels = Array(labels[middle...])
    half.bits = Array(bits[middle...])
    return half
  }

  /// The first place where two transcripts part, in words; nil when they are equal.
  func difference(from other: Transcript, _ mine: String, _ others: String) -> String? {
    for index in 0..<min(count, other.count) {
      if labels[index] != other.labels[index] {
        return "\(mine) answers for \(labels[index]) where \(others) answers for \(other.labels[index])"
      }
      if bits[index] != other.bits[index] {
        let (a, b) = (Double(bitPattern: bits[index]), Double(bitPattern: other.bits[index]))
        return "\(labels[index]) is \(a) \(mine) and \(b) \(others)"
      }
    }
    return count == other.count ? nil : "there are \(count) answers \(mine) and \(other.count) \(others)"
  }

  var json: JSONValue {
    [
      "labels": .string(labels.joined(separator: "\n")),
      "bits": .string(bits.map { String($0, radix: 16) }.joined(separator: " ")),
      "middle": .integer(Int64(middle)),
    ]
  }

  init() {}

  /// Nil when it is no transcript.
  init?(json: JSONValue) {
    guard let labels = json["labels"]?.stringValue, let bits = json["bits"]?.stringValue,
      let middle = json["middle"]?.integerValue
    else { return nil }
    self.labels = bits.isEmpty ? [] : labels.split(separator: "\n").map(String.init)
    self.bits = bits.split(separator: " ").compactMap { UInt64($0, radix: 16) }
    self.middle = Int(middle)
    guard self.labels.count == self.bits.count, (0...count).contains(self.middle) else { return nil }
  }
}
