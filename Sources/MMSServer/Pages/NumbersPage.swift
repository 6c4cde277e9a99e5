// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSReport
import MMSStore
import MMSStudy

/// The stored answer of a simulation as a page without charts: what is shown where no charting library is installed.
struct NumbersPage {
  private let stored: StoredSimulation
  private let answer: JSONValue
  private let note: String

  /// Takes an answer.
  ///
  /// - Parameter note: Why there are no charts.
  init(_ stored: StoredSimulation, answer: JSONValue, note: String) {
    self.stored = stored
    self.answer = answer
    self.note = note
  }

  /// The page.
  var html: String {
    let e = Markup.escape
    var body = "<h1>\(e(stored.symbol)), \(e(stored.period)), \(e(stored.scenario))</h1>\n"
    body += "<p class=\"soft\"><code>\(e(stored.id))</code> · \(e(stored.createdAt)) UTC · strategy "
    body += "\(e(stored.strategy ?? "–")) · <a href=\"/reports/\(e(stored.id)).json\">JSON</a> · "
    body += "<a href=\"/simulations/\(e(stored.id))/trades\">trades</a></p>\n"
    body += "<p class=\"soft\">\(e(note))</p>\n"
    body += warnings + numbers + run
    for (title, key) in [("What trading was like", "details"), ("Spread over paths", "dispersion")] {
      body += section(title, answer[key])
    }
    body += section("Where the numbers come from", answer["provenance"])
    return PageFrame.page("\(stored.id) · MMS report", body: body)
  }

  /// A comparison without charts.
  static func comparison(_ id: String, _ answer: JSONValue, note: String) -> String {
    let e = Markup.escape
    func cell(_ value: JSONValue?) -> String { value.map { e(text($0)) } ?? "–" }
    let rows = (answer["metrics"]?.arrayValue ?? []).map { row in
      ["metric", "a", "b", "difference", "standard_error", "p_value", "verdict"].map { cell(row[$0]) }
    }
    let body =
      "<h1>\(cell(answer["a"])) against \(cell(answer["b"])): \(cell(answer["verdict"]))</h1>\n"
      + "<p class=\"soft\"><code>\(e(id))</code> · <a href=\"/comparisons/\(e(id))\">JSON</a></p>\n"
      + "<p class=\"soft\">\(e(note))</p>\n" + warnings(of: answer)
      + Markup.table(
        ["Metric", "A", "B", "Difference", "Standard error", "p", "Verdict"], rows,
        numbers: [1, 2, 3, 4, 5])
    return PageFrame.page("\(id) · MMS comparison", body: body)
  }

  /// An experiment without charts.
  static func experiment(_ study: Study, note: String) -> String {
    let e = Markup.escape
    var rows: [[String]] = []
    flatten(.object(study.experimentFacts(rate: nil, hiding: { $0 })), "", into: &rows)
    let body =
      "<h1>Experiment \(e(study.facts["name"]?.stringValue ?? ""))</h1>\n"
      + "<p class=\"soft\"><code>\(e(study.id))</code> · <a href=\"/experiments/\(e(study.id))\">JSON</a> · "
      + "<a href=\"/experiments/\(e(study.id))/results\">CSV</a></p>\n<p class=\"soft\">\(e(note))</p>\n"
      + Markup.table([], rows)
    return PageFrame.page("\(study.id) · MMS experiment", body: body)
  }

  private var warnings: String { Self.warnings(of: answer) }

  private static func warnings(of answer: JSONValue) -> String {
    let texts = (answer["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
    if texts.isEmpty { return "" }
    return "<ul>" + texts.map { "<li class=\"bad\">\(Markup.escape($0))</li>" }.joined() + "</ul>\n"
  }

  private var numbers: String {
    let rows = AnswerSchemas.metrics.map { metric, definition in
      let value = answer[metric.rawValue]?.doubleValue
      let error = answer["standard_errors"]?[metric.rawValue]?.doubleValue
      return [
        "<code>\(metric.rawValue)</code>", value.map(PageFrame.figure) ?? "–",
        error.map { "± \(PageFrame.figure($0))" } ?? "–", Markup.escape(definition),
      ]
    }
    let method = answer["se_method"]?.stringValue ?? ""
    return "<h2>Result</h2>\n"
      + Markup.table(["Number", "Value", "Standard error", "Meaning"], rows, numbers: [1, 2])
      + "<p class=\"soft\">Standard errors: \(Markup.escape(method)). A dash: this run cannot tell.</p>\n"
  }

  private var run: String {
    let e = Markup.escape
    var rows: [[String]] = []
    for (title, key) in [
      ("Seed", "seed"), ("Paths", "paths"), ("Closed trades", "trades"), ("Seconds", "execution_time"),
    ] { rows.append([title, answer[key].map { e(Self.text($0)) } ?? "–"]) }
    rows.append(["Strategy's parameters", "<code>\(e(stored.strategyParams))</code>"])
    if let request = stored.request { rows.append(["Request", "<code>\(e(request))</code>"]) }
    return "<h2>Run</h2>\n" + Markup.table([], rows)
  }

  private func section(_ title: String, _ value: JSONValue?) -> String {
    guard let object = value?.objectValue, !object.isEmpty else { return "" }
    var rows: [[String]] = []
    Self.flatten(.object(object), "", into: &rows)
    return "<h2>\(Markup.escape(title))</h2>\n" + Markup.table([], rows)
  }

  private static func flatten(_ value: JSONValue, _ path: String, into rows: inout [[String]]) {
    if let object = value.objectValue {
      for (key, value) in object.map({ ($0.key, $0.value) }) {
        flatten(value, path.isEmpty ? key : "\(path).\(key)", into: &rows)
      }
      return
    }
    rows.append(["<code>\(Markup.escape(path))</code>", Markup.escape(text(value))])
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "–"
    case .string(let text): text
    case .number(let number): PageFrame.figure(number)
    default: value.write(pretty: false)
    }
  }
}

#endif
