// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// A simulation that names a built-in model where its twin names the same model out of a library.
struct Twin: Sendable, CustomTestStringConvertible {
  /// What it is about.
  let testDescription: String
  /// The scenario's models, with `@` where ids of the plugin and of the built-in model differ.
  var models = ""
  /// The built-in ids and the plugin's.
  let ids: [(builtIn: String, plugin: String)]
  var strategy = "threshold"
  var parameters: [String] = ["entry_threshold=0.002", "exit_threshold=0.001", "stop_loss=0.003"]
  var paths = 2
  /// Whether bars are read from a file by the data source under test.
  var readsFile = false
}

extension Twin {
  private static let limits = ["order_type=limit", "entry_mode=scale_in", "allow_short=true", "window=6h"]
  private static let quick = ["entry_threshold=0.002", "exit_threshold=0.001", "stop_loss=0.003"]

  /// Models behind the C ABI in C.
  static let c: [Twin] = [
    Twin(
      testDescription: "C scenario with ranges",
      models: "scenario: {use: scenario/Brownian-v1, params: {sigma: 0.04, mu: 0.01}}",
      ids: [("scenario/Brownian-v1", "c-twins/Brownian-v1")], parameters: quick + limits),
    Twin(
      testDescription: "C scenario without ranges",
      models: "scenario: {use: scenario/Brownian-v1, params: {sigma: 0.02, range: none}}",
      ids: [("scenario/Brownian-v1", "c-twins/Brownian-v1")]),
    Twin(
      testDescription: "C fill", models: "fill: {use: fill/QueuePosition-v1}",
      ids: [("fill/QueuePosition-v1", "c-twins/QueuePosition-v1")], parameters: quick + limits),
    Twin(
      testDescription: "C impact",
      models: "impact: {use: impact/SquareRoot-v1, params: {Y: 2, halfLife: 20 min}}",
      ids: [("impact/SquareRoot-v1", "c-twins/SquareRoot-v1")], parameters: quick + ["entry_mode=scale_in"]),
    Twin(
      testDescription: "C impact, marginal, one path",
      models: "impact: {use: impact/SquareRoot-v1, params: {law: marginal}}",
      ids: [("impact/SquareRoot-v1", "c-twins/SquareRoot-v1")], parameters: quick + limits, paths: 1),
    Twin(testDescription: "C strategy", ids: [("threshold", "c-twins/Threshold-v1")]),
    Twin(
      testDescription: "C strategy with limit orders both ways", ids: [("threshold", "c-twins/Threshold-v1")],
      parameters: quick + limits + ["order_ttl=2"]),
    Twin(
      testDescription: "C strategy, momentum, odd window", ids: [("threshold", "c-twins/Threshold-v1")],
      parameters: [
        "mode=momentum", "window=333min", "entry_threshold=0.002", "exit_threshold=0", "stop_loss=0.002",
      ]),
    Twin(testDescription: "C source", ids: [("", "c-twins/CSV-v1")], paths: 2, readsFile: true),
    Twin(
      testDescription: "C, all at once",
      models: """
        scenario: {use: scenario/Brownian-v1, params: {sigma: 0.03}}
            fill: {use: fill/QueuePosition-v1}
            impact: {use: impact/SquareRoot-v1}
        """,
      ids: [
        ("scenario/Brownian-v1", "c-twins/Brownian-v1"),
        ("fill/QueuePosition-v1", "c-twins/QueuePosition-v1"),
        ("impact/SquareRoot-v1", "c-twins/SquareRoot-v1"), ("threshold", "c-twins/Threshold-v1"),
      ], parameters: quick + limits),
  ]

  /// Bare functions.
  static let functions: [Twin] = [
    Twin(
      testDescription: "bare impact",
      models: "impact: {use: impact/Linear-v1, params: {temporary: 2@linear@}}",
      ids: [("impact/Linear-v1", "function-twins/Linear-v1")]),
    Twin(
      testDescription: "bare fill, a share", models: "fill: {use: fill/Touch-v1}",
      ids: [("fill/Touch-v1", "function-twins/Touch-v1")], parameters: quick + limits),
    Twin(
      testDescription: "bare fill, a probability with its draw",
      models: "fill: {use: fill/Probability-v1, params: {A: 300@linear@}}",
      ids: [("fill/Probability-v1", "function-twins/Rate-v1")], parameters: quick + limits),
  ]

  /// Models behind the C ABI through MMSPluginKit.
  static let swift: [Twin] = [
    Twin(
      testDescription: "Swift scenario with feedback",
      models: "scenario: {use: scenario/JumpCascade-v1, params: {leverage: 0.6}}",
      ids: [("scenario/JumpCascade-v1", "swift-twins/JumpCascade-v1")],
      parameters: quick + ["position_size=1"]),
    Twin(
      testDescription: "Swift scenario, one path", models: "scenario: {use: scenario/JumpCascade-v1}",
      ids: [("scenario/JumpCascade-v1", "swift-twins/JumpCascade-v1")], parameters: quick + limits, paths: 1),
    Twin(
      testDescription: "Swift fill", models: "fill: {use: fill/Probability-v1, params: {A: 400, k: 100}}",
      ids: [("fill/Probability-v1", "swift-twins/Probability-v1")], parameters: quick + limits),
    Twin(
      testDescription: "Swift impact", models: "impact: {use: impact/SquareRoot-v1}",
      ids: [("impact/SquareRoot-v1", "swift-twins/SquareRoot-v1")], parameters: quick + limits),
    Twin(
      testDescription: "Swift strategy", ids: [("threshold", "swift-twins/Threshold-v1")],
      parameters: quick + limits),
    Twin(testDescription: "Swift source", ids: [("", "swift-twins/CSV-v1")], readsFile: true),
  ]
}

/// The folder of the twin plugins, built once by its compilers, with the bundled bars as plain text.
enum TwinFolder {
  /// Whether the long form of the tests is wanted: longer periods, more splits.
  static let isSlow = ProcessInfo.processInfo.environment["MMS_SLOW"] == "1"

  /// The folder, or why there is none.
  static let made: Result<String, any Error> = Result {
    let source = "\(Tool.checkout)/Tests/TwinPlugins"
    let manager = FileManager.default
    let folder = manager.temporaryDirectory.appending(path: "mms-twins-\(UUID().uuidString)").path
    for name in ["c-twins", "function-twins", "swift-twins"] {
      try manager.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      try manager.copyItem(atPath: "\(source)/\(name)/plugin.yaml", toPath: "\(folder)/\(name)/plugin.yaml")
    }
    // The Swift library is a product of this package, built beside the tests.
    let built = URL(filePath: Tool.executable).deletingLastPathComponent().appending(
      path: "libswift-twins.so")
    try manager.copyItem(atPath: built.path, toPath: "\(folder)/swift-twins/libswift-twins.so")
    let outcome = try Tool().shell(
      "make -s -C '\(source)/c-twins' OUT='\(folder)/c-twins' && "
        + "make -s -C '\(source)/function-twins' OUT='\(folder)/function-twins' && "
        + "gzip -dc '\(Tool.bars)' | sed -n '1p;38001,\(isSlow ? 44640 : 40900)p' > '\(folder)/BTCUSDT-1m-bars.csv'"
    )
    try #require(outcome.status == 0, "\(outcome.err)")
    // Processes of this size are few; the folder goes when the last of them does.
    atexit {
      if case .success(let folder) = TwinFolder.made { try? FileManager.default.removeItem(atPath: folder) }
    }
    return folder
  }
}
