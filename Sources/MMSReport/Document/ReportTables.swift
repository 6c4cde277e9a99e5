// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The series and lists of a report as CSV files.
public struct ReportTables: Sendable {
  private let report: JSONValue

  /// Takes a report as ``SimulationSummary/report()`` writes it.
  public init(_ report: JSONValue) { self.report = report }

  /// Name and text of each file that has rows.
  public var files: [(name: String, text: String)] {
    var files = [("series.csv", series), ("fan.csv", fan)]
    for (name, key) in [
      ("paths.csv", "paths"), ("trades.csv", "trades"), ("fills.csv", "fills"),
      ("drawdowns.csv", "drawdowns"),
    ] { files.append((name, list(report[key]))) }
    files.append(("sizes.csv", list(report["impact"]?["sizes"])))
    return files.filter { !$0.1.isEmpty }
  }

  /// Objects as rows; the columns are the first object's scalar members.
  private func list(_ value: JSONValue?) -> String {
    let rows = value?.arrayValue ?? []
    let keys = (rows.first?.objectValue ?? [:]).filter { $0.value.arrayValue == nil }.map(\.key)
    if keys.isEmpty { return "" }
    let lines = rows.map { row in keys.map { Self.cell(row[$0] ?? .null) }.joined(separator: ",") }
    return ([keys.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }

  private var series: String {
    var columns: [(String, [JSONValue])] = [("time", report["series"]?["time"]?.arrayValue ?? [])]
    for column in report["series"]?["columns"]?.objectValue ?? [:] {
      for part in column.value.objectValue ?? [:] {
        columns.append(
          (part.key == "last" ? column.key : "\(column.key)_\(part.key)", part.value.arrayValue ?? []))
      }
    }
    return Self.table(columns)
  }

  private var fan: String {
    var columns: [(String, [JSONValue])] = [("time", report["fan"]?["time"]?.arrayValue ?? [])]
    for name in ["equity", "drawdown"] {
      for band in report["fan"]?[name]?.objectValue ?? [:] {
        columns.append(("\(name)_\(band.key)", band.value.arrayValue ?? []))
      }
    }
    columns.append(("buy_and_hold", report["fan"]?["buy_and_hold"]?.arrayValue ?? []))
    return Self.table(columns)
  }

  private static func table(_ columns: [(String, [JSONValue])]) -> String {
    guard let count = columns.first?.1.count, count > 0 else { return "" }
    let full = columns.filter { $0.1.count == count }
    var text = full.map(\.0).joined(separator: ",") + "\n"
    for row in 0..<count { text += full.map { cell($0.1[row]) }.joined(separator: ",") + "\n" }
    return text
  }

  private static func cell(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text):
      text.contains(",") || text.contains("\"") ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    default: value.write(pretty: false)
    }
  }
}
