// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import MMSScenario

/// A folder of scenario files that is gone when the test is.
final class ScenarioFolderFixture {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    path = NSTemporaryDirectory() + "mms-scenario-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, text) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws {
    let file = path + "/" + name
    let folder = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
  }

  func library(_ more: String...) throws(MMSError) -> ScenarioLibrary {
    ScenarioLibrary(directories: [path] + more, registry: try Samples.registry())
  }
}

/// Texts and registries the tests share.
enum Samples {
  static func registry() throws(MMSError) -> ModelRegistry {
    var registry = ModelRegistry()
    try BuiltInModels.register(in: &registry)
    return registry
  }

  /// The folder of the scenarios that come with the package.
  static let bundled: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/") + "/scenarios"
  }()

  static let bundledNames = [
    "black_swan", "black_swan_book", "flash_crash", "ftx_2022_11", "heavy_tails", "high_volatility",
    "high_volatility_book", "latent_liquidity_book", "liquidity_drought", "lobster_replay", "normal",
    "normal_book", "perpetual",
  ]

  /// Scenarios of the example plugins, none of which is here.
  static let pluginNames = [
    "flash_crash_2010", "liquidity_regimes", "participation_rs", "queue_race", "rough_volatility",
    "square_root_c", "square_root_inline",
  ]

  static func library() throws(MMSError) -> ScenarioLibrary {
    ScenarioLibrary(directories: [bundled], registry: try registry())
  }

  /// A scenario without bases, by the lines of its `spec` beyond the models.
  static func text(_ spec: String = "", name: String = "sample") -> String {
    """
    apiVersion: mms/v1
    kind: Scenario
    metadata: {name: \(name)}
    spec:
      models:
        scenario: {use: scenario/History-v1}
        fill: {use: fill/Touch-v1}
        impact: {use: impact/None-v1}

    """ + spec
  }

  static func read(_ text: String, overrides: String...) throws(MMSError) -> ScenarioDefinition {
    var items: [ScenarioOverride] = []
    for text in overrides { items.append(try ScenarioOverride(text)) }
    return try library().read(text: text, file: "sample.yaml", overrides: items)
  }

  static func error(_ body: () throws(MMSError) -> Void) -> MMSError? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }
}
