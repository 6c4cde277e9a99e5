// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

private let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

@Suite(.enabled(if: hasCompiler, "needs a C compiler as /usr/bin/cc"))
struct WatchTests {
  private let tool: Tool

  init() throws { tool = try Tool() }

  @Test func `a plugin under work is built, checked and run again after each change`() throws {
    #expect(try tool.run("plugin", "new", "demo", "--language", "c", "--kind", "impact").status == 0)
    let process = Process()
    process.executableURL = URL(filePath: Tool.executable)
    process.arguments = [
      "simulate", "--symbol", "BTCUSDT", "--period", "1d", "--plugin-path", "demo", "--scenario", "demo",
      "--json",
      "--watch",
    ]
    process.currentDirectoryURL = URL(filePath: tool.home)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": tool.home, "MMS_HOME": tool.home]
    for name in ["out", "err"] { try tool.write("", to: name) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: tool.path("out")))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: tool.path("err")))
    try process.run()
    defer { process.terminate() }

    try wait(for: "watching", times: 1)
    #expect(try tool.read("err").contains("demo 1.0.0 is built"))
    let source = try tool.read("demo/demo.c")
    // A mistake of the compiler's kind, one that only the check sees, and then a sound change.
    try tool.write(source + "\nnot C\n", to: "demo/demo.c")
    try wait(for: "does not build", times: 1)
    let broken = source.replacing("MMS_OK;\n}", with: "7;\n}")
    #expect(broken != source)
    try tool.write(broken, to: "demo/demo.c")
    try wait(for: "unknown status 7", times: 1)
    try wait(for: "watching", times: 3)
    #expect(try runs() == 1)
    try tool.write(source + "\n/* sound again */\n", to: "demo/demo.c")
    try wait(for: "watching", times: 4)
    #expect(try runs() == 2)
    #expect(process.isRunning)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
  }

  @Test func `there must be something to watch`() throws {
    try tool.simulate("--watch").expectError(64, "nothing to watch", "--plugin-path")
  }

  /// How many results there are on standard output.
  private func runs() throws -> Int {
    try tool.read("out").components(separatedBy: "\"result_digest\"").count - 1
  }

  /// Waits until standard error has said something so often.
  private func wait(for text: String, times: Int) throws {
    for _ in 0..<600 {
      if try tool.read("err").components(separatedBy: text).count > times { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    Issue.record("not said \(times) times within a minute: \(text)\n\(try tool.read("err"))")
  }
}
