// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSReport
import Testing

private let isLibraryInstalled = FileManager.default.fileExists(
  atPath: "\(ChartLibrary.installedFolder)/\(ChartLibrary.files[0])")

/// `mms experiment report` and `run --report`: the page of an experiment.
@Suite(.enabled(if: isLibraryInstalled, "needs the charting library: apt-get install libjs-dygraphs"))
struct ExperimentReportTests {
  /// The page's document of a folder.
  private func document(_ tool: Tool, _ folder: String, _ options: String...) throws -> JSONValue {
    let outcome = try tool.run(["experiment", "report", folder, "--output", "page.json"] + options)
    #expect(outcome.status == 0, "\(outcome.err)")
    return try JSONValue(parsing: tool.read("page.json"))
  }

  @Test func `a page holds the best, the heat map, the lines, the luck and the command, in the same bytes`()
    throws
  {
    let tool = try Tool()
    try tool.write(ExperimentTests.grid, to: "grid.yaml")
    let run = try tool.run("experiment", "run", "grid.yaml", "--output", "o", "--report", "one.html")
    #expect(run.status == 0, "\(run.err)")
    let page = try tool.read("one.html")
    for id in ["request", "best", "parameters", "lines", "luck", "provenance", "definitions"] {
      #expect(page.contains("<section id=\"\(id)\">"), "\(id)")
    }
    for chart in ["c-best", "c-heat", "c-parallel", "c-luck"] { #expect(page.contains("id=\"\(chart)\"")) }
    #expect(page.contains("mms experiment run grid.yaml --output grid\n"))
    #expect(!page.contains(tool.home))
    for attribute in ["src=\"http", "href=\"http"] { #expect(!page.contains(attribute)) }

    let again = try tool.run("experiment", "report", "o", "--json")
    #expect(try again.json["done"] == 12 && again.json["trials"] == 12)
    #expect(try tool.read("o/report.html") == page)
    #expect(try tool.run("experiment", "run", "grid.yaml", "--output", "p", "--jobs", "3").status == 0)
    #expect(try tool.run("experiment", "report", "p", "--output", "two.html").status == 0)
    #expect(try tool.read("two.html") == page)
  }

  @Test func `the cells of the heat map are the means of results-csv, on the axes asked for`() throws {
    let tool = try Tool()
    try tool.write(ExperimentTests.grid, to: "grid.yaml")
    #expect(try tool.run("experiment", "run", "grid.yaml", "--output", "o").status == 0)
    var sums: [String: (sum: Double, count: Int)] = [:]
    for line in try tool.read("o/results.csv").split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let value = try #require(Double(fields[5]))
      let key = "\(fields[1]) \(fields[2])"
      sums[key] = ((sums[key]?.sum ?? 0) + value, (sums[key]?.count ?? 0) + 1)
    }
    let document = try document(
      tool, "o", "--axes", "scenario,strategy_params.entry_threshold")
    let heat = try #require(document["charts"]?["heat"])
    #expect(heat["x"]?["labels"] == ["normal", "black_swan"])
    #expect(heat["y"]?["labels"] == ["0.002", "0.003", "0.004"])
    let means = try #require(heat["means"]?.arrayValue).map { $0.doubleValue }
    #expect(heat["counts"]?.arrayValue?.allSatisfy { $0 == 2 } == true)
    for (row, entry) in ["0.002", "0.003", "0.004"].enumerated() {
      for (column, scenario) in ["normal", "black_swan"].enumerated() {
        let cell = try #require(sums["\(scenario) \(entry)"])
        let mean = try #require(means[row * 2 + column])
        // Pages round to four digits.
        #expect(abs(mean - 100 * cell.sum / Double(cell.count)) <= 1e-3 * abs(mean))
      }
    }
    try tool.run("experiment", "report", "o", "--axes", "scenario,entry").expectError(
      64, "does not vary 'entry'")
    try tool.run("experiment", "report", "o", "--axes", "scenario").expectError(
      64, "two different parameters")
    try tool.run("experiment", "report", "o", "--output", "o.txt").expectError(64, ".html or .json")
    try tool.run("experiment", "report", "nowhere").expectError(66, "no experiment was begun")
  }

  @Test func `an experiment that is not done, and one with windows, have their pages too`() throws {
    let tool = try Tool()
    try tool.write(ExperimentTests.grid, to: "grid.yaml")
    #expect(
      try tool.run("experiment", "run", "grid.yaml", "--shard", "1/3", "--output", "part").status == 0)
    #expect(try document(tool, "part")["size"] == 4)
    #expect(try tool.run("experiment", "report", "part", "--output", "part.html").status == 0)
    #expect(try tool.read("part.html").contains("This is shard 1/3 alone"))

    try tool.write(ExperimentTests.grid.replacing("repeat: 2", with: "repeat: 20"), to: "long.yaml")
    let line = """
      "$MMS" experiment run long.yaml --output hurt --jobs 1 2>/dev/null & child=$!
      for i in $(seq 400); do
        kill -0 $child 2>/dev/null || exit 3
        n=$(wc -l <hurt/results.csv 2>/dev/null || echo 0)
        [ "$n" -gt 7 ] && break
        sleep 0.02
      done
      kill -9 $child; wait $child; exit 0
      """
    #expect(try tool.shell(line).status == 0, "it was done before it was killed")
    let hurt = try document(tool, "hurt")
    let done = try #require(hurt["done"]?.integerValue)
    #expect(hurt["size"] == 120 && done >= 6 && done < 120)
    #expect(try tool.run("experiment", "report", "hurt", "--output", "hurt.html").status == 0)
    #expect(try tool.read("hurt.html").contains("\(120 - done) trials still to run"))

    let windows = ExperimentTests.grid.replacing("period: 6h, ", with: "")
      .replacing(
        "repeat: 2", with: "walk_forward: {start: 2025-07-20, end: 2025-07-21, train: 6h, test: 3h, step: 6h}"
      )
      .replacing("[normal, black_swan]", with: "[normal]")
      .replacing("  constraints: [\"max_drawdown >= -0.02\"]\n", with: "")
    try tool.write(windows, to: "windows.yaml")
    let run = try tool.run("experiment", "run", "windows.yaml", "--output", "w", "--report", "w.html")
    #expect(run.status == 0, "\(run.err)")
    let text = try tool.read("w.html")
    #expect(text.contains("<section id=\"walk\">") && text.contains("id=\"c-walk\""))
  }
}
