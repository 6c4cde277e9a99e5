// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine

/// How good the fills were: predicted against realised, how long they took, what the market did next.
struct FillSection {
  private let parents: [ParentOutcome]
  private let fills: [FillRecord]
  private let paths: Int

  init(_ material: ReportMaterial) {
    parents = material.paths.flatMap(\.parents)
    fills = material.paths.flatMap(\.fills)
    paths = material.paths.count
  }

  var json: JSONValue {
    [
      "paths": .integer(Int64(paths)), "parents": .integer(Int64(parents.count)),
      "reliability": .array(reliability), "time_to_fill": timeToFill, "markouts": .array(markouts),
      "by_kind": .array(kinds),
    ]
  }

  /// Parents by predicted probability, in tenths; each with the share that did fill, weighted by quantity.
  private var reliability: [JSONValue] {
    (0..<10).compactMap { tenth in
      let group = parents.filter { $0.intended > 0 && min(9, Int($0.fillProbability * 10)) == tenth }
      if group.isEmpty { return nil }
      let n = Double(group.count)
      let predicted = group.reduce(0) { $0 + $1.fillProbability } / n
      let shares = group.map { $0.filled / $0.intended }
      let realised = shares.reduce(0, +) / n
      let squares = shares.reduce(0) { $0 + ($1 - realised) * ($1 - realised) }
      let error: JSONValue = group.count > 1 ? .number((squares / (n - 1) / n).squareRoot()) : .null
      return [
        "predicted": .number(predicted), "realised": .number(realised), "standard_error": error,
        "parents": .integer(Int64(group.count)),
      ]
    }
  }

  /// Steps from decision to first fill.
  private var timeToFill: JSONValue {
    let waits = parents.compactMap(\.stepsToFill)
    let limits = [0, 1, 2, 3, 5, 10, 30, 60]
    var counts = [Int64](repeating: 0, count: limits.count + 1)
    for wait in waits { counts[limits.firstIndex { wait <= $0 } ?? limits.count] += 1 }
    return [
      "limits": .array(limits.map { .integer(Int64($0)) }), "counts": .array(counts.map { .integer($0) }),
      "never": .integer(Int64(parents.count - waits.count)),
      "median": waits.isEmpty ? .null : .number(Sample(waits.map { Double($0) }).quantile(0.5)),
    ]
  }

  /// Mean move of the mid for us after a fill, weighted by quantity × mid; < 0 is adverse.
  private var markouts: [JSONValue] {
    [false, true].flatMap { isMaker in
      FillRecord.markoutSteps.indices.compactMap { index in
        let group = fills.filter { $0.isMaker == isMaker && $0.later.count > index }
        if group.isEmpty { return nil }
        var sums = RatioSums()
        for fill in group {
          let move = fill.side.sign * (fill.later[index] - fill.mid) * fill.quantity
          sums.add(numerator: move, denominator: fill.mid * fill.quantity)
        }
        return [
          "maker": .bool(isMaker), "steps": .integer(Int64(FillRecord.markoutSteps[index])),
          "move": .number(sums.ratio),
          "standard_error": sums.standardError(minimum: 10).map { .number($0) } ?? .null,
          "fills": .integer(Int64(group.count)),
        ]
      }
    }
  }

  /// Marketable, resting and stop parents apart.
  private var kinds: [JSONValue] {
    let all: [(String, (ParentOutcome) -> Bool)] = [
      ("marketable", { !$0.isPassive && !$0.isStop }), ("resting", { $0.isPassive && !$0.isStop }),
      ("stops", \.isStop),
    ]
    return all.compactMap { name, belongs in
      let group = parents.filter(belongs)
      if group.isEmpty { return nil }
      let intended = group.reduce(0) { $0 + $1.intended }
      guard intended > 0 else { return nil }
      return [
        "kind": .string(name), "parents": .integer(Int64(group.count)),
        "predicted": .number(group.reduce(0) { $0 + $1.fillProbability * $1.intended } / intended),
        "realised": .number(group.reduce(0) { $0 + $1.filled } / intended),
      ]
    }
  }
}
