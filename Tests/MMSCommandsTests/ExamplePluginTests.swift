// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// The plugins in `Plugins/`: built by their own Makefiles, run by the scenario of their name, compared with `expected/`.
@Suite("Example plugins")
struct ExamplePluginTests {
  /// A folder of `Plugins/`, the compiler it needs, and its scenarios.
  struct Example: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let compiler: String
    let scenarios: [String]
  }

  static let all = [
    Example(testDescription: "flash-crash", compiler: "cc", scenarios: ["flash_crash_2010"]),
    Example(testDescription: "rough-volatility", compiler: "c++", scenarios: ["rough_volatility"]),
    Example(testDescription: "liquidity-regimes", compiler: "rustc", scenarios: ["liquidity_regimes"]),
    Example(testDescription: "queue-race", compiler: "swiftc", scenarios: ["queue_race"]),
    Example(
      testDescription: "square-root-c", compiler: "cc", scenarios: ["square_root_c", "square_root_inline"]),
    Example(testDescription: "participation-rs", compiler: "rustc", scenarios: ["participation_rs"]),
  ]

  private let tool: Tool

  init() throws { tool = try Tool() }

  /// The example's folder, built; nil when its compiler is not here.
  private func build(_ example: Example) throws -> String? {
    let name = example.testDescription
    let folder = tool.path("plugins/\(name)")
    // Compilers may be where only the person's own PATH leads.
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    guard try tool.shell("PATH='\(path)' command -v \(example.compiler)").status == 0 else {
      print("skipped: there is no \(example.compiler) here to build \(name) with")
      return nil
    }
    try FileManager.default.createDirectory(atPath: tool.path("plugins"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(Tool.checkout)/Plugins/\(name)", toPath: folder)
    if name == "queue-race" {
      // Its Makefile builds this package once more, optimised; here the product built beside the tests will do.
      try? FileManager.default.removeItem(atPath: "\(folder)/libqueue-race.so")
      let built = URL(filePath: Tool.executable).deletingLastPathComponent().appending(
        path: "libqueue-race.so")
      try FileManager.default.copyItem(atPath: built.path, toPath: "\(folder)/libqueue-race.so")
      return folder
    }
    let home = NSHomeDirectory()
    let outcome = try tool.shell(
      "export HOME='\(home)' PATH='\(path)'; make -s -C '\(folder)' clean && make -s -C '\(folder)' "
        + "HEADER='\(Tool.checkout)/Sources/CMMSPlugin/include'")
    try #require(outcome.status == 0, "\(outcome.err)")
    return folder
  }

  @Test("Each gives the numbers stored beside it, through its scenario in scenarios/", arguments: all)
  func simulationsAreAsExpected(_ example: Example) throws {
    guard let folder = try build(example) else { return }
    for scenario in example.scenarios {
      let outcome = try tool.run([
        "simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", scenario, "--plugin-path", folder,
        "--seed", "7", "--paths", "2", "--param", "entry_threshold=0.002", "--param", "exit_threshold=0.001",
        "--param", "order_type=limit", "--json",
      ])
      try #require(outcome.status == 0, "\(outcome.err)")
      let answer = try outcome.json
      var numbers = JSONObject()
      for key in [
        "slippage", "fill_probability", "price_impact", "total_return", "max_drawdown", "sharpe_ratio",
        "trades", "standard_errors",
      ] { numbers[key] = answer[key] }
      numbers["result_digest"] = answer["provenance"]?["result_digest"]
      let text = JSONValue.object(numbers).write(pretty: true) + "\n"
      let name = "expected/\(scenario).json"
      let stored = "\(Tool.checkout)/Plugins/\(example.testDescription)/\(name)"
      if ProcessInfo.processInfo.environment["MMS_WRITE_EXPECTED"] == "1" {
        try FileManager.default.createDirectory(
          atPath: URL(filePath: stored).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try text.write(toFile: stored, atomically: true, encoding: .utf8)
      }
      #expect(try String(contentsOfFile: stored, encoding: .utf8) == text)
    }
  }

  @Test("A compiled market's draws are mirrored: what a pair's first path gains its second loses")
  func mirrored() throws {
    guard try build(Self.all[1]) != nil else { return }
    // Without volatility of volatility ln S is −σ²T ÷ 2 ± σW: a pair's growths multiply to the same number. What is kept
    // back as a reserve and costs that follow the price are of second order, far below what luck moves.
    func products(_ more: [String]) throws -> (growths: [Double], products: [Double]) {
      let run = try tool.run(
        [
          "compare", "rough_volatility?models.scenario.params.eta=0", "normal", "--symbol", "BTCUSDT",
          "--period", "1d", "--strategy", "buy_and_hold", "--seed", "5", "--paths", "16", "--path-values",
          "--json", "--plugin-path", tool.path("plugins"),
        ] + more)
      try #require(run.status == 0, "\(run.err)")
      let values = try run.json["path_values"]?["a"]?["total_return"]?.arrayValue?.compactMap(\.doubleValue)
      let growths = try #require(values).map { 1 + $0 }
      #expect(growths.count == 16)
      return (growths, stride(from: 0, to: 16, by: 2).map { growths[$0] * growths[$0 + 1] })
    }
    func range(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
    let pairs = try products(["--antithetic"])
    #expect(range(pairs.growths) > 0.02)
    #expect(range(pairs.products) < 5e-4, "\(pairs.products)")
    #expect(range(try products([]).products) > 0.01)
  }

  @Test("Scenario models driven without MMS give the stored rows over any blocks", arguments: all.prefix(3))
  func drivenAlone(_ example: Example) throws {
    guard let folder = try build(example), try tool.shell("command -v python3").status == 0 else {
      print("skipped: there is no compiler or no python3 here to drive \(example.testDescription) with")
      return
    }
    let outcome = try tool.shell("python3 '\(Tool.checkout)/Tests/Scripts/drive-plugin.py' '\(folder)'")
    #expect(outcome.status == 0, "\(outcome.out)\(outcome.err)")
  }

  @Test(
    "Bare functions give the stored values",
    arguments: [("square-root-c", "impact"), ("participation-rs", "")])
  func storedValues(_ name: String, _ function: String) throws {
    let example = try #require(Self.all.first { $0.testDescription == name })
    guard let folder = try build(example) else { return }
    let manifest = try String(contentsOfFile: "\(folder)/plugin.yaml", encoding: .utf8)
    let prototype = try #require(
      manifest.split(separator: "\n").first { $0.contains("function:") && $0.contains("double") })
    let symbol = try #require(prototype.firstMatch(of: /double (\w+)\(/)).1
    let handle = unsafe try #require(unsafe dlopen("\(folder)/lib\(name).so", RTLD_NOW | RTLD_LOCAL))
    let address = unsafe try #require(unsafe dlsym(handle, String(symbol)))
    typealias Three = @convention(c) (Double, Double, Double) -> Double
    let call = unsafe unsafeBitCast(address, to: Three.self)
    let rows = try String(contentsOfFile: "\(folder)/expected/values.csv", encoding: .utf8).split(
      separator: "\n")
    #expect(rows.count > 4)
    for row in rows.dropFirst() {
      let numbers = row.split(separator: ",").compactMap { Double($0) }
      #expect(unsafe call(numbers[0], numbers[1], numbers[2]) == numbers[3], "\(row)")
    }
  }

  @Test("Without the plugins the list says what their scenarios need, and is no error")
  func listedWithoutPlugins() throws {
    // The checkout's own plugins are found too: an installation without any has none.
    let outcome = try tool.shell(
      "mkdir -p alone/bin alone/scenarios && cp $MMS alone/bin/mms && cp scenarios/*.yaml alone/scenarios/ && "
        + "cd / && MMS_HOME='\(tool.home)/alone' '\(tool.home)/alone/bin/mms' scenario list")
    #expect(outcome.status == 0)
    #expect(
      outcome.out.contains("scenario 'flash_crash_2010' needs a plugin: there is no plugin 'flash-crash'"))
    #expect(!outcome.err.contains("error"), "\(outcome.err)")
  }
}
