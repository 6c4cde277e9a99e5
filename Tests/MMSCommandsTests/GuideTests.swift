// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// The pages of `docs/plugins` for each language: every block of code is compiled, and the page in C is followed to its end.
@Suite("Guide to plugins")
struct GuideTests {
  private let tool: Tool
  private static let include = "\(Tool.checkout)/Sources/CMMSPlugin/include"

  init() throws { tool = try Tool() }

  private func blocks(_ page: String) throws -> [(language: String, text: String)] {
    let text = try String(contentsOfFile: "\(Tool.checkout)/docs/plugins/\(page)", encoding: .utf8)
    let parts = text.components(separatedBy: "```")
    // Between the first and the second mark, the third and the fourth, and so on.
    return stride(from: 1, to: parts.count, by: 2).map { index in
      let lines = parts[index].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(lines[0]), lines.count > 1 ? String(lines[1]) : "")
    }
  }

  private func shell(_ line: String, needs compiler: String) throws -> Tool.Outcome? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let all = "export HOME='\(NSHomeDirectory())' PATH='\(path)'; "
    guard try tool.shell("\(all)command -v \(compiler)").status == 0 else {
      print("skipped: there is no \(compiler) here to compile the guide with")
      return nil
    }
    return try tool.shell(all + line)
  }

  @Test("The page in C builds with its own command and ends with a green check")
  func pageInC() throws {
    let blocks = try blocks("c.md")
    #expect(blocks.map(\.language) == ["c", "yaml", "sh"])
    try FileManager.default.createDirectory(atPath: tool.path("fill-all"), withIntermediateDirectories: true)
    try tool.write(blocks[0].text, to: "fill-all/fill-all.c")
    try tool.write(blocks[1].text, to: "fill-all/plugin.yaml")
    let command = try #require(blocks[2].text.split(separator: "\n").first { $0.hasPrefix("cc ") })
    let line = "cd fill-all && \(command) -I'\(Self.include)' -Wall -Wextra -Werror"
    guard let built = try shell(line, needs: "cc") else { return }
    #expect(built.status == 0, "\(built.err)")
    #expect(blocks[2].text.hasSuffix("mms plugin check .\n"))
    let checked = try tool.run("plugin", "check", tool.path("fill-all"))
    #expect(checked.status == 0, "\(checked.out)\(checked.err)")
  }

  @Test(
    "Blocks in C++ and Rust compile without an error",
    arguments: [
      ("cpp.md", "cpp", "c++", "c++ -std=c++17 -fsyntax-only -Wall -Wextra -Wno-unused-function -Werror -I"),
      ("rust.md", "rust", "rustc", "rustc --edition 2021 --crate-type lib --emit=metadata -A warnings"),
    ])
  func otherLanguages(_ page: String, _ language: String, _ compiler: String, _ command: String) throws {
    let own = try blocks(page).filter { $0.language == language }
    #expect(!own.isEmpty)
    try FileManager.default.copyItem(
      atPath: "\(Tool.checkout)/Plugins/liquidity-regimes/mms.rs", toPath: tool.path("mms.rs"))
    for (index, block) in own.enumerated() {
      try tool.write(block.text, to: "block\(index).\(language == "rust" ? "rs" : "cpp")")
      let line =
        language == "rust"
        ? "\(command) block\(index).rs -o block.rmeta" : "\(command)'\(Self.include)' block\(index).cpp"
      guard let outcome = try shell(line, needs: compiler) else { return }
      #expect(outcome.status == 0, "\(page): \(outcome.err)")
    }
  }

  @Test("The block in Swift is the source that this package compiles")
  func pageInSwift() throws {
    let source = try String(
      contentsOfFile: "\(Tool.checkout)/Plugins/queue-race/Sources/Plugin.swift", encoding: .utf8)
    func code(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { !$0.hasPrefix("//") }
    }
    let own = try blocks("swift.md").filter { $0.language == "swift" }
    #expect(own.count == 1)
    for block in own { #expect(code(block.text) == code(source)) }
  }

  @Test(
    "What the pages tell a reader to type ends green",
    arguments: [("c", "cc", "impact"), ("cpp", "c++", "scenario"), ("rust", "rustc", "scenario")])
  func commands(_ language: String, _ compiler: String, _ kind: String) throws {
    let made = try tool.run("plugin", "new", "my-model", "--language", language, "--kind", kind)
    #expect(made.status == 0, "\(made.err)")
    guard let built = try shell("make -s -C my-model", needs: compiler) else { return }
    #expect(built.status == 0, "\(built.err)")
    let checked = try tool.run(
      "plugin", "check", tool.path("my-model"), "--only", "manifest", "--only", "load", "--only", "numbers")
    #expect(checked.status == 0, "\(checked.out)\(checked.err)")
  }
}
