// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSScenario
import Testing

struct ScenarioSchemaTests {
  private static let checker = """
    import json, sys, yaml, jsonschema
    class Loader(yaml.SafeLoader): pass
    # Dates are text in the core schema of YAML 1.2.
    Loader.yaml_implicit_resolvers = {
      key: [(tag, match) for tag, match in rules if not tag.endswith("timestamp")]
      for key, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name in sys.argv[2:]:
      faults = [error.message for error in validator.iter_errors(yaml.load(open(name), Loader))]
      print(name, "refused" if faults else "accepted", *faults[:1])
    """

  private static func python(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private static let hasValidator =
    (try? python(["-c", "import yaml, jsonschema; jsonschema.Draft202012Validator"]).status) == 0

  @Test(.enabled(if: hasValidator, "python3 with jsonschema and PyYAML is needed"))
  func `the schema accepts the bundled scenarios and refuses typos`() throws {
    let typos = [
      Samples.text("  calibraton: {}\n"), Samples.text("  market: boook\n"),
      Samples.text("  execution: {latency: 100}\n"), Samples.text("  execution: {volume_cap: 2}\n"),
      Samples.text("  data: {resolution: 60}\n"),
      Samples.text("  targets: [{statistic: hil, between: [1, 2]}]\n"),
      Samples.text("  events: [{at: crash, target: halfspread, for: 1 h, value: 2}]\n"),
      Samples.text().replacing("impact/None-v1", with: "impact/Nne-v1"),
      Samples.text().replacing("impact/None-v1", with: "impact/None-v1, params: {Y: 1}"),
      Samples.text().replacing("impact/None-v1", with: "impact/SquareRoot-v1, params: {y: 1}"),
      Samples.text().replacing("impact/None-v1", with: "impact/SquareRoot-v1, params: {Y: -1}"),
      Samples.text().replacing("impact/None-v1", with: "impact/SquareRoot-v1, params: {halfLife: 30}"),
      Samples.text().replacing("impact/None-v1", with: "impact/SquareRoot-v1, params: {law: men}"),
      Samples.text("  execution: {perpetual: {maintenance_margin: 2, leverage_cap: 5}}\n"),
      Samples.text("  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 5, fee: 1 %}}\n"),
      Samples.text("  execution: {outage: {at: crash, for: 10, mode: refuse}}\n"),
      Samples.text("  execution: {outage: {at: crash, for: 10 min, mode: drop}}\n"),
      Samples.text(name: "Sample"), "apiVersion: mms/v1\nkind: Scenario\nmetadata: {name: a}\n",
    ]
    let sound = [
      Samples.text(
        "  execution: {latency: {median: 80 ms, sigma: 0.5}, taker_fee: 5 bps, volume_cap: 20 %}\n"),
      Samples.text("  events: [{at: crash +10 min, target: halted, for: 5 min}]\n"),
      Samples.text(
        "  execution: {perpetual: {maintenance_margin: 1 %, leverage_cap: 5, funding: {rate: 0.01 %}}}\n"),
      Samples.text("  execution: {outage: {at: crash, for: 10 min, mode: delay, cancels: false}}\n"),
      Samples.text().replacing("impact/None-v1", with: "impact/SquareRoot-v1, params: {Y: 1, law: marginal}"),
    ]
    let folder = try ScenarioFolderFixture(["check.py": Self.checker])
    try folder.write("schema.json", ScenarioSchema.json(registry: Samples.registry()).write(pretty: true))
    var files = Samples.bundledNames.map { "\(Samples.bundled)/\($0).yaml" }
    for name in Samples.bundledNames {
      try folder.write("rendered/\(name).yaml", Samples.library().load(name).render())
      files.append("\(folder.path)/rendered/\(name).yaml")
    }
    for (index, text) in (sound + typos).enumerated() {
      try folder.write("\(index).yaml", text)
      files.append("\(folder.path)/\(index).yaml")
    }
    let (status, text) = try Self.python([folder.path + "/check.py", folder.path + "/schema.json"] + files)
    try #require(status == 0, "\(text)")
    let verdicts = text.split(separator: "\n").filter { $0.hasPrefix("/") }
    let accepted = 2 * Samples.bundledNames.count + sound.count
    try #require(verdicts.count == accepted + typos.count, "\(text)")
    for verdict in verdicts.prefix(accepted) { #expect(verdict.contains("accepted"), "\(verdict)") }
    for verdict in verdicts.dropFirst(accepted) { #expect(verdict.contains("refused"), "\(verdict)") }
    // What the schema refuses, the reader refuses as well.
    for text in typos {
      #expect(Samples.error { () throws(MMSError) in _ = try Samples.read(text) } != nil, "\(text)")
    }
    for text in sound { _ = try Samples.read(text) }
  }

  @Test func `every registered model is offered with its parameters`() throws {
    let registry = try Samples.registry()
    let models = ScenarioSchema.json(registry: registry)["properties"]?["spec"]?["properties"]?["models"]
    for kind in [ModelKind.scenario, .fill, .impact] {
      let slot = try #require(models?["properties"]?[kind.rawValue])
      let entries = registry.entries(of: kind)
      #expect(
        slot["properties"]?["use"]?["enum"]?.arrayValue?.compactMap(\.stringValue)
          == entries.map(\.descriptor.id) + ["\(kind)/CFunction-v1"])
      for (entry, choice) in zip(entries, slot["allOf"]?.arrayValue ?? []) {
        let params = choice["then"]?["properties"]?["params"]?["properties"]?.objectValue
        #expect(params?.keys == entry.descriptor.parameters.map(\.name))
      }
    }
    let impact = models?["properties"]?["impact"]?["allOf"]?.arrayValue?.last
    let half = impact?["then"]?["properties"]?["params"]?["properties"]?["halfLife"]
    #expect(half?["default"] == "30min")
    #expect(half?["description"]?.stringValue?.contains("Unit: time. Range: halfLife > 0s.") == true)
  }
}
