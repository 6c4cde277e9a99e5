// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// `mms plugin bench` with real libraries; how fast they are is said by an optimised build.
@Suite(
  "Measuring plugins",
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "needs a C compiler as /usr/bin/cc"))
struct PluginBenchTests {
  private let tool: Tool

  init() throws { tool = try Tool() }

  @Test(
    "Calls of 1, 16 and 1024 are measured beside the built-in model of the same name",
    arguments: [
      ("c-twins", "QueuePosition-v1", "fill/QueuePosition-v1", false),
      ("function-twins", "Linear-v1", "impact/Linear-v1", true),
    ])
  func figures(_ plugin: String, _ model: String, _ other: String, _ isFunction: Bool) throws {
    let folder = "\(try TwinFolder.made.get())/\(plugin)"
    let outcome = try tool.run("plugin", "bench", folder, "--model", "\(plugin)/\(model)", "--json")
    try #require(outcome.status == 0, "\(outcome.err)")
    let models = try #require(try outcome.json["models"]?.arrayValue)
    #expect(models.count == 1)
    let found = try #require(models.first)
    #expect(found["beside"]?.stringValue == other && found["is_twin"]?.boolValue == true)
    let readings = try #require(found["readings"]?.arrayValue)
    #expect(readings.map { $0["size"]?.integerValue } == [1, 16, 1024])
    for reading in readings {
      for key in ["plugin_ns", "built_in_ns", "ratio"] { #expect((reading[key]?.doubleValue ?? 0) > 0) }
    }
    #expect(((found["function_ns"]?["libffi"]?.doubleValue ?? 0) > 0) == isFunction)
  }

  @Test("A plugin that ends the process it is measured in is named, and nothing else happens")
  func deaths() throws {
    #expect(
      try tool.run("plugin", "new", "falls", "--language", "c", "--kind", "impact", "--bare").status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: tool.path("falls"))
    let name = "falls/\(try #require(names.first { $0.hasSuffix(".c") }))"
    let source = try tool.read(name)
    let start = try #require(source.range(of: "{")?.upperBound)
    try tool.write(
      source.replacingCharacters(
        in: start..<start, with: "\n  if (quantity != 10000) return *(volatile double *)0;\n"), to: name)
    let build = try tool.shell("make -s -C falls")
    try #require(build.status == 0, "\(build.err)")
    try tool.run("plugin", "bench", "falls").expectError(
      65, "plugin falls", "SIGSEGV", "while it was measured")
    try tool.run("plugin", "bench", "nowhere").expectError(66, "no plugin's folder 'nowhere'")
  }
}
