// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension PageSections {
  private static let shownTrades = 100

  /// Closed round trips.
  var trades: String {
    let all = report["trades"]?.arrayValue ?? []
    guard !all.isEmpty else {
      return Markup.section("trades", "Trades", lead: "No round trip was closed.", "")
    }
    let many = paths > 1
    let rows = all.prefix(Self.shownTrades).map { trade in
      let number = { (key: String) in trade[key]?.doubleValue ?? 0 }
      let profit = number("profit")
      let first = many ? [Wording.fixed(number("path"), 0)] : []
      return first + [
        Markup.escape(trade["side"]?.stringValue == "buy" ? "long" : "short"),
        Wording.minute(trade["entry_time"]?.stringValue ?? ""),
        Wording.minute(trade["exit_time"]?.stringValue ?? ""),
        Wording.significant(number("quantity"), 5), Wording.significant(number("entry_price"), 7),
        Wording.significant(number("exit_price"), 7),
        "<span class=\"\(profit < 0 ? "bad" : "good")\">\(Wording.fixed(profit, 2))</span>",
        Wording.percent(number("mae")), Wording.percent(number("mfe")),
        trade["liquidated"] == true ? "margin" : trade["stopped"] == true ? "stop" : "strategy",
      ]
    }
    let lead =
      all.count > Self.shownTrades
      ? "The first \(Self.shownTrades) of \(Wording.fixed(Double(all.count), 0)); all of them are in trades.csv."
      : ""
    let offset = many ? 1 : 0
    return Markup.section(
      "trades", "Trades", lead: lead,
      Markup.table(
        (many ? ["Path"] : []) + [
          "Side", "Entry", "Exit", "Quantity", "Entry price", "Exit price", "Profit, \(currency)", "Worst",
          "Best", "Closed by",
        ], Array(rows), numbers: Set([3, 4, 5, 6, 7, 8].map { $0 + offset }).union(many ? [0] : []),
        isLong: true))
  }

  /// Where the numbers come from, and how to make them again.
  var provenance: String {
    let e = Markup.escape
    let origin = answer("provenance")
    var rows: [[String]] = []
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { rows.append([e(name), "<code>\(e(value))</code>"]) }
    }
    let scenario = origin["scenario"] ?? .null
    add("Result digest", origin["result_digest"]?.stringValue)
    add("Engine", origin["engine"]?.stringValue)
    add(
      "Scenario",
      "\(scenario["name"]?.stringValue ?? "") version \(scenario["version"]?.write() ?? "") · \(scenario["digest"]?.stringValue ?? "")"
    )
    for use in origin["models"]?.objectValue ?? [:] {
      let model = use.value
      var text = "\(model["id"]?.stringValue ?? "") (\(model["origin"]?.stringValue ?? ""))"
      if let digest = model["digest"]?.stringValue { text += " · \(digest)" }
      if let parameters = model["parameters"], parameters.objectValue?.isEmpty == false {
        text += " · \(parameters.write(pretty: false))"
      }
      add("Model: \(use.key)", text)
    }
    let data = origin["data"] ?? .null
    add("Data", "\(data["source"]?.stringValue ?? "") · \(data["digest"]?.stringValue ?? "")")
    add("Path of the market", data["path"]?.stringValue)
    let calibration = origin["calibration"] ?? .null
    add(
      "Calibration",
      "\(calibration["source"]?.stringValue ?? "") · volatility × \(Wording.significant(calibration["volatility_ratio"]?.doubleValue ?? 0))"
        + " · liquidity × \(Wording.significant(calibration["liquidity_ratio"]?.doubleValue ?? 0))"
        + " · cost of a small order \(Wording.basisPoints(calibration["normal_cost"]?.doubleValue ?? 0, 1)) to "
        + Wording.basisPoints(calibration["scenario_cost"]?.doubleValue ?? 0, 1))
    add("Standard errors", answer("se_method").stringValue)
    let body = report["rebuild"]?["http"]?.stringValue ?? ""
    return Markup.section(
      "provenance", "Provenance",
      lead:
        "A run is a pure function of what stands here: the same command gives the same numbers, bit for bit.",
      Markup.table([], rows)
        + "<h3>Run it again</h3>\n<pre>\(e(report["rebuild"]?["command"]?.stringValue ?? ""))</pre>\n"
        + "<h3>Over HTTP: POST /simulate</h3>\n<pre>\(e(body))</pre>\n")
  }

  /// What every number means.
  var definitions: String {
    var html = "<dl>"
    for item in report["definitions"]?.arrayValue ?? [] {
      let text = { (key: String) in Markup.escape(item[key]?.stringValue ?? "") }
      html +=
        "<dt>\(text("name").replacing("_", with: " "))<small>\(text("unit"))</small></dt><dd>\(text("definition"))</dd>"
    }
    return Markup.section("definitions", "Definitions", html + "</dl>\n")
  }
}
