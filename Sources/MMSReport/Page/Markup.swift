// SPDX-License-Identifier: Apache-2.0

/// Pieces of HTML.
public enum Markup {
  /// Text as HTML.
  public static func escape(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A table that scrolls by itself on narrow screens; cells are HTML.
  ///
  /// - Parameter isLong: Whether it scrolls up and down too.
  public static func table(
    _ head: [String], _ rows: [[String]], numbers: Set<Int> = [], caption: String = "", isLong: Bool = false
  ) -> String {
    func cell(_ tag: String, _ index: Int, _ html: String) -> String {
      "<\(tag)\(numbers.contains(index) ? " class=\"n\"" : "")>\(html)</\(tag)>"
    }
    var html = "<div class=\"scroll\(isLong ? " long" : "")\"><table>"
    if !caption.isEmpty { html += "<caption>\(escape(caption))</caption>" }
    if !head.isEmpty {
      html += "<thead><tr>"
      for (index, text) in head.enumerated() { html += cell("th", index, escape(text)) }
      html += "</tr></thead>"
    }
    html += "<tbody>"
    for row in rows {
      html += "<tr>"
      for (index, text) in row.enumerated() { html += cell("td", index, text) }
      html += "</tr>"
    }
    return html + "</tbody></table></div>\n"
  }

  /// A section with its heading.
  static func section(_ id: String, _ title: String, lead: String = "", _ body: String) -> String {
    let text = lead.isEmpty ? "" : "<p class=\"lead\">\(lead)</p>\n"
    return "<section id=\"\(id)\">\n<h2>\(escape(title))</h2>\n\(text)\(body)</section>\n"
  }

  /// The place of a chart, drawn by the page's script.
  ///
  /// - Parameter kind: `tall`, `low` or empty.
  static func chart(_ id: String, _ title: String, _ kind: String = "", note: String = "") -> String {
    let text = note.isEmpty ? "" : "<p class=\"note\">\(escape(note))</p>"
    return "<figure><figcaption><b>\(escape(title))</b><span class=\"legend\"></span></figcaption>"
      + "<div class=\"chart \(kind)\" id=\"\(id)\" role=\"img\" aria-label=\"\(escape(title))\"></div>"
      + text + "</figure>\n"
  }

  /// JSON that may stand inside a script element.
  static func embedded(_ json: String) -> String { json.replacing("<", with: "\\u003c") }
}
