// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// `mms simulate --watch` with a real plugin whose source this test edits.
@Suite(
  "Watching sources",
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/cc"), "needs a C compiler as /usr/bin/cc"))
struct WatchTests {
  private let tool: Tool

  init() throws { tool = try Tool() }

  @Test(
    "An edited source is built, checked and run anew; faults are told and waited out; an interrupt ends it")
  func editsAreRun() throws {
    let made = try tool.run("plugin", "new", "seen", "--language", "c", "--kind", "impact", "--bare")
    #expect(made.status == 0, "\(made.err)")
    let sources = try FileManager.default.contentsOfDirectory(atPath: tool.path("seen"))
    let name = "seen/\(try #require(sources.first { $0.hasSuffix(".c") }))"
    let original = try tool.read(name)
    let process = Process()
    process.executableURL = URL(filePath: Tool.executable)
    process.arguments = [
      "simulate", "--symbol", "BTCUSDT", "--period", "4h", "--scenario", "seen", "--plugin-path",
      tool.path("seen"),
      "--seed", "1", "--param", "entry_threshold=0.0005", "--param", "exit_threshold=0.0002", "--param",
      "window=1h",
      "--json", "--watch",
    ]
    process.currentDirectoryURL = URL(filePath: tool.home)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": tool.home, "MMS_HOME": tool.home]
    process.standardInput = FileHandle.nullDevice
    for stream in ["out", "err"] { try tool.write("", to: stream) }
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: tool.path("out")))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: tool.path("err")))
    try process.run()
    defer { if process.isRunning { process.terminate() } }

    try wait("the first result") { try results() == 1 && watching() == 1 }
    // Twice the impact, with a test row that agrees.
    let manifest = try tool.read("seen/plugin.yaml")
    try tool.write(manifest.replacing("expect: 0.0014", with: "expect: 0.0028"), to: "seen/plugin.yaml")
    try tool.write(original.replacing("return ", with: "return 2 * "), to: name)
    try wait("the second result") { try results() == 2 }
    let before = try watching()
    try tool.write("this is not C\n", to: name)
    try wait("a build that fails") { try watching() > before }
    #expect(try tool.read("err").contains("failed; it is tried again when a source changes"))
    #expect(try results() == 2)
    // A function that its test row contradicts builds, and is not run.
    let failed = try watching()
    try tool.write(original.replacing("return ", with: "return 3 * "), to: name)
    try wait("a check that fails") { try watching() > failed }
    #expect(try tool.read("err").contains("breaks its contracts"))
    #expect(try results() == 2)
    try tool.write(original.replacing("return ", with: "return 2 * "), to: name)
    try wait("the third result") { try results() == 3 }

    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
    let digests = try tool.read("out").matches(of: /"result_digest": "([0-9a-f]{64})"/).map { String($0.1) }
    #expect(digests.count == 3 && digests[0] != digests[1] && digests[1] == digests[2])
  }

  private func results() throws -> Int {
    try tool.read("out").components(separatedBy: "\"result_digest\"").count - 1
  }

  private func watching() throws -> Int {
    try tool.read("err").components(separatedBy: "; Ctrl-C ends").count - 1
  }

  /// Waits for something the watching process has to show.
  private func wait(_ what: String, until isThere: () throws -> Bool) throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(60)
    while clock.now < end {
      if try isThere() { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    Issue.record("\(what) did not come within a minute: \(try tool.read("err"))")
    throw CancellationError()
  }
}
