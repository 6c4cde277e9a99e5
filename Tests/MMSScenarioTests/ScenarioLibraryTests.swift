// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSScenario
import Testing

struct ScenarioLibraryTests {
  private static func file(_ name: String, extends: String = "[]", _ spec: String = "{}") -> String {
    """
    apiVersion: mms/v1
    kind: Scenario
    metadata: {name: \(name), summary: This is \(name).}
    extends: \(extends)
    spec: \(spec)

    """
  }

  private static let base = Samples.text("  execution: {tick: 0.5, lot: 2}\n", name: "base")

  @Test func `later bases win over earlier ones, the file over both, and lists replace`() throws {
    let folder = try ScenarioFolderFixture([
      "base.yaml": Self.base,
      "a.yaml": Self.file(
        "a", extends: "[base]",
        "{execution: {tick: 1}, targets: [{statistic: hill, between: [1, 2]}, {statistic: hill, between: [1, 3]}]}"
      ),
      "b.yaml": Self.file("b", extends: "[base]", "{execution: {tick: 2, min_notional: 7}}"),
      "c.yaml": Self.file(
        "c", extends: "[a, b]",
        "{execution: {min_notional: 8}, targets: [{statistic: hill, between: [1, 4]}]}"),
    ])
    let scenario = try folder.library().load("c")
    // `base` comes again with `b`, and so does its lot; the tick is b's.
    #expect(scenario.execution.tick == 2 && scenario.execution.lot == 2)
    #expect(scenario.execution.minNotional == 8)
    #expect(scenario.targets.map(\.high) == [4])
    #expect(
      scenario.files.map { ($0 as NSString).lastPathComponent } == [
        "base.yaml", "a.yaml", "b.yaml", "c.yaml",
      ])
    #expect(try folder.library().load("a").targets.count == 2)
  }

  @Test func `metadata are a file's own`() throws {
    let folder = try ScenarioFolderFixture([
      "base.yaml": Self.base.replacing("{name: base}", with: "{name: base, version: 9, summary: Base.}"),
      "a.yaml": "apiVersion: mms/v1\nkind: Scenario\nmetadata: {name: a}\nextends: [base]\n",
    ])
    let scenario = try folder.library().load("a")
    #expect(scenario.name == "a" && scenario.version == 1 && scenario.summary.isEmpty)
    #expect(scenario.execution.tick == 0.5)
  }

  @Test func `a base is found by a path relative to the file that names it`() throws {
    let folder = try ScenarioFolderFixture([
      "shared/base.yaml": Self.base,
      "mine/deep/a.yaml": Self.file("a", extends: "[../../shared/base.yaml]"),
      "mine/b.yml": Self.file("b", extends: "[deep/a.yaml]"),
    ])
    #expect(try folder.library().load(folder.path + "/mine/b.yml").execution.tick == 0.5)
    try folder.write("mine/c.yaml", Self.file("c", extends: "[deep/aa.yaml]"))
    let error = try #require(
      Samples.error { () throws(MMSError) in _ = try folder.library().load(folder.path + "/mine/c.yaml") })
    #expect(error.hint == "did you mean 'deep/a.yaml'?")
    #expect(error.location?.line == 4 && error.location?.column == 11)
  }

  @Test func `a cycle names its chain`() throws {
    let folder = try ScenarioFolderFixture([
      "a.yaml": Self.file("a", extends: "[b]"), "b.yaml": Self.file("b", extends: "[c.yaml]"),
      "c.yaml": Self.file("c", extends: "[\"../\(UUID().uuidString)/../c.yaml\", b]"),
      "self.yaml": Self.file("self", extends: "[self]"),
    ])
    try folder.write("c.yaml", Self.file("c", extends: "[./b.yaml]"))
    let error = try #require(Samples.error { () throws(MMSError) in _ = try folder.library().load("a") })
    #expect(error.message.contains("b.yaml → c.yaml → b.yaml"))
    #expect(error.location == SourceLocation(file: folder.path + "/c.yaml", line: 4, column: 11))
    let own = try #require(Samples.error { () throws(MMSError) in _ = try folder.library().load("self") })
    #expect(own.message.contains("self.yaml → self.yaml"))
  }

  @Test func `a cycle through a link is one too`() throws {
    let folder = try ScenarioFolderFixture(["a.yaml": Self.file("a", extends: "[link.yaml]")])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link.yaml", withDestinationPath: folder.path + "/a.yaml")
    let error = try #require(Samples.error { () throws(MMSError) in _ = try folder.library().load("a") })
    #expect(error.message.contains("extends itself"))
  }

  @Test func `many bases of bases are read in no time`() throws {
    let folder = try ScenarioFolderFixture(["s0.yaml": Samples.text(name: "s0")])
    for level in 1...40 {
      let below = "s\(level - 1)"
      try folder.write("s\(level).yaml", Self.file("s\(level)", extends: "[\(below), \(below), \(below)]"))
    }
    #expect(try folder.library().load("s40").files.count == 41)
  }

  @Test func `faults of a base are reported in the base`() throws {
    let folder = try ScenarioFolderFixture([
      "base.yaml": Self.base.replacing("tick: 0.5", with: "tick: -1, tock: 2"),
      "other.yaml": Self.file("other").replacing("summary:", with: "sumary:"),
      "a.yaml": Self.file("a", extends: "[base, other]", "{market: book}"),
    ])
    let error = try #require(Samples.error { () throws(MMSError) in _ = try folder.library().load("a") })
    let places = ([error] + error.others).map { "\($0)".split(separator: "/").last.map(String.init) ?? "" }
    #expect(([error] + error.others).count == 4)
    for start in ["other.yaml:3:25", "base.yaml:9:21", "base.yaml:9:25", "a.yaml:5:16"] {
      #expect("\(error)".contains("/" + start + ": "), "\(places)")
    }
  }

  @Test func `the first directory wins and the listing says what it hides`() throws {
    let first = try ScenarioFolderFixture(["base.yaml": Self.base.replacing("tick: 0.5", with: "tick: 4")])
    let second = try ScenarioFolderFixture(["base.yaml": Self.base, "more.yml": Samples.text(name: "more")])
    let library = try first.library("/nowhere/at/all", second.path)
    #expect(try library.load("base").execution.tick == 4)
    let list = library.list()
    #expect(list.map(\.name) == ["base", "more"])
    #expect(list[0].file == first.path + "/base.yaml")
    #expect(list[0].shadows == [second.path + "/base.yaml"])
    #expect(list[1].shadows.isEmpty && list[1].error == nil)
  }

  @Test func `a broken file does not hide the others`() throws {
    let folder = try ScenarioFolderFixture([
      "good.yaml": Samples.text(name: "good").replacing(
        "{name: good}", with: "{name: good, version: 3, summary: Good.}"),
      "bad.yaml": "kind: [", "wrong_name.yaml": Samples.text(name: "right_name"),
      "Not A Name.yaml": Self.base, "empty.yaml": "", "notes.txt": "no scenario", ".hidden.yaml": "x",
    ])
    let list = try folder.library().list()
    #expect(list.map(\.name) == ["Not A Name", "bad", "empty", "good", "wrong_name"])
    for entry in list where entry.name != "good" {
      #expect(entry.error?.code == .invalidData, "\(entry)")
      #expect(entry.error?.location?.file == entry.file, "\(entry)")
    }
    #expect(list[3].summary == "Good." && list[3].version == 3 && list[3].error == nil)
    #expect(list[4].error?.message.contains("'right_name' but its file 'wrong_name'") == true)
  }

  @Test(arguments: ["blackswan", "black-swan", "Black_Swan", "black_swan2"])
  func `an unknown name is answered with the nearest`(name: String) throws {
    let library = try Samples.library()
    let error = try #require(Samples.error { () throws(MMSError) in _ = try library.load(name) })
    #expect(error.code == .invalidValue && error.path == "scenario")
    #expect(error.code.exitStatus == 64 && error.code.httpStatus == 422)
    #expect(error.hint?.hasPrefix("did you mean 'black_swan'") == true)
  }

  @Test(arguments: ["../scenarios/normal", "/etc/passwd", "", "normal\0", "a/b", "normal.yaml"])
  func `a request's name never becomes a path`(name: String) throws {
    let library = try Samples.library()
    let error = try #require(Samples.error { () throws(MMSError) in _ = try library.load(named: name) })
    #expect(error.code == .invalidValue)
  }

  @Test func `a file that is not there is told from an unknown name`() throws {
    let library = try Samples.library()
    let error = try #require(Samples.error { () throws(MMSError) in _ = try library.load("nowhere.yaml") })
    #expect(error.code == .notFound)
  }
}
