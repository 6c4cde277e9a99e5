// SPDX-License-Identifier: Apache-2.0

/// One fall of equity from a running maximum, with its dates.
public struct DrawdownEpisode: Sendable, Hashable {
  /// When the maximum was last seen, nanoseconds since the Unix epoch.
  public internal(set) var peak: Int64
  /// When equity was lowest.
  public internal(set) var trough: Int64
  /// When the maximum was reached again; nil when it never was.
  public internal(set) var recovery: Int64?
  /// Lowest equity over the maximum − 1, < 0.
  public internal(set) var depth: Double
}

/// Follows equity step by step and keeps the five deepest falls.
struct DrawdownWatch {
  private static let kept = 5
  private var maximum: Double
  private var peak: Int64?
  private var current: DrawdownEpisode?
  private var closed: [DrawdownEpisode] = []

  init(equity: Double) { maximum = equity }

  /// Takes the next equity; how far it is below its maximum, ≤ 0.
  mutating func see(_ equity: Double, time: Int64) -> Double {
    if equity >= maximum {
      if var episode = current {
        episode.recovery = time
        closed = Self.deepest(closed, episode)
        current = nil
      }
      maximum = equity
      peak = time
      return 0
    }
    let depth = equity / maximum - 1
    if current == nil {
      current = DrawdownEpisode(peak: peak ?? time, trough: time, recovery: nil, depth: depth)
    }
    if depth < current?.depth ?? 0 {
      current?.depth = depth
      current?.trough = time
    }
    return depth
  }

  /// The deepest falls so far, the deepest first; of equals the earlier.
  var worst: [DrawdownEpisode] { current.map { Self.deepest(closed, $0) } ?? closed }

  private static func deepest(_ list: [DrawdownEpisode], _ episode: DrawdownEpisode) -> [DrawdownEpisode] {
    var list = list
    list.insert(episode, at: list.firstIndex { episode.depth < $0.depth } ?? list.count)
    return Array(list.prefix(kept))
  }
}
