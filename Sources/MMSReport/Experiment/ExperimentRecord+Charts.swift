// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy

extension ExperimentRecord {
  /// How many lines parallel coordinates show, and how many axes.
  static let lines = 600
  static let axes = 10

  /// How much of the objective's variance between runs each parameter explains alone: between its levels over all.
  ///
  /// The correlation ratio η² = Σ n_l (m_l − m)² ÷ Σ (y − m)², of levels l with n_l runs and mean m_l.
  var explained: [Double] {
    let n = Double(runs.count)
    let mean = runs.reduce(0) { $0 + $1.objective } / max(1, n)
    let total = runs.reduce(0) { $0 + ($1.objective - mean) * ($1.objective - mean) }
    return parameters.indices.map { index in
      var sums = Array(repeating: (sum: 0.0, count: 0.0), count: parameters[index].labels.count)
      for (place, run) in runs.enumerated() {
        let level = Int(levels[place * parameters.count + index])
        sums[level].sum += run.objective
        sums[level].count += 1
      }
      guard total > 0 else { return 0 }
      return sums.reduce(0) { result, cell in
        guard cell.count > 0 else { return result }
        let distance = cell.sum / cell.count - mean
        return result + cell.count * distance * distance
      } / total
    }
  }

  /// The parameters of the heat map: those named, otherwise the two that explain most.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when one that is named is not varied, or not two are named.
  func heatAxes(_ keys: [String]?) throws(MMSError) -> [Int] {
    guard let keys else {
      let order = explained.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
      return order.prefix(2).map(\.offset)
    }
    guard keys.count == 2, keys[0] != keys[1] else {
      throw MMSError(
        .invalidValue, "a heat map has two different parameters, not '\(keys.joined(separator: ","))'",
        path: "axes", hint: "write them as KEY,KEY")
    }
    let names = parameters.map(\.key)
    return try keys.map { (key) throws(MMSError) in
      guard let place = names.firstIndex(of: key) else {
        throw MMSError(
          .invalidValue, "experiment '\(trials.design.name)' does not vary '\(key)'", path: "axes",
          hint: Suggestion.hint(for: key, among: names))
      }
      return place
    }
  }

  /// Short names of parameters: the last part of each path, where that is enough to tell them apart.
  var shortNames: [String] {
    let last = parameters.map { String($0.key.split(separator: ".").last ?? "") }
    return parameters.indices.map { place in
      last.filter { $0 == last[place] }.count == 1 ? last[place] : parameters[place].key
    }
  }

  /// Mean of the objective in each cell of two parameters; of one there is a single row.
  func heat(_ axes: [Int]) -> JSONValue {
    guard let x = axes.first else { return .null }
    let y = axes.count > 1 ? axes[1] : nil
    let columns = parameters[x].labels.count
    let rows = y.map { parameters[$0].labels.count } ?? 1
    var sums = Array(repeating: (sum: 0.0, count: 0), count: columns * rows)
    for (place, run) in runs.enumerated() {
      let column = Int(levels[place * parameters.count + x])
      let row = y.map { Int(levels[place * parameters.count + $0]) } ?? 0
      sums[row * columns + column].sum += run.objective
      sums[row * columns + column].count += 1
    }
    let factor = MetricWording.scale(objective).factor
    let line = { (index: Int?) -> JSONValue in
      guard let index else { return ["name": "", "labels": [""]] }
      return [
        "name": .string(shortNames[index]),
        "labels": .array(parameters[index].labels.map { .string($0) }),
      ]
    }
    return [
      "x": line(x), "y": line(y),
      "means": PageData.rounded(
        .array(sums.map { $0.count == 0 ? .null : .number(factor * $0.sum / Double($0.count)) }), 4),
      "counts": .array(sums.map { .integer(Int64($0.count)) }),
    ]
  }

  /// Which parameters parallel coordinates show: all, or those that explain most.
  var parallelAxes: [Int] {
    guard parameters.count > Self.axes else { return Array(parameters.indices) }
    let order = explained.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
    return order.prefix(Self.axes).map(\.offset).sorted()
  }

  /// A line for each run, the worst first: the best ones, and others evenly by rank where there are many.
  var parallel: JSONValue {
    guard runs.count > 1, !parameters.isEmpty else { return .null }
    let order = runs.indices.sorted {
      runs[$0].objective == runs[$1].objective
        ? $0 < $1 : isBetter(runs[$0].objective, than: runs[$1].objective)
    }
    var ranks = Array(order.indices)
    if order.count > Self.lines {
      let rest = Self.lines - Self.shown
      ranks =
        Array(0..<Self.shown)
        + (0..<rest).map { Self.shown + $0 * (order.count - 1 - Self.shown) / (rest - 1) }
    }
    let axes = parallelAxes
    let values = runs.map(\.objective)
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let (factor, _) = MetricWording.scale(objective)
    let lines = ranks.reversed().map { rank -> JSONValue in
      let place = order[rank]
      var line: [JSONValue] = [
        .number(Double(rank) / Double(max(1, order.count - 1))), .integer(Int64(runs[place].number)),
        .number(factor * runs[place].objective),
      ]
      line += axes.map { .number(Double(positions[place * parameters.count + $0])) }
      line.append(.number(high > low ? (runs[place].objective - low) / (high - low) : 0.5))
      return PageData.rounded(.array(line), 4)
    }
    let names = shortNames
    return [
      "axes": .array(
        axes.map { ["name": .string(names[$0]), "marks": parameters[$0].marks] } + [
          [
            "name": .string(MetricWording.title(objective)),
            "marks": [
              [0, .string(MetricWording.figure(objective, low))],
              [1, .string(MetricWording.figure(objective, high))],
            ],
          ]
        ]),
      "lines": .array(lines),
    ]
  }

  /// Sharpe ratios of the choices beside what luck would show.
  func luck(_ selection: JSONValue) -> JSONValue {
    let ratios = candidates.map { $0.sharpe / $0.runs }
    guard ratios.count > 1 else { return .null }
    return [
      "histogram": PageData.rounded(Sample(ratios).histogram(bins: 31)),
      "best": selection["sharpe_ratio"] ?? .null, "luck": selection["best_by_luck"] ?? .null,
    ]
  }

  /// The best runs' objective with their errors.
  var bars: JSONValue {
    let (factor, _) = MetricWording.scale(objective)
    return PageData.rounded(
      .array(
        best.map { place in
          [
            .integer(Int64(place.run.number)), .number(factor * place.run.objective),
            place.run.error.map { .number(factor * $0) } ?? .null,
          ]
        }))
  }
}
