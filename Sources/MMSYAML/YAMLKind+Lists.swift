// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension YAMLKind {
  /// A list with every item of one kind; every faulty item is reported.
  ///
  /// - Parameters:
  ///   - kind: The kind of an item.
  ///   - count: How many items there may be.
  public static func list<Item>(
    of kind: YAMLKind<Item>, count: ClosedRange<Int> = 0...Int.max
  ) -> YAMLKind where Value == [Item] {
    YAMLKind(fallback: []) { (node, path) throws(MMSError) in
      guard let items = node.items else {
        throw node.mismatch(expected: "a list", path: path, remedy: "write it in brackets: [a, b]")
      }
      guard count.contains(items.count) else {
        let bounds =
          count.lowerBound == count.upperBound
          ? "exactly \(count.lowerBound)"
          : items.count < count.lowerBound ? "at least \(count.lowerBound)" : "at most \(count.upperBound)"
        let name = path.isEmpty ? "the list" : path
        throw MMSError(
          .invalidData, "\(name) must have \(bounds) items, but has \(items.count)",
          path: path.isEmpty ? nil : path, location: node.location)
      }
      var values: [Item] = []
      var faults: [MMSError] = []
      for (index, item) in items.enumerated() {
        do throws(MMSError) {
          values.append(try item.read(kind, path: YAMLPath.join(path, "\(index)")))
        } catch {
          faults.append(error)
        }
      }
      if let error = MMSError.combining(faults) { throw error }
      return values
    }
  }

  /// Two ordered bounds in brackets: `[-0.45, -0.12]`.
  public static func range<Bound>(
    of kind: YAMLKind<Bound>
  ) -> YAMLKind where Value == ClosedRange<Bound> {
    let pair = YAMLKind<[Bound]>.list(of: kind, count: 2...2)
    return YAMLKind(fallback: kind.fallback...kind.fallback) { (node, path) throws(MMSError) in
      let bounds = try pair.read(node, path)
      guard let low = bounds.first, let high = bounds.last, low <= high else {
        let name = path.isEmpty ? "the range" : path
        throw MMSError(
          .invalidData, "the bounds of \(name) are in the wrong order; write the smaller one first",
          path: path.isEmpty ? nil : path, location: node.location)
      }
      return low...high
    }
  }
}
