// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSStudy

/// A comparison as one HTML page that needs nothing else.
///
/// The same comparison and the same library give the same bytes: no wall time is shown.
public struct ComparisonPage: Sendable {
  private let comparison: JSONValue

  /// Takes a comparison as ``ComparisonSummary/json(withPaths:)`` writes it with the values of every path.
  public init(_ comparison: JSONValue) { self.comparison = comparison }

  /// The page.
  public func html(with library: ChartLibrary) -> String {
    PageShell.html(
      title: "A against B: \(primary.replacing("_", with: " ")) · MMS comparison", body: body, data: data,
      script: PageScript.comparison, library: library)
  }

  private var primary: String { comparison["primary"]?.stringValue ?? Metric.totalReturn.rawValue }
  private var metrics: [JSONValue] { comparison["metrics"]?.arrayValue ?? [] }

  private static func figure(_ name: String, _ value: JSONValue?) -> String {
    MetricWording.figure(name, value?.doubleValue)
  }

  private var data: JSONValue {
    var object: JSONObject = [
      "metrics": .array(
        metrics.map { row in
          let name = row["metric"]?.stringValue ?? ""
          let interval = row["interval"]?.arrayValue ?? []
          return [
            "name": .string(name.replacing("_", with: " ")),
            "short": .string(Self.short[name] ?? name), "difference": row["difference"] ?? .null,
            "se": row["standard_error"] ?? .null, "low": interval.first ?? .null,
            "high": interval.last ?? .null,
            "verdict": row["verdict"] ?? .null,
          ]
        })
    ]
    let (factor, unit) = MetricWording.scale(primary)
    object["unit"] = .string(unit)
    let values = { (side: String) in
      (comparison["path_values"]?[side]?[primary]?.arrayValue ?? []).compactMap(\.doubleValue).map {
        $0 * factor
      }
    }
    let (a, b) = (values("a"), values("b"))
    if a.count == b.count, a.count > 1 {
      // Thousands of dots are a cloud already.
      let step = (a.count + 1_999) / 2_000
      let shown = stride(from: 0, to: a.count, by: step)
      object["pairs"] = PageData.rounded([
        "a": .array(shown.map { .number(a[$0]) }), "b": .array(shown.map { .number(b[$0]) }),
      ])
      let differences = Sample(zip(a, b).map { ($0 - $1) / 100 })
      object["differences"] = PageData.rounded(differences.histogram(bins: 31))
      object["mean"] = .number(differences.mean * 100)
    }
    return .object(object)
  }

  private static let short = [
    "slippage": "slippage", "fill_probability": "fill", "price_impact": "impact", "total_return": "return",
    "max_drawdown": "drawdown", "sharpe_ratio": "Sharpe",
  ]

  private var body: String {
    let e = Markup.escape
    let row = metrics.first { $0["metric"]?.stringValue == primary } ?? .null
    let title = primary.replacing("_", with: " ")
    let verdict = comparison["verdict"]?.stringValue ?? ""
    let sentence =
      switch verdict {
      case "A", "B":
        "\(verdict) is better in \(title): A less B is \(Self.figure(primary, row["difference"]))"
      case "equal": "A and B are equal in \(title): no pair differs"
      default:
        "Cannot tell which is better in \(title): A less B is \(Self.figure(primary, row["difference"]))"
      }
    let error =
      row["standard_error"]?.doubleValue == nil ? "" : " ± \(Self.figure(primary, row["standard_error"]))"
    let pairs = Wording.count(Int(comparison["paths"]?.doubleValue ?? 0), "pair")
    var html =
      "<header class=\"head\">\n<p class=\"kicker\">Comparison</p>\n<h1>\(e(sentence + (verdict == "equal" ? "" : error))).</h1>\n"
    html += "<ul class=\"chips\">"
    for (name, value) in [
      ("A", comparison["a"]?.stringValue ?? ""), ("B", comparison["b"]?.stringValue ?? ""),
      ("", "\(pairs) of paths"),
      ("seed", comparison["seed"]?.stringValue ?? comparison["seed"]?.write() ?? ""),
      ("errors from", comparison["method"]?.stringValue.map { $0 == "none" ? "" : $0 } ?? ""),
    ] where !value.isEmpty { html += "<li>\(name.isEmpty ? "" : "\(name) ")<b>\(e(value))</b></li>" }
    html += "</ul>\n" + notes + "</header>\n<main>\n" + numbers + charts + evidence + provenance
    return html + "<footer>Written by MMS. Charts: dygraphs, MIT licence.</footer>\n</main>\n"
  }

  private var notes: String {
    let notes = (comparison["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
    if notes.isEmpty { return "" }
    return "<div class=\"notes\"><b>To keep in mind</b><ul>"
      + notes.map { "<li>\(Markup.escape($0))</li>" }.joined() + "</ul></div>\n"
  }

  private var numbers: String {
    let rows = metrics.map { row in
      let name = row["metric"]?.stringValue ?? ""
      let interval = row["interval"]?.arrayValue.map {
        "\(Self.figure(name, $0.first)) … \(Self.figure(name, $0.last))"
      }
      let verdict = row["verdict"]?.stringValue ?? ""
      return [
        Markup.escape(name.replacing("_", with: " "))
          + (name == primary ? " <span class=\"soft\">(decides)</span>" : ""),
        Self.figure(name, row["a"]), Self.figure(name, row["b"]), Self.figure(name, row["difference"]),
        interval ?? "unknown", row["adjusted_p_value"]?.doubleValue.map { Self.probability($0) } ?? "",
        "<b>\(Markup.escape(verdict))</b>",
      ]
    }
    return Markup.section(
      "numbers", "Differences",
      lead:
        "Every pair of paths is the same market, drawn alike; only differences count. Intervals hold 95 %; p-values of "
        + "metrics that do not decide are corrected for their number (Holm).",
      Markup.table(["", "A", "B", "A less B", "Interval", "p", "Better"], rows, numbers: [1, 2, 3, 4, 5]))
  }

  private static func probability(_ value: Double) -> String {
    value < 0.0005 ? "< 0.001" : Wording.fixed(value, 3)
  }

  private var charts: String {
    let title = primary.replacing("_", with: " ")
    let unit = MetricWording.scale(primary).unit
    let tail = unit.isEmpty ? "" : ", \(unit)"
    let hasPairs = (comparison["path_values"]?["a"]?[primary]?.arrayValue ?? []).count > 1
    // Without any error there is no interval to draw.
    let isKnown = metrics.contains { ($0["standard_error"]?.doubleValue ?? 0) > 0 }
    var html =
      isKnown
      ? Markup.chart(
        "c-intervals", "A less B with its interval, in standard errors",
        note: "Blue: A is better. Orange: B is better. Grey: cannot tell.") : ""
    if hasPairs {
      html +=
        "<div class=\"two\">" + Markup.chart("c-scatter", "B against A by path: \(title)\(tail)", "tall")
        + Markup.chart("c-differences", "A less B by path: \(title)\(tail)", "tall") + "</div>\n"
    }
    return Markup.section("charts", "Pairs", html)
  }

  private var evidence: String {
    let percent = { (value: JSONValue?) in value?.doubleValue.map { Wording.percent($0, 0) } ?? "" }
    let rows = metrics.map { row in
      [
        Markup.escape((row["metric"]?.stringValue ?? "").replacing("_", with: " ")),
        percent(row["share_a_better"]),
        percent(row["share_b_better"]), percent(row["ties"]),
        row["effect_size"]?.doubleValue.map { Wording.fixed($0, 2) } ?? "", percent(row["variance_saved"]),
        row["paths_for_80_power"]?.doubleValue.map { Wording.fixed($0, 0) } ?? "",
      ]
    }
    return Markup.section(
      "evidence", "Evidence",
      lead:
        "Effect size: mean difference over its standard deviation. Pairing saves: the share of the variance of the "
        + "difference that common random numbers take away. Paths: as many as show a difference of this size four times in five.",
      Markup.table(
        ["", "A better", "B better", "Ties", "Effect size", "Pairing saves", "Paths for 80 % power"], rows,
        numbers: [1, 2, 3, 4, 5, 6]))
  }

  private var provenance: String {
    let rows = ["a", "b"].map { side in
      let origin = comparison["provenance"]?[side] ?? .null
      return [
        side.uppercased(), "<code>\(Markup.escape(comparison[side]?.stringValue ?? ""))</code>",
        "<code>\(Markup.escape(origin["scenario"]?["digest"]?.stringValue ?? ""))</code>",
        "<code>\(Markup.escape(origin["result_digest"]?.stringValue ?? ""))</code>",
      ]
    }
    return Markup.section(
      "provenance", "Provenance",
      lead: "Result digest: <code>\(Markup.escape(comparison["result_digest"]?.stringValue ?? ""))</code>",
      Markup.table(["", "Scenario", "Scenario's digest", "Result's digest"], rows))
  }
}
