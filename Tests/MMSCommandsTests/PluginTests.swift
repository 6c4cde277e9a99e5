// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

private let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

/// Plugins as their authors meet them: real libraries and the real program.
@Suite(.enabled(if: hasCompiler, "needs a C compiler as /usr/bin/cc"))
struct PluginTests {
  private let tool: Tool

  init() throws { tool = try Tool() }

  /// A plugin from the template, its source changed and built; its scenario's name.
  private func plugin(
    _ kind: String, bare: Bool = false, edit: (String) -> String = { $0 }
  ) throws -> (folder: String, scenario: String) {
    let name = "try-\(kind)"
    let made = try tool.run(
      ["plugin", "new", name, "--language", "c", "--kind", kind] + (bare ? ["--bare"] : []))
    #expect(made.status == 0, "\(made.err)")
    let folder = tool.path(name)
    let sources = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".c") }
    let source = try #require(sources.first)
    try tool.write(edit(tool.read("\(name)/\(source)")), to: "\(name)/\(source)")
    let build = try tool.shell("make -s -C \(name)")
    #expect(build.status == 0, "\(build.err)")
    return (folder, "try_\(kind)")
  }

  private func simulate(_ plugin: (folder: String, scenario: String), _ more: String...) throws
    -> Tool.Outcome
  {
    try tool.run(
      [
        "simulate", "--symbol", "BTCUSDT", "--period", "2d", "--scenario", plugin.scenario, "--plugin-path",
        plugin.folder, "--json", "--param", "entry_threshold=0.004", "--param", "exit_threshold=0.001",
      ] + more)
  }

  @Test(arguments: [
    ("scenario", false), ("fill", false), ("impact", false), ("scenario", true), ("fill", true),
    ("impact", true),
  ])
  func `a plugin from the template builds and simulates, twice the same`(kind: String, bare: Bool) throws {
    let made = try plugin(kind, bare: bare)
    let first = try simulate(made)
    #expect(first.status == 0, "\(first.err)")
    let digest = try first.json["provenance"]?["result_digest"]
    #expect(digest != nil)
    #expect(try simulate(made).json["provenance"]?["result_digest"] == digest)
    let model = try first.json["provenance"]?["models"]?[kind]
    #expect(model?["origin"]?.stringValue?.hasPrefix("try-\(kind) ") == true)
    #expect(model?["digest"]?.stringValue?.utf8.count == 64)
  }

  @Test func `blocks, paths and threads do not change what a plugin gives`() throws {
    let made = try plugin("scenario")
    let one = try simulate(made, "--paths", "4", "--threads", "1")
    let two = try simulate(made, "--paths", "4", "--threads", "2")
    #expect(one.status == 0, "\(one.err)")
    #expect(
      try one.json["provenance"]?["result_digest"] == two.json["provenance"]?["result_digest"])
  }

  @Test(arguments: [
    ("return *(volatile double *)0;", "SIGSEGV"), ("__builtin_trap();", "SIGILL"),
    ("return 0.0 / (quantity - quantity);", "outside its range"), ("__builtin_abort();", "SIGABRT"),
    ("extern void exit(int); exit(3);", "exit status 3"),
    ("for (;;) *(volatile char *)__builtin_malloc(1u << 28) = 1;", "ended the process it ran in"),
  ])
  func `a function that breaks ends its own run and says who, what and where`(body: String, told: String)
    throws
  {
    let made = try plugin("impact", bare: true) { source in
      // Test rows are tried at load: only another quantity than theirs breaks.
      let start = source.range(of: "{")?.upperBound ?? source.endIndex
      return source.replacingCharacters(
        in: start..<start, with: "\n  if (quantity != 10000 && quantity != 0) { \(body) }\n")
    }
    try simulate(made).expectError(65, "plugin try-impact", "try-impact/", told)
  }

  @Test func `a loop without an end is stopped`() throws {
    let made = try plugin("impact", bare: true) { source in
      let start = source.range(of: "{")?.upperBound ?? source.endIndex
      return source.replacingCharacters(
        in: start..<start,
        with: "\n  if (quantity != 10000 && quantity != 0) { for (volatile int i = 0;; i++) {} }\n")
    }
    try simulate(made, "--plugin-timeout", "2").expectError(69, "plugin try-impact", "within 2.0 s")
  }

  @Test func `a library that others can write, a text file, a link and another digest are refused`() throws {
    let made = try plugin("impact")
    let library = "\(made.folder)/libtry-impact.so"
    _ = try tool.shell("chmod 666 '\(library)'")
    try simulate(made).expectError(65, "can be written by others", "hmod go-w")
    _ = try tool.shell(
      "chmod 644 '\(library)'; mv '\(library)' \(tool.path("elsewhere.so")); ln -s \(tool.path("elsewhere.so")) '\(library)'"
    )
    try simulate(made).expectError(65, "leads out of its folder")
    _ = try tool.shell("rm '\(library)'; echo hello > '\(library)'")
    try simulate(made).expectError(65, "is a text file")
    _ = try tool.shell("rm '\(library)'; head -c 700 \(tool.path("elsewhere.so")) > '\(library)'")
    try simulate(made).expectError(65, "breaks off")
    _ = try tool.shell("rm '\(library)'; cp \(tool.path("elsewhere.so")) '\(library)'")
    try simulate(made, "--locked").expectError(65, "--locked demands")
    let manifest = try tool.read("try-impact/plugin.yaml")
    let line = "spec:\n  sha256: \"\(String(repeating: "0", count: 64))\"\n"
    try tool.write(manifest.replacing("spec:\n", with: line), to: "try-impact/plugin.yaml")
    try simulate(made).expectError(65, "has the digest", "its manifest says")
  }

  @Test func `faults of a manifest are told with their places, and do not hide other plugins`() throws {
    let made = try plugin("impact")
    let manifest = try tool.read("try-impact/plugin.yaml")
    try tool.write(manifest.replacing("version: 1.0.0", with: "version: first"), to: "try-impact/plugin.yaml")
    let listing = try tool.run("plugin", "list", "--plugin-path", made.folder, "--json")
    #expect(listing.status == 0)
    let problems = try listing.json["problems"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(problems.contains { $0.contains("plugin.yaml:") && $0.contains("a version such as 1.0.0") })
  }

  @Test func `inspect shows prototypes out of debug information, and survives damaged ones`() throws {
    try tool.write("double cost(double quantity, float share) { return quantity * share; }\n", to: "cost.c")
    #expect(try tool.shell("cc -g -shared -fPIC -o cost.so cost.c").status == 0)
    let sound = try tool.run("plugin", "inspect", "cost.so", "--json")
    #expect(sound.status == 0, "\(sound.err)")
    #expect(
      try sound.json["prototypes"]?.arrayValue?.compactMap(\.stringValue)
        == ["double cost(double quantity, float share)"])
    let bytes = try Data(contentsOf: URL(filePath: tool.path("cost.so")))
    for seed in 0..<4 {
      var damaged = bytes
      // Behind the header, within what debug information is.
      for index in stride(from: 0x2000 + seed, to: damaged.count, by: 97 + seed) { damaged[index] ^= 0x55 }
      try damaged.write(to: URL(filePath: tool.path("damaged.so")))
      let outcome = try tool.run("plugin", "inspect", "damaged.so", "--json")
      #expect(outcome.status == 0 || outcome.status == 65, "\(outcome.err)")
    }
  }
}
