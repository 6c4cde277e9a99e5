// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSStudy

/// The text of a report's page: head, sections, tables, and the places of its charts.
struct PageSections {
  let report: JSONValue

  init(_ report: JSONValue) { self.report = report }

  /// The window's title.
  var title: String {
    "\(text("symbol")) · \(text("period")) · \(text("scenario")) · \(text("strategy")) · MMS report"
  }

  /// Everything between the body's tags, without scripts.
  var html: String {
    head + navigation + "<main>\n" + overTime + market + costs + fills + impact + outcomes + realism + trades
      + provenance + definitions
      + "<footer>Written by MMS \(Markup.escape(answer("provenance", "engine").stringValue ?? "")). "
      + "Charts: dygraphs, MIT licence. Times are UTC.</footer>\n</main>\n"
  }

  private func text(_ key: String) -> String { report["request"]?[key]?.stringValue ?? "–" }

  func answer(_ path: String...) -> JSONValue {
    path.reduce(report["answer"] ?? .null) { $0[$1] ?? .null }
  }

  func number(_ path: String...) -> Double {
    path.reduce(report) { $0[$1] ?? .null }.doubleValue ?? 0
  }

  /// The currency the simulated symbol is quoted in.
  static func currency(of report: JSONValue) -> String {
    QuoteCurrency.name(of: report["request"]?["symbol"]?.stringValue ?? "")
  }

  var currency: String { Self.currency(of: report) }
  var paths: Int { Int(answer("paths").doubleValue ?? 1) }

  private var head: String {
    let e = Markup.escape
    let window = answer("details", "window")
    let chips = [
      ("", text("symbol")), ("", text("period")), ("scenario", text("scenario")),
      ("strategy", text("strategy")),
      ("", Wording.count(paths, "path")),
      ("", Wording.count(Int(answer("trades").doubleValue ?? 0), "trade")),
      (
        "",
        Wording.minute(window["start"]?.stringValue ?? "") + " to "
          + Wording.minute(window["end"]?.stringValue ?? "")
      ),
      ("seed", answer("seed").stringValue ?? answer("seed").write()),
    ]
    var html = "<header class=\"head\">\n<p class=\"kicker\">Simulation report</p>\n"
    // A figure stays with its unit and its error.
    let verdict = (report["verdict"]?.stringValue ?? title).replacing(" %", with: "\u{a0}%")
      .replacing(" ± ", with: "\u{a0}± ").replacing(" bp", with: "\u{a0}bp")
    html += "<h1>\(e(verdict))</h1>\n<ul class=\"chips\">"
    for (name, value) in chips { html += "<li>\(name.isEmpty ? "" : "\(name) ")<b>\(e(value))</b></li>" }
    return html + "</ul>\n" + tiles + notes + "</header>\n"
  }

  private var tiles: String {
    var html = "<div class=\"tiles\">"
    for metric in [
      Metric.totalReturn, .maxDrawdown, .sharpeRatio, .slippage, .fillProbability, .priceImpact,
    ] {
      let value = answer(metric.rawValue).doubleValue ?? 0
      let error = answer("standard_errors", metric.rawValue).doubleValue
      var style = ""
      if metric == .totalReturn || metric == .sharpeRatio {
        style = value < 0 ? "bad" : value > 0 ? "good" : ""
      }
      html += "<div class=\"tile\"><span>\(metric.rawValue.replacing("_", with: " "))</span>"
      html += "<b class=\"\(style)\">\(Self.figure(metric, value))</b><i>"
      html += error.map { "± \(Self.figure(metric, $0)) s.e." } ?? "error unknown"
      html += "</i></div>"
    }
    return html + "</div>\n"
  }

  private static func figure(_ metric: Metric, _ value: Double) -> String {
    switch metric {
    case .slippage, .priceImpact: Wording.basisPoints(value)
    case .fillProbability, .totalReturn, .maxDrawdown: Wording.percent(value)
    case .sharpeRatio: Wording.fixed(value, 2)
    }
  }

  private var notes: String {
    var notes = (answer("warnings").arrayValue ?? []).compactMap(\.stringValue)
    if report["replay"]?["identical"] == false {
      let changes = (report["replay"]?["changes"]?.arrayValue ?? []).compactMap(\.stringValue)
      notes.insert(
        "The numbers differ from those stored: \(changes.isEmpty ? "the provenance is the same" : changes.joined(separator: "; "))",
        at: 0)
    }
    let missed = (report["realism"]?["targets"]?.arrayValue ?? []).count { $0["met"] == false }
    if missed > 0 {
      notes.append("\(Wording.count(missed, "target")) of the scenario missed on these paths: see Realism.")
    }
    if notes.isEmpty { return "" }
    return "<div class=\"notes\"><b>To keep in mind</b><ul>"
      + notes.map { "<li>\(Markup.escape($0))</li>" }.joined() + "</ul></div>\n"
  }

  private var navigation: String {
    let links = [
      ("equity", "Equity"), ("market", "Market"), ("costs", "Costs"), ("fills", "Fills"),
      ("impact", "Impact"),
      ("outcomes", "Outcomes"), ("realism", "Realism"), ("trades", "Trades"), ("provenance", "Provenance"),
      ("definitions", "Definitions"),
    ]
    return "<nav><div>" + links.map { "<a href=\"#\($0)\">\($1)</a>" }.joined() + "</div></nav>\n"
      + "<noscript><div class=\"head\"><p class=\"notes\">The charts need JavaScript; every number below does not."
      + "</p></div></noscript>\n"
  }

  private var overTime: String {
    let shown = Int(number("fan", "paths"))
    let lead =
      shown > 1
      ? "Bands hold the middle 50 % and 90 % of \(Wording.count(shown, "path")), beside the median of buying and "
        + "holding. Drag to zoom, double-click to go back; every chart over time follows."
      : "One path, beside buying and holding. Drag to zoom, double-click to go back; every chart over time follows."
    var body = Markup.chart("c-equity", "Equity, \(currency)", "tall")
    body += Markup.chart("c-drawdown", "Drawdown, %", "low")
    let rows = (report["drawdowns"]?.arrayValue ?? []).map { fall in
      [
        Wording.percent(fall["depth"]?.doubleValue ?? 0), Wording.minute(fall["peak"]?.stringValue ?? ""),
        Wording.minute(fall["trough"]?.stringValue ?? ""),
        fall["recovery"]?.stringValue.map(Wording.minute) ?? "not recovered",
      ]
    }
    if !rows.isEmpty {
      body += Markup.table(
        ["Depth", "From", "Lowest", "Recovered"], rows, numbers: [0],
        caption: shown > 1 ? "Deepest drawdowns of the first path" : "Deepest drawdowns")
    }
    return Markup.section("equity", "Equity and drawdown", lead: lead, body)
  }

  private var market: String {
    let what = paths > 1 ? "The first path's market" : "The market"
    let hasEvents = !(report["events"]?.arrayValue ?? []).isEmpty
    let lead =
      "\(what) on the same time axis. Stress is shaded\(hasEvents ? ", events are dashed lines" : ""), halts are dark. "
      + "Triangles are our fills: up for buys, down for sells, hollow where we provided liquidity."
    return Markup.section(
      "market", "Market", lead: lead,
      Markup.chart("c-price", "Mid price and fills, \(currency)", "tall")
        + Markup.chart("c-spread", "Half spread, bp", "low")
        + Markup.chart("c-depth", "Depth at the touch, base units", "low")
        + Markup.chart("c-volatility", "Volatility of the trailing hour, % per √day", "low")
        + Markup.chart("c-volume", "Volume of a step, base units", "low"))
  }

  private var costs: String {
    let notional = number("costs", "notional")
    let bp = Wording.fixed(number("costs", "shortfall_bp"), 2)
    let sum = Wording.fixed(number("costs", "shortfall"), 2)
    let lead =
      notional > 0
      ? "From nothing to the implementation shortfall: \(bp) bp of the \(Wording.fixed(notional, 0)) \(currency) traded"
        + (paths > 1 ? " (means over paths)." : ".")
      : "Nothing was traded, so nothing was paid."
    var rows = (report["costs"]?["parts"]?.arrayValue ?? []).map { part in
      [
        Markup.escape((part["name"]?.stringValue ?? "").replacing("_", with: " ")),
        Wording.fixed(part["amount"]?.doubleValue ?? 0, 2), Wording.fixed(part["bp"]?.doubleValue ?? 0, 2),
      ]
    }
    rows.append(["<b>shortfall</b>", "<b>\(sum)</b>", "<b>\(bp)</b>"])
    return Markup.section(
      "costs", "What trading cost", lead: lead,
      "<div class=\"two\">" + Markup.chart("c-costs", "Cost by cause, bp of the notional traded", "tall")
        + Markup.table(["Cause", currency, "bp"], rows, numbers: [1, 2]) + "</div>\n")
  }
}
