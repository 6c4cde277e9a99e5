// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSReport
import MMSScenario
import MMSStudy
import Testing

@testable import MMSRuntime

/// Comparisons of whole simulations, on the bundled bars.
struct CompareTests {
  private func base(_ period: String = "2d", paths: Int = 12) -> SimulationRequest {
    var request = SimulationRequest(symbol: "BTCUSDT", period: period, scenario: "")
    request.strategy = "buy_and_hold"
    request.paths = paths
    return request
  }

  @Test("A side against itself is equal in every metric")
  func equal() throws {
    let summary = try Checkout.runtime().compare(ComparisonRequest(base: base(), a: "normal", b: "normal"))
    #expect(summary.comparison.verdict == .equal)
    #expect(summary.comparison.metrics.allSatisfy { $0.verdict == .equal && $0.pValue == nil })
  }

  @Test("The lower fee is better, and pairing saves all but a thousandth of the variance")
  func fees() throws {
    let summary = try Checkout.runtime().compare(
      ComparisonRequest(base: base(), a: "normal?execution.taker_fee=0.002", b: "normal"))
    #expect(summary.comparison.verdict == .b)
    let row = try #require(summary.comparison.metrics.first { $0.metric == .totalReturn })
    #expect(row.shareB == 1)
    #expect(try #require(row.varianceSaved) > 0.999)
    // Both fees are debited at the fill and nothing else differs: slippage is no fee.
    #expect(summary.comparison.metrics.first { $0.metric == .slippage }?.verdict == .equal)
  }

  @Test(
    "The same request gives the same numbers on one thread and on several, whatever the order of the sides")
  func determinism() throws {
    let request = try ComparisonRequest(base: base(), a: "normal", b: "high_volatility")
    func digest(_ threads: Int) throws -> String? {
      try Checkout.runtime(threads: threads).compare(request).json()["result_digest"]?.stringValue
    }
    let first = try digest(1)
    #expect(first != nil)
    #expect(try digest(1) == first)
    #expect(try digest(3) == first)
    let turned = try Checkout.runtime().compare(
      ComparisonRequest(base: base(), a: "high_volatility", b: "normal"))
    let straight = try Checkout.runtime().compare(request)
    for (one, other) in zip(straight.comparison.metrics, turned.comparison.metrics) {
      #expect(one.difference == -other.difference)
      #expect(one.pValue == other.pValue)
    }
  }

  @Test("A sample crosses to another process bit for bit")
  func sampleAsJSON() throws {
    var request = base("3d", paths: 3)
    request.scenario = "normal"
    let prepared = try Checkout.runtime().prepare(request)
    let sample = ComparisonSample(try prepared.run(threads: 1).paths)
    #expect(!sample.stretches.isEmpty && sample.orders.count == 3)
    let text = sample.json.write(pretty: false)
    #expect(try ComparisonSample(json: JSONValue(parsing: text)) == sample)
    #expect(throws: MMSError.self) { try ComparisonSample(json: ["paths": [[1, 2]]]) }
  }

  @Test(
    "Antithetic paths are compared in pairs, on any number of threads, and cross to another process as such")
  func antithetic() throws {
    var common = base(paths: 32)
    common.antithetic = true
    let request = try ComparisonRequest(
      base: common, a: "normal?strategy_params.position_size=0.5", b: "normal")
    let summary = try Checkout.runtime().compare(request)
    #expect(summary.comparison.method == .pairs && summary.comparison.paths == 32)
    #expect(try Checkout.runtime(threads: 3).compare(request).comparison == summary.comparison)
    #expect(
      try ComparisonSample(json: JSONValue(parsing: summary.a.sample.json.write())) == summary.a.sample)
    #expect(summary.a.sample.isAntithetic)
    // The same paths counted one by one are another sample, with another error.
    var plain = common
    plain.antithetic = false
    let independent = try Checkout.runtime().compare(
      ComparisonRequest(base: plain, a: "normal?strategy_params.position_size=0.5", b: "normal"))
    #expect(independent.comparison.method == .paths)
    #expect(
      try ComparisonRequest(json: request.json).a.request.antithetic, "an order for another process keeps it")
    common.paths = 33
    let odd = #expect(throws: MMSError.self) {
      try Checkout.runtime().compare(ComparisonRequest(base: common, a: "normal", b: "normal"))
    }
    #expect(odd?.path == "paths")
  }

  @Test("A crash makes one path and a handful of them silent")
  func events() throws {
    let summary = try Checkout.runtime().compare(
      ComparisonRequest(base: base(paths: 9), a: "black_swan", b: "normal"))
    #expect(summary.comparison.metrics.allSatisfy { $0.verdict == .cannotTell || $0.verdict == .equal })
    #expect(summary.warnings.contains { $0.contains("9 paths of events") })
  }

  @Test("One path is resampled by its hours")
  func oneHistory() throws {
    var request = base("5d", paths: 1)
    request.seed = 3
    let summary = try Checkout.runtime().compare(
      ComparisonRequest(base: request, a: "normal?strategy_params.position_size=0.5", b: "normal"))
    #expect(summary.comparison.method == .time)
    let row = try #require(summary.comparison.metrics.first { $0.metric == .totalReturn })
    #expect(row.interval != nil && row.pValue != nil)
    #expect(row.pathsForPower == nil)
  }

  @Test(
    "What is wrong with a side is refused, naming the side",
    arguments: [
      ("norml", "side a"), ("normal?execution.latency", "path=value"), ("", "side a"),
      ("normal?strategy=treshold", "threshold"), ("normal?strategy_params.nonsense=1", "side a"),
      ("normal?nowhere.at.all=1", "side a"),
    ])
  func wrongSides(_ side: String, _ word: String) throws {
    let error = #expect(throws: MMSError.self) {
      let request = try ComparisonRequest(base: base(), a: side, b: "normal")
      let runtime = try Checkout.runtime()
      try runtime.check(request)
      _ = try runtime.compare(request)
    }
    let said = "\(error?.message ?? "") \(error?.hint ?? "")"
    #expect(said.contains(word))
  }

  @Test("Metrics are known, named once, and the primary is among them")
  func metrics() throws {
    func request(_ metrics: [String], _ primary: String? = nil) throws -> ComparisonRequest {
      try ComparisonRequest(base: base(), a: "normal", b: "normal", metrics: metrics, primary: primary)
    }
    #expect(try request([]).primary == .totalReturn)
    #expect(try request(["slippage"]).primary == .slippage)
    #expect(try request(["slippage", "total_return"]).primary == .totalReturn)
    #expect(try request([], "sharpe_ratio").primary == .sharpeRatio)
    for (metrics, primary) in [
      (["slip"], nil), (["slippage", "slippage"], nil), (["slippage"], "total_return"),
    ]
      as [([String], String?)]
    {
      #expect(throws: MMSError.self) { try request(metrics, primary) }
    }
  }

  @Test("A file says what a command says")
  func file() throws {
    let names = Metric.allCases.map(\.rawValue)
    let text = """
      apiVersion: mms/v1
      kind: Comparison
      metadata: {name: fees, summary: Which fee?}
      spec:
        base:
          symbol: BTCUSDT
          period: 2d
          scenario: normal
          strategy: buy_and_hold
          seed: 5
          antithetic: true
        a: {overrides: {execution.taker_fee: 0.002}}
        b: "normal?strategy_params.position_size=0.5"
        paths: 20
        metrics: [total_return, slippage]
      """
    let request = try ComparisonRequest(ComparisonDefinition(text: text, file: "fees.yaml", metrics: names))
    var common = base(paths: 20)
    (common.seed, common.antithetic) = (5, true)
    let spoken = try ComparisonRequest(
      base: common, a: "normal?execution.taker_fee=0.002", b: "normal?strategy_params.position_size=0.5",
      metrics: ["total_return", "slippage"])
    #expect(request.a.label == spoken.a.label && request.b.label == spoken.b.label)
    #expect(request.a.request.json == spoken.a.request.json)
    #expect(request.b.request.json == spoken.b.request.json)
    #expect(request.metrics == spoken.metrics && request.primary == spoken.primary)
  }

  @Test("Every fault of a file is reported with its place")
  func faultsOfFiles() throws {
    let names = Metric.allCases.map(\.rawValue)
    let text = """
      apiVersion: mms/v2
      kind: Comparison
      metadata: {name: x}
      spec:
        base: {symbol: BTCUSDT, perod: 2d, start_time: soon}
        a: {scenari: normal}
        b: normal
        paths: 0
        metrics: [slippage, slippage, returns]
        primary: total_return
      """
    let error = try #require(
      #expect(throws: MMSError.self) { try ComparisonDefinition(text: text, file: "x.yaml", metrics: names) })
    let all = [error] + error.others
    let said = all.map { "\($0.location?.line ?? 0): \($0.message)" }.joined(separator: "\n")
    for place in ["1: ", "5: ", "6: ", "8: ", "9: "] { #expect(said.contains(place), "\(place) \(said)") }
    for word in ["mms/v1", "perod", "period", "scenari", "paths", "start_time", "returns"] {
      #expect(said.contains(word), "\(word) \(said)")
    }
    let conflict = #expect(throws: MMSError.self) {
      try ComparisonDefinition(
        text: """
          apiVersion: mms/v1
          kind: Comparison
          metadata: {name: x}
          spec:
            base: {symbol: BTCUSDT, period: 2d}
            a: normal
            b: {strategy: twap}
            metrics: [slippage]
            primary: total_return
          """, file: "x.yaml", metrics: names)
    }
    let faults = ([conflict].compactMap { $0 } + (conflict?.others ?? [])).map(\.message).joined(
      separator: "\n")
    #expect(faults.contains("not among the metrics"))
    #expect(faults.contains("side b has no scenario"))
  }
}
