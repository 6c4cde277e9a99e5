// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// Mean traded volume by time of day (UTC), learned from rows that have passed.
struct IntradayProfile: Sendable {
  private static let day: Int64 = 86_400_000_000_000

  /// Volume and rows seen in each part of the day.
  private var sums: [Double] = []
  private var counts: [Double] = []
  /// Expected volume from midnight to the beginning of each part; one more for the whole day.
  private var cumulative: [Double] = []
  private var resolution = SimDuration.minutes(1)
  /// Whether volume is expected evenly: too little was seen.
  private(set) var isFlat = true

  /// Forgets everything; parts are as long as asked for, but not shorter than a step or a minute.
  mutating func reset(part: SimDuration, resolution: SimDuration) {
    self.resolution = resolution
    let length = max(part.nanoseconds, max(resolution.nanoseconds, 60_000_000_000))
    let count = max(1, Int(Self.day / length))
    sums = Array(repeating: 0, count: count)
    counts = sums
    cumulative = Array(repeating: 0, count: count + 1)
    settle()
  }

  /// Sees rows.
  mutating func learn(_ market: borrowing MarketBlock, rows: Range<Int>) {
    for row in rows {
      // A bar belongs to the part of the day its middle falls in.
      let place = position(of: market.time[row] - resolution.nanoseconds / 2)
      sums[place.part] += market.volume[row]
      counts[place.part] += 1
    }
    settle()
  }

  /// Works out the profile; flat unless every part of the day was seen and something traded.
  private mutating func settle() {
    isFlat = counts.contains(0) || !sums.contains { $0 > 0 }
    var total = 0.0
    for part in sums.indices {
      cumulative[part] = total
      total += isFlat ? 1 : sums[part] / counts[part]
    }
    cumulative[sums.count] = total
  }

  /// Expected volume between two times, in a unit of its own.
  func volume(from start: Int64, to end: Int64) -> Double {
    let (a, b) = (position(of: start), position(of: end))
    return Double(b.day - a.day) * cumulative[sums.count] + (upTo(b) - upTo(a))
  }

  private func upTo(_ place: (day: Int64, part: Int, share: Double)) -> Double {
    let (from, to) = (cumulative[place.part], cumulative[place.part + 1])
    return from + place.share * (to - from)
  }

  private func position(of time: Int64) -> (day: Int64, part: Int, share: Double) {
    var (day, rest) = time.quotientAndRemainder(dividingBy: Self.day)
    if rest < 0 {
      day -= 1
      rest += Self.day
    }
    let parts = Double(rest) / Double(Self.day) * Double(sums.count)
    let part = min(sums.count - 1, Int(parts))
    return (day, part, parts - Double(part))
  }
}
