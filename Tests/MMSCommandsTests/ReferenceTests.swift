// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// `mms reference`.
struct ReferenceTests {
  let tool: Tool

  init() throws { tool = try Tool() }

  @Test func `one name prints one document of its shape`() throws {
    let outcome = try tool.run("reference", "corwin-schultz", "--param", "high1=104", "--json")
    #expect(outcome.status == 0 && outcome.err.isEmpty)
    let document = try outcome.json
    #expect(document["name"]?.stringValue == "corwin-schultz")
    #expect(document["parameters"]?["high1"]?.doubleValue == 104)
    #expect(document["parameters"]?["low2"]?.doubleValue == 99)
    let results = try #require(document["results"]?.arrayValue)
    #expect(results.count == 1)
    #expect(results[0]["name"]?.stringValue == "spread")
    #expect(results[0]["pass"] == .bool(true))
    #expect(results[0]["standard_error"] == .null)
    let (value, expected) = (results[0]["value"]?.doubleValue, results[0]["expected"]?.doubleValue)
    #expect(try (#require(value) - #require(expected)).magnitude <= 1e-8)
    #expect(results[0]["tolerance"]?.doubleValue == 1e-8)
  }

  @Test func `an estimate comes with its error, the same for any number of threads`() throws {
    let line = ["reference", "kyle", "--param", "paths=2000", "--seed", "7", "--json", "--threads"]
    let one = try tool.run(line + ["1"])
    #expect(try tool.run(line + ["3"]).out == one.out)
    let results = try one.json["results"]?.arrayValue ?? []
    let sampled = results.filter { $0["name"]?.stringValue?.hasPrefix("simulated.") == true }
    #expect(!sampled.isEmpty && sampled.allSatisfy { ($0["standard_error"]?.doubleValue ?? 0) > 0 })
  }

  @Test func `text names the paper, the parameters and every number's verdict`() throws {
    let outcome = try tool.run("reference", "glosten-milgrom", "--param", "mu=0.5")
    #expect(outcome.status == 0)
    for phrase in ["glosten-milgrom\n", "Glosten & Milgrom 1985", "mu=0.5", "expected", "0.7500000", "ok\n"] {
      #expect(outcome.out.contains(phrase), "no '\(phrase)' in: \(outcome.out)")
    }
  }

  @Test func `a miss is said, and ends with 70 when that is asked for`() throws {
    // Of a hundred auctions one sample in some hundreds is off by four of its own errors: seed 143 is.
    let line = ["reference", "kyle", "--param", "paths=100", "--seed", "143"]
    let plain = try tool.run(line)
    #expect(plain.status == 0 && plain.out.contains("MISSED"))
    let strict = try tool.run(line + ["--strict", "--json"])
    #expect(strict.status == 70)
    #expect(strict.err.contains("error: ") && strict.err.contains("kyle simulated.posterior_variance"))
    let results = try strict.json["results"]?.arrayValue ?? []
    #expect(results.filter { $0["pass"] == .bool(false) }.count == 1)
    #expect(try tool.run("reference", "glosten-milgrom", "--strict").status == 0)
  }

  @Test func `a wrong name, parameter or value is refused with the remedy`() throws {
    try tool.run("reference", "kile").expectError(64, "'kile'", "'kyle'")
    try tool.run("reference", "kyle", "--param", "sigma=1").expectError(64, "'sigma'", "'sigma0'")
    try tool.run("reference", "kyle", "--param", "sigma0=-1").expectError(64, "sigma0", "-1", "out of range")
    try tool.run("reference", "kyle", "--param", "sigma0=nan").expectError(64, "sigma0", "nan")
    try tool.run("reference", "kyle", "--param", "paths=10.5").expectError(64, "paths", "whole number")
    try tool.run("reference", "kyle", "--param", "sigma0").expectError(64, "NAME=VALUE")
    try tool.run("reference", "kyle", "--seed", "-1").expectError(64, "--seed")
    try tool.run("reference", "--param", "paths=5").expectError(64, "--param", "mms reference NAME")
    try tool.run("reference", "kyle", "surplus").expectError(64, "surplus")
  }

  @Test func `help lists every experiment with its paper`() throws {
    let help = try tool.run("reference", "--help").out
    for name in ["avellaneda-stoikov", "kyle", "range-volatility", "corwin-schultz", "stops"] {
      #expect(help.contains("\n  \(name) "), "no \(name) in: \(help)")
    }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["MMS_SLOW"] == "1", "minutes without optimisation"))
  func `without a name every experiment runs and none misses`() throws {
    let outcome = try tool.run("reference", "--json", "--strict")
    #expect(outcome.status == 0, "\(outcome.err)")
    let references = try outcome.json["references"]?.arrayValue ?? []
    #expect(references.count >= 6)
    #expect(references.allSatisfy { $0["results"]?.arrayValue?.isEmpty == false })
  }
}
