// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

/// `mms compare` as a process.
@Suite(.timeLimit(.minutes(3))) struct CompareCommandTests {
  private static let common = [
    "--symbol", "BTCUSDT", "--period", "2d", "--strategy", "buy_and_hold", "--paths", "8",
  ]

  @Test("One JSON document with the names of the interface, the same on other threads")
  func json() throws {
    let tool = try Tool()
    let sides = ["compare", "normal", "normal?execution.taker_fee=0.002"] + Self.common
    let first = try tool.run(sides + ["--json", "--threads", "1"])
    #expect(first.status == 0, "\(first.err)")
    let answer = try first.json
    #expect(answer["a"] == "normal")
    #expect(answer["b"] == "normal?execution.taker_fee=0.002")
    #expect(answer["paths"] == 8)
    #expect(answer["primary"] == "total_return")
    #expect(answer["verdict"] == "A")
    let row = try #require(answer["metrics"]?.arrayValue?.first { $0["metric"] == "total_return" })
    #expect(row["interval"]?.arrayValue?.count == 2)
    let second = try tool.run(sides + ["--json", "--threads", "2"])
    #expect(try second.json["result_digest"] == answer["result_digest"])
  }

  @Test("--antithetic and the key of a file say the same")
  func antithetic() throws {
    let tool = try Tool()
    let spoken = try tool.run([
      "compare", "normal", "normal?execution.taker_fee=0.002", "--symbol", "BTCUSDT", "--period", "2d",
      "--strategy", "buy_and_hold", "--paths", "16", "--seed", "4", "--antithetic", "--json",
    ])
    #expect(spoken.status == 0, "\(spoken.err)")
    #expect(try spoken.json["method"] == "pairs")
    try tool.write(
      """
      apiVersion: mms/v1
      kind: Comparison
      metadata: {name: fees}
      spec:
        base: {symbol: BTCUSDT, period: 2d, strategy: buy_and_hold, seed: 4, antithetic: true}
        a: normal
        b: "normal?execution.taker_fee=0.002"
        paths: 16
      """, to: "fees.yaml")
    let written = try tool.run(["compare", "fees.yaml", "--json"])
    #expect(written.status == 0, "\(written.err)")
    #expect(try written.json["result_digest"] == spoken.json["result_digest"])
    let beside = try tool.run(["compare", "fees.yaml", "--antithetic"])
    #expect(beside.status == 64 && beside.err.contains("says what is compared"), "\(beside.err)")
  }

  @Test("The examples are read, and a plugin-free schema accepts their keys")
  func examples() throws {
    let tool = try Tool()
    let schema = try tool.run(["schema", "--kind", "Comparison"]).json
    let keys = schema["properties"]?["spec"]?["properties"]?.objectValue?.keys ?? []
    #expect(keys == ["base", "a", "b", "paths", "metrics", "primary"])
    for name in ["impact_laws", "entry_threshold"] {
      // Read and checked, then refused for the option beside it: nothing runs.
      let path = "\(Tool.checkout)/examples/comparisons/\(name).yaml"
      let outcome = try tool.run(["compare", path, "--paths", "3"])
      #expect(outcome.status == 64 && outcome.err.contains("says what is compared"), "\(outcome.err)")
    }
  }

  @Test(
    "What is wrong ends with its status and says what to do",
    arguments: [
      (["compare", "normal"], 64, "second scenario"),
      (["compare", "normal", "high_volatility"], 64, "--symbol"),
      (["compare", "normal", "norml"] + common, 64, "normal"),
      (["compare", "normal", "normal?latency"] + common, 64, "path=value"),
      (["compare", "normal", "normal", "--metric", "slipage"] + common, 64, "slippage"),
      (
        ["compare", "normal", "normal", "--metric", "slippage", "--primary", "sharpe_ratio"] + common, 64,
        "among"
      ),
      (["compare", "nowhere.yaml"], 66, "nowhere.yaml"),
      (["compare", "a", "b", "c"] + common, 64, "two"),
    ])
  func refusals(_ words: [String], _ status: Int32, _ said: String) throws {
    let outcome = try Tool().run(words)
    #expect(outcome.status == status, "\(outcome.err)")
    #expect(outcome.out.isEmpty)
    #expect(outcome.err.contains(said), "\(outcome.err)")
  }

  @Test("A broken file is refused with every fault and its line")
  func brokenFile() throws {
    let tool = try Tool()
    let path = try tool.write(
      """
      apiVersion: mms/v1
      kind: Comparison
      metadata: {name: broken}
      spec:
        base: {symbol: BTCUSDT, period: 2d}
        a: normal
        paths: none
        metrics: [slip]
      """, to: "broken.yaml")
    let outcome = try tool.run(["compare", path])
    #expect(outcome.status == 65)
    for word in ["broken.yaml:7", "broken.yaml:8", "'b'"] {
      #expect(outcome.err.contains(word), "\(outcome.err)")
    }
  }
}
