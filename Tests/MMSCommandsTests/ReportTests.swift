// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSReport
import MMSStore
import Testing

/// `mms report` from end to end.
struct ReportTests {
  private let tool: Tool

  init() throws { tool = try Tool() }

  private static let isInstalled = FileManager.default.fileExists(
    atPath: "\(ChartLibrary.installedFolder)/\(ChartLibrary.files[0])")
  private static let remedy: Comment = "needs the charting library: apt-get install libjs-dygraphs"

  /// A day on which the strategy trades.
  private func simulate(_ arguments: String...) throws -> JSONValue {
    let outcome = try tool.run(
      [
        "simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", "normal", "--seed", "3", "--param",
        "entry_threshold=0.002", "--param", "exit_threshold=0.001", "--json",
      ] + arguments)
    try #require(outcome.status == 0, "\(outcome.err)")
    return try outcome.json
  }

  @Test(
    "The folder holds page, JSON and CSV; twice the same bytes, and those of simulate",
    .enabled(if: isInstalled, remedy))
  func folder() throws {
    let answer = try simulate("--report", "direct.html")
    let id = try #require(answer["simulation_id"]?.stringValue)
    #expect(answer["report_url"]?.stringValue?.hasSuffix("/direct.html") == true)
    for name in ["first", "second"] {
      let outcome = try tool.run("report", id, "--output", name, "--json")
      try #require(outcome.status == 0, "\(outcome.err)")
      #expect(try outcome.json["identical"] == true)
      #expect(try outcome.json["report"]?.stringValue?.hasSuffix("/\(name)/report.html") == true)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: tool.path("first")).sorted()
    #expect(
      names == [
        "drawdowns.csv", "fan.csv", "fills.csv", "paths.csv", "report.html", "report.json", "series.csv",
        "sizes.csv",
        "trades.csv",
      ])
    for name in names { #expect(try tool.read("first/\(name)") == tool.read("second/\(name)"), "\(name)") }
    let page = try tool.read("first/report.html")
    #expect(try page == tool.read("direct.html"))
    #expect(page.utf8.count < 2_000_000)
    #expect(page.firstMatch(of: /(src|href)="https?:/) == nil)
    #expect(!page.contains(id), "an id is made of a date")
    let series = try tool.read("first/series.csv").split(separator: "\n")
    #expect(series.count == 1441)
    #expect(series[0].hasPrefix("time,equity,position,mid,mid_low,mid_high"))
  }

  @Test("The command in the report gives the same numbers, bit for bit")
  func rebuilding() throws {
    let answer = try simulate(
      "--set", "execution.taker_fee=0.0004", "--paths", "2", "--report", "run.json", "--strategy", "threshold"
    )
    let report = try JSONValue(parsing: tool.read("run.json"))
    let command = try #require(report["rebuild"]?["command"]?.stringValue)
    #expect(command.hasPrefix("mms simulate --symbol BTCUSDT"))
    let again = try tool.shell("$MMS" + command.dropFirst(3) + " --json")
    #expect(again.status == 0, "\(again.err)")
    #expect(try again.json["provenance"]?["result_digest"] == answer["provenance"]?["result_digest"])
  }

  @Test("The report's structure is the golden one")
  func structure() throws {
    _ = try simulate("--report", "run.json")
    let report = try JSONValue(parsing: tool.read("run.json"))
    var found: [String] = []
    Self.describe(report, "", into: &found)
    let golden = ReportGolden.structure.split(separator: "\n").map(String.init)
    let (missing, new) = (golden.filter { !found.contains($0) }, found.filter { !golden.contains($0) })
    #expect(missing.isEmpty, "no longer there: \(missing.joined(separator: "; "))")
    #expect(new.isEmpty, "not in the golden list: \(new.joined(separator: "\n"))")
  }

  @Test("The report's figures are the golden ones")
  func figures() throws {
    _ = try simulate("--report", "run.json")
    let report = try JSONValue(parsing: tool.read("run.json"))
    #expect(report["verdict"]?.stringValue == ReportGolden.verdict)
    for (path, value) in ReportGolden.figures {
      let found = path.split(separator: ".").reduce(report) { value, key in
        Int(key).flatMap { value.arrayValue?[$0] } ?? value[String(key)] ?? .null
      }
      #expect(found == value, "\(path)")
    }
  }

  /// Every path of a document with the kind of its value; the elements of a list count as one.
  private static func describe(_ value: JSONValue, _ path: String, into found: inout [String]) {
    let kind: String
    switch value {
    case .object(let object):
      for member in object {
        describe(member.value, path.isEmpty ? member.key : "\(path).\(member.key)", into: &found)
      }
      return
    case .array(let items):
      if items.isEmpty { found.append("\(path)[] empty") }
      for item in items { describe(item, path + "[]", into: &found) }
      return
    case .null: kind = "null"
    case .bool: kind = "bool"
    case .string: kind = "string"
    case .integer, .number: kind = "number"
    }
    let line = "\(path) \(kind)"
    if found.last != line, !found.contains(line) { found.append(line) }
  }

  @Test("Without the charting library a page is an error with its remedy; JSON needs none")
  func missingLibrary() throws {
    let id = try #require(simulate()["simulation_id"]?.stringValue)
    try tool.run("report", id, "--chart-path", "nowhere").expectError(
      69, "dygraphs", "libjs-dygraphs", "nowhere", ".json")
    #expect(!FileManager.default.fileExists(atPath: tool.path("\(id)-report")))
    let outcome = try tool.run("report", id, "--chart-path", "nowhere", "--output", "run.json")
    #expect(outcome.status == 0, "\(outcome.err)")
  }

  @Test(
    "A book's report has the curve of impact with its law and the scenario's targets; the text has the law's line",
    .enabled(if: isInstalled, remedy))
  func book() throws {
    let run = [
      "simulate", "--symbol", "BTCUSDT", "--scenario", "normal_book", "--period", "20m", "--paths", "4",
      "--strategy",
      "twap", "--param", "quantity=2000", "--param", "side=buy",
    ]
    let text = try tool.run(run + ["--report", "book.html"])
    try #require(text.status == 0, "\(text.err)")
    let answer = try tool.run(run + ["--json", "--report", "book.json"]).json
    let law = try #require(answer["details"]?["metaorder_impact"])
    let exponent = try #require(law["exponent"]?.doubleValue)
    let prefactor = try #require(law["prefactor"]?.doubleValue)
    let name = try #require(law["law"]?.stringValue)
    #expect(text.out.contains("in the book ∝ size^") && text.out.contains(": \(name)\n"))
    // The line runs through the middle of what it was fitted to.
    let sizes = try #require(law["sizes"]?.arrayValue)
    let ratios = sizes.compactMap { size -> Double? in
      guard let quantity = size["quantity"]?.doubleValue, let mean = size["mean"]?.doubleValue,
        let error = size["standard_error"]?.doubleValue, error > 0, mean > 2 * error
      else { return nil }
      return mean / (prefactor * MMSMath.exp(exponent * MMSMath.log(quantity)))
    }
    #expect(ratios.count >= 3)
    #expect(try #require(ratios.min()) <= 1 && #require(ratios.max()) >= 1)

    let page = try tool.read("book.html")
    #expect(page.contains("id=\"c-metaorders\"") && page.contains("power <b>"))
    #expect(page.contains("mean volatility_ratio within 0.9"))
    let realism = try #require(JSONValue(parsing: tool.read("book.json"))["realism"])
    #expect(realism["target_paths"] == 4 && realism["targets"]?.arrayValue?.count == 3)
  }

  @Test("A comparison is a page too, and the same bytes each time", .enabled(if: isInstalled, remedy))
  func comparison() throws {
    for name in ["a.html", "b.html", "c.json"] {
      let outcome = try tool.run(
        "compare", "normal", "high_volatility", "--symbol", "BTCUSDT", "--period", "1d", "--paths", "4",
        "--report",
        name, "--json")
      try #require(outcome.status == 0, "\(outcome.err)")
    }
    let page = try tool.read("a.html")
    #expect(try page == tool.read("b.html"))
    let document = try JSONValue(parsing: tool.read("c.json"))
    #expect(page.contains(document["result_digest"]?.stringValue ?? "no digest"))
    #expect(document["path_values"]?["a"]?["total_return"]?.arrayValue?.count == 4)
    #expect(page.contains("c-scatter") && page.contains("A and B are equal in total return"))
  }

  @Test("Unknown, failed and unfinished simulations have no report, and say why")
  func noReport() throws {
    let id = try #require(simulate()["simulation_id"]?.stringValue)
    try tool.run("report", "sim_19990101_001").expectError(66, "sim_19990101_001")
    let store = try Store(path: tool.path("mms.sqlite"), options: Store.Options(survivesPowerLoss: false))
    let task = NewTask(
      symbol: "BTCUSDT", period: "1d", scenario: "normal", strategy: "threshold", strategyParams: "{}",
      seed: 1,
      paths: 1, request: "{}")
    let ids = try store.apply([.accept(task), .accept(task)]).compactMap { $0 }
    _ = try store.apply([.fail(id: ids[0], reason: "the plugin crashed")])
    try tool.run("report", ids[0]).expectError(65, ids[0], "failed", "the plugin crashed")
    try tool.run("report", ids[1]).expectError(65, ids[1], "pending")
    #expect(id != ids[0])
  }
}
