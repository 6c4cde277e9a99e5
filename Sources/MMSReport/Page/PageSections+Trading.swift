// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension PageSections {
  /// Fill quality.
  var fills: String {
    let quality = report["fill_quality"] ?? .null
    let parents = Int(quality["parents"]?.doubleValue ?? 0)
    guard parents > 0 else {
      return Markup.section(
        "fills", "Fill quality", lead: "No order was sent, so there is nothing to judge.", "")
    }
    let shown = Int(quality["paths"]?.doubleValue ?? 1)
    let lead =
      "\(Wording.count(parents, "parent order")) over \(Wording.count(shown, "path")). A fill model that is right puts "
      + "the dots on the diagonal; a markout below zero says that the market moved against us after the fill."
    let kinds = (quality["by_kind"]?.arrayValue ?? []).map { kind in
      [
        Markup.escape(kind["kind"]?.stringValue ?? ""),
        Wording.fixed(kind["parents"]?.doubleValue ?? 0, 0),
        Wording.percent(kind["predicted"]?.doubleValue ?? 0, 1),
        Wording.percent(kind["realised"]?.doubleValue ?? 0, 1),
      ]
    }
    let markouts = (quality["markouts"]?.arrayValue ?? []).map { row in
      [
        row["maker"] == true ? "provided" : "took",
        Wording.fixed(row["steps"]?.doubleValue ?? 0, 0), Wording.basisPoints(row["move"]?.doubleValue ?? 0),
        row["standard_error"]?.doubleValue.map { "± \(Wording.basisPoints($0))" } ?? "unknown",
        Wording.fixed(row["fills"]?.doubleValue ?? 0, 0),
      ]
    }
    let never = Int(quality["time_to_fill"]?["never"]?.doubleValue ?? 0)
    let note = never > 0 ? "\(Wording.count(never, "parent")) never filled." : ""
    return Markup.section(
      "fills", "Fill quality", lead: lead,
      "<div class=\"two\">" + Markup.chart("c-reliability", "Share filled, predicted and realised")
        + Markup.chart("c-wait", "Steps from decision to first fill", note: note)
        + Markup.chart("c-markout", "Markout after a fill, bp, with two standard errors")
        + "<div>"
        + Markup.table(
          ["Orders", "Parents", "Predicted", "Realised"], kinds, numbers: [1, 2, 3],
          caption: "Share of the quantity filled")
        + Markup.table(
          ["Liquidity", "Steps later", "Markout", "s.e.", "Fills"], markouts, numbers: [1, 2, 3, 4],
          caption: "Adverse selection") + "</div></div>\n" + readings)
  }

  private var readings: String {
    guard let readings = answer("details", "fill_readings").objectValue,
      Set(readings.map { $0.value["total_return"]?.doubleValue }).count > 1
    else { return "" }
    let rows = readings.map { reading in
      [
        Markup.escape(reading.key), Wording.percent(reading.value["total_return"]?.doubleValue ?? 0),
        Wording.percent(reading.value["fill_probability"]?.doubleValue ?? 0),
      ]
    }
    return Markup.table(
      ["Resting orders read", "Total return", "Fill probability"], rows, numbers: [1, 2],
      caption: "The same paths under other readings of what fills")
  }

  /// Impact and capacity.
  var impact: String {
    let impact = report["impact"] ?? .null
    let sizes = impact["sizes"]?.arrayValue ?? []
    if let book = bookImpact { return book }
    guard impact["scales"] == true else {
      let reason =
        sizes.isEmpty
        ? "Where orders meet a book, impact comes from the book itself; sizes are not tried."
        : "More equity does not make this strategy's orders larger, so there is no curve to show."
      return Markup.section("impact", "Impact and capacity", lead: reason, "")
    }
    var lead =
      "The same market traded with a tenth to a thousand times the equity, over "
      + "\(Wording.count(Int(number("impact", "paths")), "path")). "
    if let fit = impact["fit"], fit != .null {
      lead +=
        "Impact ≈ \(Wording.significant(fit["prefactor"]?.doubleValue ?? 0, 3)) × (order ÷ day's volume) to the power "
      lead += "<b>\(Wording.fixed(fit["exponent"]?.doubleValue ?? 0, 3))</b> "
      lead += "± \(Wording.fixed(fit["standard_error"]?.doubleValue ?? 0, 3)). "
    } else {
      lead += "No impact was seen at enough sizes to fit a law. "
    }
    if let half = impact["capacity"]?["half_return"]?.doubleValue {
      lead += "The return has halved at about \(Wording.fixed(half, 0)) \(currency). "
    }
    if let zero = impact["capacity"]?["zero_return"]?.doubleValue {
      lead += "Nothing is left at about \(Wording.fixed(zero, 0)) \(currency)."
    }
    if impact["capacity"] == .null {
      lead += "The smallest size earns nothing, so there is no capacity to find."
    }
    let rows = sizes.map { size in
      let number = { (key: String) in size[key]?.doubleValue ?? 0 }
      return [
        Wording.fixed(number("equity"), 0), Wording.fixed(number("parent_notional"), 0),
        Wording.significant(100 * number("share_of_day"), 3) + " %", Wording.percent(number("participation")),
        Wording.basisPoints(number("price_impact")),
        Wording.basisPoints(number("slippage")), Wording.percent(number("total_return")),
        Wording.fixed(number("sharpe_ratio"), 2),
      ]
    }
    return Markup.section(
      "impact", "Impact and capacity", lead: lead,
      "<div class=\"two\">"
        + Markup.chart("c-impact", "Price impact against order size, bp")
        + Markup.chart("c-capacity", "Return and Sharpe ratio against equity") + "</div>\n"
        + Markup.table(
          [
            "Equity, \(currency)", "Order, \(currency)", "Of a day", "Participation", "Impact", "Slippage",
            "Return",
            "Sharpe",
          ], rows,
          numbers: [0, 1, 2, 3, 4, 5, 6, 7]))
  }

  /// The distribution of outcomes.
  var outcomes: String {
    let outcomes = report["outcomes"] ?? .null
    let count = Int(outcomes["count"]?.doubleValue ?? 0)
    guard count > 0 else { return "" }
    let isPaths = outcomes["unit"] == "path"
    let lead =
      isPaths
      ? "Total returns of \(Wording.count(count, "path"))\(answer("provenance", "data", "path") == "bootstrap" ? ", resampled from one history: what they say is conditional on it" : "")."
      : "Too few paths for a distribution over them: these are the \(Wording.count(count, "daily return")) of the first path. "
        + "Run with <code>--paths&nbsp;200</code> to see the outcomes of the whole period."
    let number = { (key: String) in outcomes[key]?.doubleValue ?? 0 }
    let rows: [[String]] = [
      ["mean", Wording.percent(number("mean"))], ["5 % quantile", Wording.percent(number("p5"))],
      ["median", Wording.percent(number("p50"))], ["95 % quantile", Wording.percent(number("p95"))],
      ["worst", Wording.percent(number("worst"))], ["VaR 95 %", Wording.percent(number("var_95"))],
      ["CVaR 95 %", Wording.percent(number("cvar_95"))], ["VaR 99 %", Wording.percent(number("var_99"))],
      ["CVaR 99 %", Wording.percent(number("cvar_99"))],
      ["share below zero", Wording.percent(number("share_lost"), 1)],
    ]
    var charts = Markup.chart(
      "c-outcomes", isPaths ? "Total return over paths, %" : "Daily return, %", "tall")
    if outcomes["drawdown_histogram"] != nil {
      charts += Markup.chart("c-falls", "Maximum drawdown over paths, %")
    }
    return Markup.section(
      "outcomes", "Distribution of outcomes", lead: lead,
      "<div class=\"two\"><div>" + charts + "</div>"
        + Markup.table(["Of \(isPaths ? "total" : "daily") returns", ""], rows, numbers: [1]) + "</div>\n")
  }

  /// Whether the market looks like one.
  var realism: String {
    let realism = report["realism"] ?? .null
    let names = [
      "volatility_per_day": "Volatility, % per √day", "skewness": "Skewness of returns",
      "excess_kurtosis": "Excess kurtosis of returns", "tail_index": "Tail index (Hill, largest 1 %)",
      "max_drawdown_of_mid": "Deepest fall of the mid",
      "return_memory": "Autocorrelation of returns, one step",
    ]
    let facts = (realism["facts"]?.arrayValue ?? []).map { fact in
      let name = fact["name"]?.stringValue ?? ""
      let figure = { (key: String) in
        let value = fact[key]?.doubleValue ?? 0
        return name == "volatility_per_day" || name == "max_drawdown_of_mid"
          ? Wording.percent(value) : Wording.fixed(value, name == "return_memory" ? 3 : 2)
      }
      return [names[name] ?? name, figure("recorded"), figure("simulated")]
    }
    let targets = (realism["targets"]?.arrayValue ?? []).map { target in
      [
        Markup.escape(target["text"]?.stringValue ?? ""),
        Wording.significant(target["mean"]?.doubleValue ?? 0),
        Wording.percent(target["share_within"]?.doubleValue ?? 0, 0),
        target["met"] == true ? "<span class=\"good\">hit</span>" : "<span class=\"bad\">missed</span>",
      ]
    }
    let paths = Wording.count(Int(realism["target_paths"]?.doubleValue ?? 1), "path")
    var body =
      "<div class=\"two\">" + Markup.chart("c-memory", "Autocorrelation of absolute returns, by lag in steps")
      + Markup.table(["Statistic of the mid", "Recorded", "Simulated"], facts, numbers: [1, 2]) + "</div>\n"
    if !targets.isEmpty {
      body += Markup.table(
        ["The scenario promises", "Mean", "Within", ""], targets, numbers: [1, 2],
        caption: "Targets of the scenario, looked at over \(paths) of this run")
    }
    return Markup.section(
      "realism", "Scenario realism",
      lead:
        "The first path's market beside the bars it was made from. Real returns have heavy tails, hardly any memory "
        + "in their sign, and a long one in their size.", body)
  }
}
