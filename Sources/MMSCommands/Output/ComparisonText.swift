// SPDX-License-Identifier: Apache-2.0

import MMSReport
import MMSStudy

/// A comparison as people read it.
struct ComparisonText {
  private let summary: ComparisonSummary
  private var comparison: Comparison { summary.comparison }

  init(_ summary: ComparisonSummary) { self.summary = summary }

  /// Header, one row a metric, what pairing did, the verdict and warnings.
  var text: String {
    var text = header + "\n" + table + "\n" + evidence + "\n" + verdict
    if !summary.warnings.isEmpty {
      text += "\n" + summary.warnings.map { Style.warning("warning: ") + $0 + "\n" }.joined()
    }
    return text + "\nCompared in \(Figures.wallTime(summary.executionTime)).\n"
  }

  private var header: String {
    """
    \(Style.bold("\(summary.symbol)  \(summary.period)  A against B"))
      A  \(summary.a.label)
      B  \(summary.b.label)
      \(Figures.count(comparison.paths, "pair")) of paths, seed \(summary.seed)

    """
  }

  private var table: String {
    var table = TextTable(.left, .right, .right, .right, .left, .left, .right, .left)
    table.head("", "A", "B", "A less B", "", "95 % interval", "p", "verdict")
    for item in comparison.metrics {
      let metric = item.metric
      let interval = item.interval.map {
        "\(metric.figure($0.lowerBound)) … \(metric.figure($0.upperBound))"
      }
      let mark = metric == comparison.primary ? " (decides)" : ""
      table.add(
        metric.title, metric.figure(item.a), metric.figure(item.b), metric.figure(item.difference),
        metric.unit, interval ?? "unknown", item.adjustedPValue.map(Self.probability) ?? "",
        item.verdict.rawValue + mark)
    }
    return table.text
  }

  private var evidence: String {
    var table = TextTable(.left, .right, .right, .right, .right, .right, .right)
    table.head("", "A better", "B better", "ties", "effect size", "pairing saves", "paths for 80 % power")
    for item in comparison.metrics {
      table.add(
        item.metric.title, Figures.percent(item.shareA, 0), Figures.percent(item.shareB, 0),
        Figures.percent(item.ties, 0), item.effectSize.map { Figures.plain($0) } ?? "",
        item.varianceSaved.map { Figures.percent($0, 1) } ?? "",
        item.pathsForPower.map(Figures.count) ?? "")
    }
    return table.text
  }

  private var verdict: String {
    guard let item = comparison.metrics.first(where: { $0.metric == comparison.primary }) else { return "" }
    let title = item.metric.title
    switch item.verdict {
    case .a, .b: return Style.bold("\(item.verdict.rawValue) is better in \(title).\n")
    case .equal: return Style.bold("A and B are equal in \(title): no pair differs.\n")
    case .cannotTell:
      var text = Style.bold("Cannot tell which is better in \(title).")
      if let wanted = item.pathsForPower, wanted > comparison.paths {
        text += " A difference of this size, if real, takes \(Figures.count(wanted)) paths to show."
      }
      return text + "\n"
    }
  }

  /// A p-value, no smaller than resampling can show.
  private static func probability(_ value: Double) -> String {
    value < 0.0005 ? "< 0.001" : Figures.plain(value, 3)
  }
}
