// SPDX-License-Identifier: Apache-2.0

/// Aligned columns of text.
struct TextTable {
  /// Where a column's text stands.
  enum Alignment {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[String]] = []
  private var headings: [Int] = []

  /// Makes a table of columns.
  init(_ alignments: Alignment...) { self.alignments = alignments }

  /// Adds a row.
  mutating func add(_ cells: String...) { rows.append(cells) }

  /// Adds a row.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// Adds a row of headings.
  mutating func head(_ cells: String...) {
    headings.append(rows.count)
    rows.append(cells)
  }

  /// The table as lines, each indented by two.
  var text: String {
    var widths = [Int](repeating: 0, count: alignments.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    return rows.enumerated().map { number, row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += "  " + (alignments[column] == .left ? cell + padding : padding + cell)
      }
      while line.last == " " { line.removeLast() }
      return (headings.contains(number) ? Style.dim(line) : line) + "\n"
    }.joined()
  }
}

/// The few marks that text bears on a terminal.
enum Style {
  static func bold(_ text: String) -> String { mark(text, "1") }
  static func dim(_ text: String) -> String { mark(text, "2") }
  static func warning(_ text: String) -> String { mark(text, "33") }

  private static func mark(_ text: String, _ code: String) -> String {
    Standard.isColourful ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
