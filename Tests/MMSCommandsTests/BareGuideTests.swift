// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// The guide to bare functions, block by block as a reader follows it.
@Suite(
  "Guide to bare functions",
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "needs a C compiler as /usr/bin/cc"))
struct BareGuideTests {
  /// The code blocks of a page, with their language.
  private static func blocks(_ page: String) throws -> [(language: String, text: String)] {
    var blocks: [(language: String, text: String)] = []
    var open: (language: String, lines: [Substring])?
    for line in try String(contentsOfFile: "\(Tool.checkout)/docs/plugins/\(page)", encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("```") {
        if let done = open {
          blocks.append((done.language, done.lines.joined(separator: "\n") + "\n"))
          open = nil
        } else {
          open = (String(line.dropFirst(3)), [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }

  @Test("Its library builds with its command, its manifest and its scenario run, its batch form agrees")
  func everyBlock() throws {
    let tool = try Tool()
    let blocks = try Self.blocks("bare.md")
    #expect(blocks.map(\.language) == ["c", "yaml", "sh", "c", "yaml", "sh"])
    let folder = "plugins/my-impact"
    try FileManager.default.createDirectory(atPath: tool.path(folder), withIntermediateDirectories: true)
    func build(_ source: String) throws {
      try tool.write(source, to: "\(folder)/impact.c")
      let command = try #require(blocks[2].text.split(separator: "\n").first { $0.hasPrefix("cc ") })
      let outcome = try tool.shell("cd \(folder) && \(command) -Wall -Wextra -Werror")
      #expect(outcome.status == 0, "\(outcome.err)")
    }
    func simulate(_ scenario: String) throws -> Tool.Outcome {
      try tool.run(
        "simulate", "--symbol", "BTCUSDT", "--period", "1d", "--scenario", tool.path(scenario), "--json",
        "--param", "entry_threshold=0.002", "--param", "exit_threshold=0.001", "--plugin-path",
        tool.path("plugins"))
    }
    try tool.write(blocks[1].text, to: "\(folder)/plugin.yaml")
    try tool.write(blocks[4].text, to: "my_impact.yaml")
    let registered =
      blocks[4].text.split(separator: "\n").prefix { !$0.contains("use:") }.joined(separator: "\n")
      + "\n      use: my-impact/Impact-v1\n      params: {lasting: 0.3, halfLife: 20 min}\n"
    try tool.write(registered, to: "registered.yaml")
    try build(blocks[0].text)
    let inline = try simulate("my_impact.yaml")
    #expect(inline.status == 0, "\(inline.err)")
    let listed = try simulate("registered.yaml")
    #expect(listed.status == 0, "\(listed.err)")
    try build(blocks[0].text + blocks[3].text)
    let batch =
      "      batch: \"void impact_n(int64_t n, const double *quantity, const double *volatility, const double *adv, double *out)\"\n"
    try tool.write(blocks[4].text + batch, to: "batch.yaml")
    let together = try simulate("batch.yaml")
    #expect(together.status == 0, "\(together.err)")
    for key in ["slippage", "price_impact", "total_return"] {
      let value = try inline.json[key]
      #expect(value != nil)
      #expect(try value == listed.json[key])
      #expect(try value == together.json[key])
    }
  }
}
