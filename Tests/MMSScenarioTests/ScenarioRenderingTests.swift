// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario
import Testing

struct ScenarioRenderingTests {
  @Test func `every value has its origin behind it`() throws {
    let scenario = try Samples.library().load(
      "black_swan", overrides: [ScenarioOverride("models.impact.params.Y=0.9")])
    let lines = scenario.render().split(separator: "\n").map(String.init)
    func origin(_ start: String) -> String? {
      lines.first { $0.contains(start) }?.split(separator: "#").last.map { $0.drop { $0 == " " } }.map(
        String.init)
    }
    #expect(origin("name: black_swan")?.hasPrefix("black_swan.yaml:4") == true)
    #expect(origin("gap: 0.03")?.hasPrefix("black_swan.yaml:") == true)
    #expect(origin("tick: 0.01")?.hasPrefix("normal.yaml:") == true)
    #expect(origin("Y: 0.9") == "--set")
    #expect(!lines.contains { $0.contains("extends") })
    // Every line that ends in a value says where it comes from; only folded text goes on below its first line.
    for line in lines where !line.hasSuffix(":") && !line.contains("source:") {
      #expect(line.contains("  # "), "\(line)")
    }
  }

  @Test(arguments: Samples.bundledNames)
  func `what is rendered is a scenario with the same digest`(name: String) throws {
    let scenario = try Samples.library().load(name)
    let again = try ScenarioLibrary(directories: [], registry: Samples.registry()).read(
      text: scenario.render(), file: "rendered.yaml")
    #expect(again.digest == scenario.digest)
    #expect(again.canonicalText == scenario.canonicalText)
    #expect(again.execution == scenario.execution && again.events == scenario.events)
    #expect(scenario.digest.count == 64)
  }

  @Test func `two files of one name are told apart`() throws {
    let folder = try ScenarioFolderFixture([
      "x/a.yaml": Samples.text("  execution: {tick: 2}\n", name: "a"),
      "a.yaml": Samples.text("  execution: {lot: 3}\n", name: "a").replacing(
        "spec:", with: "extends: [x/a.yaml]\nspec:"),
    ])
    let text = try folder.library().load("a").render()
    #expect(text.contains("\(folder.path)/x/a.yaml:9"))
    #expect(text.contains("\(folder.path)/a.yaml:10"))
  }

  @Test func `the digest sees values, not spelling or place`() throws {
    let one = try Samples.read(Samples.text("  execution: {tick: 0.5, lot: 2}\n"))
    let two = try Samples.read(Samples.text("  # why\n  execution:\n    lot: 2\n    tick: 5.0e-1\n"))
    let three = try Samples.read(Samples.text("  execution: {tick: 0.6, lot: 2}\n"))
    #expect(one.digest == two.digest)
    #expect(one.digest != three.digest)
  }
}
