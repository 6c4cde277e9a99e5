// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSReport
import MMSRuntime

extension HomePage {
  /// The scenarios, each with its sentence or with what is wrong with it.
  var scenarioList: String {
    let e = Markup.escape
    let rows = vocabulary.scenarios.map { item in
      [
        "<a href=\"/scenarios/\(e(item.name))\">\(e(item.name))</a>",
        item.fault.map { "<span class=\"bad\">\(e($0))</span>" } ?? e(item.summary),
      ]
    }
    return "<h2 id=\"scenarios\">Scenarios</h2>\n" + Markup.table(["Name", "What it is"], rows)
  }

  /// Strategies and models with their parameters, folded.
  var modelLists: String {
    var html = "<h2 id=\"strategies\">Strategies</h2>\n" + vocabulary.strategies.map(Self.folded).joined()
    html += "<h2 id=\"models\">Models</h2>\n"
    for kind in ModelKind.all where kind != .strategy {
      let entries = vocabulary.models.filter { $0.descriptor.kind == kind }
      if entries.isEmpty { continue }
      html += "<h3>\(Self.title(of: kind))</h3>\n" + entries.map(Self.folded).joined()
    }
    return html
  }

  private static func title(of kind: ModelKind) -> String {
    switch kind {
    case .scenario: "The market's price and state"
    case .fill: "Whether orders fill"
    case .impact: "What orders do to the price"
    case .flow: "Other traders' orders"
    case .source: "Data"
    default: Markup.escape(kind.rawValue)
    }
  }

  private static func folded(_ entry: ModelEntry) -> String {
    let e = Markup.escape
    let model = entry.descriptor
    let origin = entry.origin == "built-in" ? "" : " <span class=\"soft\">from \(e(entry.origin))</span>"
    var html = "<details><summary><code>\(e(model.id))</code>\(origin) "
    html += "<span class=\"soft\">\(e(model.summary))</span></summary>\n"
    if model.parameters.isEmpty {
      html += "<p class=\"soft\">It has no parameters.</p>\n"
    } else {
      let rows = model.parameters.map { parameter in
        [
          "<code>\(e(parameter.name))</code>", e(parameter.type.name), e(parameter.unit.rawValue),
          parameter.defaultValue.map { "<code>\(e(text($0.json)))</code>" } ?? "required",
          e(parameter.rangeText ?? ""), e(parameter.summary),
        ]
      }
      html += Markup.table(["Parameter", "Type", "Unit", "Default", "Range", "Meaning"], rows)
    }
    return html + "<p><a href=\"/models/\(e(model.id))\">Equations and source, as JSON</a></p></details>\n"
  }

  private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.write(pretty: false) }
}

#endif
