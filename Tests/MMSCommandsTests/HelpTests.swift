// SPDX-License-Identifier: Apache-2.0

import MMSRuntime
import Testing

struct HelpTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  static let verbs = [
    "simulate", "experiment", "replay", "report", "scenario", "model", "strategy", "schema", "reference",
    "data",
    "book", "bench", "doctor",
  ]

  @Test func `help groups the verbs and gives an example of each`() throws {
    let outcome = try tool.run("--help")
    #expect(outcome.status == 0 && outcome.err.isEmpty)
    for group in ["SIMULATE", "EXPLORE", "CHECK", "DATA", "MACHINE"] {
      #expect(outcome.out.contains("\(group) SUBCOMMANDS:"))
    }
    for verb in Self.verbs {
      #expect(outcome.out.contains("\n  \(verb) "))
      #expect(outcome.out.contains("\n  mms \(verb)"), "no example of \(verb)")
    }
  }

  @Test(arguments: verbs) func `each verb explains itself with an example`(verb: String) throws {
    let outcome = try tool.run(verb, "--help")
    #expect(outcome.status == 0)
    #expect(outcome.out.contains("  mms \(verb)"))
  }

  @Test(arguments: [
    "simulate", "replay", "scenario list", "data list", "model list", "bench", "doctor", "schema",
    "reference",
  ])
  func `each verb accepts the global options`(line: String) throws {
    let help = try tool.run(line.split(separator: " ").map(String.init) + ["--help"]).out
    for option in ["--database", "--config", "--scenario-path", "--threads", "--quiet", "--json"] {
      #expect(help.contains(option))
    }
  }

  @Test func `the version is the runtime's`() throws {
    let outcome = try tool.run("--version")
    #expect(outcome.status == 0)
    #expect(outcome.out == "\(MMSVersion.current)\n")
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func `completions are made for each shell`(shell: String) throws {
    let outcome = try tool.run("--generate-completion-script", shell)
    #expect(outcome.status == 0)
    #expect(outcome.out.contains("scenario-path"))
  }

  @Test func `a misspelt verb or option is named with the nearest`() throws {
    try tool.run("simulat").expectError(64, "'simulat'", "Did you mean 'simulate'?")
    try tool.run("data", "improt").expectError(64, "'mms data'", "'import'")
    try tool.simulate("--sede", "3").expectError(64, "--sede", "'--seed'")
    try tool.run("plugn", "list").expectError(64, "plugn", "Did you mean 'plugin'?")
  }

  @Test func `a reader that goes away ends the process without noise`() throws {
    let outcome = try tool.shell("$MMS schema | head -1; echo ${PIPESTATUS[0]}")
    #expect(outcome.out == "{\n0\n")
    #expect(outcome.err.isEmpty)
  }

  @Test func `a standard output without room is an error`() throws {
    try tool.shell("$MMS schema > /dev/full").expectError(69, "standard output")
  }

  @Test func `an interrupt ends with 130`() throws {
    // Shells without job control start background jobs with SIGINT ignored.
    let outcome = try tool.shell(
      "set -m; $MMS simulate --symbol BTCUSDT --period 30d --scenario black_swan --paths 300 & sleep 1.5;"
        + " kill -INT $!; wait $!; echo $?")
    #expect(outcome.out.hasSuffix("130\n"), "\(outcome)")
  }
}
