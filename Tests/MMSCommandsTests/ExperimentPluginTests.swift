// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// An experiment over scenarios whose model is a library that the test compiles.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "needs a C compiler as /usr/bin/cc"))
struct ExperimentPluginTests {
  private let tool: Tool

  private static let experiment = """
    apiVersion: mms/v1
    kind: Experiment
    metadata: {name: spreads}
    spec:
      base: {symbol: BTCUSDT, period: 1d, scenario: normal, seed: 11}
      matrix:
        scenario: [normal, same.yaml, wide.yaml]
        strategy_params.entry_threshold: [0.002, 0.004]
      metrics: [slippage, total_return]

    """

  init() throws {
    tool = try Tool()
    try FileManager.default.createDirectory(
      atPath: tool.path("plugins/spreads"), withIntermediateDirectories: true)
    try tool.write(
      """
      apiVersion: mms/v1
      kind: Plugin
      metadata: {name: spreads, version: 1.0.0, summary: Makes spreads wider.}
      spec: {library: libspreads.so}

      """, to: "plugins/spreads/plugin.yaml")
    // Everyday spreads are far below the calibrated cost: only much wider ones are felt.
    for (name, factor, result) in [("same", 1, "9.5367431640625e-07"), ("wide", 65_536, "0.0625")] {
      try tool.write(
        """
        apiVersion: mms/v1
        kind: Scenario
        metadata: {name: \(name), version: 1, summary: Spreads times \(factor).}
        extends: [normal]
        spec:
          models:
            scenario:
              use: scenario/CFunction-v1
              library: {name: spreads}
              function: "void widen(int64_t rows, double factor, double *half_spread)"
              bind: {rows: block.rows, factor: \(factor), half_spread: market.half_spread}
              tests:
                - bind: {rows: 1, factor: \(factor), half_spread: [9.5367431640625e-07]}
                  expect: {half_spread: [\(result)]}

        """, to: "\(name).yaml")
    }
    try tool.write(Self.experiment, to: "spreads.yaml")
    try compile("half_spread[i] * factor")
  }

  private func compile(_ expression: String) throws {
    try tool.write(
      """
      #include <stdint.h>
      void widen(int64_t rows, double factor, double *half_spread) {
        for (int64_t i = 0; i < rows; i++) half_spread[i] = \(expression); }

      """, to: "spreads.c")
    let build = try tool.shell(
      "cc -std=c11 -O2 -ffp-contract=off -shared -fPIC -o plugins/spreads/libspreads.so spreads.c")
    #expect(build.status == 0, "\(build.err)")
  }

  @Test(
    "A compiled scenario runs beside built-in ones, its digest is an input, and another library is refused")
  func compiled() throws {
    let run = try tool.run(
      "experiment", "run", "spreads.yaml", "--output", "one", "--jobs", "1", "--json", "--report", "page.html"
    )
    #expect(run.status == 0, "\(run.err)")
    #expect(try run.json["ok"] == 6)
    let rows = try tool.read("one/results.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    // trial, scenario, threshold, status, slippage, its error, return, its error, trades, error
    #expect(rows.map { $0[1] } == ["normal", "normal", "same.yaml", "same.yaml", "wide.yaml", "wide.yaml"])
    for threshold in 0..<2 {
      let (own, same, wide) = (rows[threshold], rows[2 + threshold], rows[4 + threshold])
      #expect(own[3...] == same[3...])
      let (narrow, broad) = (try #require(Double(own[4])), try #require(Double(wide[4])))
      #expect(narrow > 0 && broad > narrow)
      #expect(try #require(Double(wide[6])) < #require(Double(own[6])))
    }
    let inputs = try #require(try run.json["provenance"]?["inputs"]?.objectValue)
    let plugin = try #require(inputs.first { $0.key.hasPrefix("plugin ") })
    #expect(plugin.value.stringValue?.count == 64)
    #expect(try tool.read("page.html").contains("wide.yaml"))

    #expect(try tool.run("experiment", "run", "spreads.yaml", "--output", "two", "--jobs", "3").status == 0)
    for name in ["results.csv", "experiment.json"] {
      #expect(try tool.read("one/\(name)") == tool.read("two/\(name)"))
    }
    try compile("half_spread[i] * factor * 2")
    try tool.run("experiment", "run", "spreads.yaml", "--output", "one").expectError(
      64, "changed since: plugin", "remove 'one'")
  }
}
