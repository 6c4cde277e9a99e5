// SPDX-License-Identifier: Apache-2.0

/// Nearest-name search behind every "did you mean".
public enum Suggestion {
  /// The candidates nearest to a misspelt name, best first, none when nothing is near.
  ///
  /// Distance is Damerau–Levenshtein (insert, delete, replace, swap neighbours), compared without
  /// case; a candidate counts as near within a third of the longer length, and a prefix always does.
  public static func nearest(to name: String, among candidates: [String], limit: Int = 3) -> [String] {
    let wanted = Array(name.lowercased().unicodeScalars)
    var scored: [(distance: Int, name: String)] = []
    for candidate in candidates {
      let other = Array(candidate.lowercased().unicodeScalars)
      var distance = editDistance(wanted, other)
      if !wanted.isEmpty, other.starts(with: wanted) { distance = min(distance, 1) }
      if distance <= max(1, max(wanted.count, other.count) / 3) {
        scored.append((distance, candidate))
      }
    }
    scored.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return scored.prefix(limit).map(\.name)
  }

  /// A sentence for an error's hint: the near names, or all names when they are few.
  public static func hint(for name: String, among candidates: [String]) -> String? {
    let near = nearest(to: name, among: candidates)
    if !near.isEmpty {
      return "did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
    }
    if candidates.isEmpty { return nil }
    if candidates.count <= 16 { return "there is: \(candidates.sorted().joined(separator: ", "))" }
    return nil
  }

  private static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    if a.isEmpty { return b.count }
    if b.isEmpty { return a.count }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var current = last
    for i in 1...a.count {
      current[0] = i
      for j in 1...b.count {
        let replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var best = min(replace, last[j] + 1, current[j - 1] + 1)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, beforeLast[j - 2] + 1)
        }
        current[j] = best
      }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[b.count]
  }
}
