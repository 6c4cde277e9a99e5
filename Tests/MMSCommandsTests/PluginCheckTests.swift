// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Plugins as `mms plugin new` writes them and as they lie in `Plugins`, from nothing to a green check and a run.
struct PluginCheckTests {
  private let tool: Tool

  init() throws { tool = try Tool() }

  /// What `mms plugin new` offers, and the program that builds it.
  struct Choice: Sendable, CustomTestStringConvertible {
    let language: String
    let kind: String
    var bare = false

    var compiler: String {
      ["c": "cc", "cpp": "c++", "rust": "rustc", "swift": "swiftc", "fortran": "gfortran"][language]
        ?? language
    }
    var testDescription: String { "\(language) \(kind)\(bare ? " bare" : "")" }

    private static let kinds = ["scenario", "fill", "impact", "source", "strategy"]
    private static let every: [Choice] =
      ["c", "cpp", "rust", "swift"].flatMap { language in kinds.map { Choice(language: language, kind: $0) } }
      + ["c", "cpp", "rust", "fortran"].flatMap { language in
        kinds.prefix(3).map { Choice(language: language, kind: $0, bare: true) }
      }
    /// Every kind in C and every language once; all of them in the long form.
    static let offered =
      ProcessInfo.processInfo.environment["MMS_SLOW"] == "1"
      ? every
      : kinds.map { Choice(language: "c", kind: $0) } + [
        Choice(language: "cpp", kind: "scenario"), Choice(language: "rust", kind: "fill"),
        Choice(language: "swift", kind: "impact"), Choice(language: "c", kind: "impact", bare: true),
        Choice(language: "rust", kind: "scenario", bare: true),
        Choice(language: "fortran", kind: "fill", bare: true),
      ]
  }

  @Test(arguments: Choice.offered)
  func `a new plugin builds with make, passes the check and runs in its scenario`(choice: Choice) throws {
    guard try has(choice.compiler) else { return }
    let new = ["plugin", "new", "demo", "--language", choice.language, "--kind", choice.kind]
    let made = try tool.run(new + (choice.bare ? ["--bare"] : []))
    #expect(made.status == 0, "\(made.err)")
    // What it says comes next is done to the letter.
    let steps = made.out.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(steps.contains("make -C demo") && steps.contains("mms plugin check demo"), "\(made.out)")
    let build = try shell("make -s -C demo")
    #expect(build.status == 0 && build.out.isEmpty && build.err.isEmpty, "\(build.err)")
    let check = try tool.run("plugin", "check", "demo")
    #expect(check.status == 0, "\(check.out)")
    let trial = try #require(steps.first { $0.hasPrefix("mms simulate ") })
    let run = try tool.run(trial.split(separator: " ").dropFirst().map(String.init) + ["--json"])
    #expect(run.status == 0, "\(run.err)")
  }

  @Test(arguments: [
    (
      "rust", "let order = &*orders.add(i);", "if order.quantity != 0.0 { panic!(\"out of cheese\"); }",
      "out of cheese"
    ),
    (
      "swift", "func quote(_ m: Model, _ order: mms_execution) -> mms_impact_quote {",
      "if order.quantity != 0 { fatalError(\"out of cheese\") }", "ended the process it ran in"
    ),
    (
      "cpp", "const mms_execution *order = &orders[i];",
      "if (order->quantity != 0) throw std::runtime_error(\"out of cheese\");", "out of cheese"
    ),
  ])
  func `a panic, a trap and an exception end their own run and say whose they are`(
    language: String, mark: String, harm: String, told: String
  ) throws {
    guard try has(Choice(language: language, kind: "impact").compiler) else { return }
    let made = try tool.run("plugin", "new", "demo", "--language", language, "--kind", "impact")
    #expect(made.status == 0, "\(made.err)")
    let file = "demo/demo.\(["rust": "rs"][language] ?? language)"
    var source = try tool.read(file)
    let place = try #require(source.range(of: mark), "\(source)")
    source.insert(contentsOf: "\n\(harm)\n", at: place.upperBound)
    try tool.write((language == "cpp" ? "#include <stdexcept>\n" : "") + source, to: file)
    let build = try shell("make -s -C demo")
    #expect(build.status == 0, "\(build.err)")
    try tool.run(
      "simulate", "--symbol", "BTCUSDT", "--period", "2d", "--scenario", "demo", "--plugin-path", "demo",
      "--json",
      "--param", "entry_threshold=0.004", "--param", "exit_threshold=0.001"
    ).expectError(65, "plugin demo", "demo/Demo-v1", told)
  }

  @Test(arguments: [
    "flash-crash", "rough-volatility", "liquidity-regimes", "square-root-c", "participation-rs",
  ])
  func `the examples pass the check`(name: String) throws {
    guard try has(name == "liquidity-regimes" || name == "participation-rs" ? "rustc" : "c++") else { return }
    // Their makefiles find the header two folders up.
    let build = try shell(
      """
      mkdir -p Plugins && cp -r '\(Tool.checkout)/Plugins/\(name)' Plugins/ && ln -s '\(Tool.checkout)/Sources' Sources
      rm -f Plugins/\(name)/*.so && make -s -C Plugins/\(name)
      """)
    #expect(build.status == 0, "\(build.err)")
    let check = try tool.run("plugin", "check", "Plugins/\(name)")
    #expect(check.status == 0, "\(check.out)")
  }

  /// Compilers lie where whoever runs the tests has them.
  private func shell(_ line: String) throws -> Tool.Outcome {
    let here = ProcessInfo.processInfo.environment
    return try tool.shell(
      line, environment: ["PATH": here["PATH"] ?? "/usr/bin:/bin", "HOME": here["HOME"] ?? tool.home])
  }

  private func has(_ compiler: String) throws -> Bool {
    if try shell("command -v \(compiler)").status == 0 { return true }
    print("skipped: there is no \(compiler) here")
    return false
  }
}
