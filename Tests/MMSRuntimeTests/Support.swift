// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSRuntime

/// Folders of the checkout, and a runtime on its scenarios and bundled data.
enum Checkout {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The folder with shared market data, when this machine has it.
  static var sharedData: String? {
    let path = URL(filePath: root).deletingLastPathComponent().appending(path: "shared/data").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  static func runtime(database: String? = nil, threads: Int = 1) throws -> Runtime {
    try Runtime(
      RuntimeConfiguration(
        database: database, scenarioDirectories: ["\(root)/scenarios"],
        dataDirectories: ["\(root)/examples/data"], threads: threads))
  }

  /// The specification's example request, in a scenario of choice.
  static func example(_ scenario: String, period: String = "30d") -> SimulationRequest {
    var request = SimulationRequest(symbol: "BTCUSDT", period: period, scenario: scenario)
    request.strategyParameters = [
      ("entry_threshold", .number(0.02)), ("exit_threshold", .number(0.01)),
      ("position_size", .number(0.1)), ("stop_loss", .number(0.05)),
    ]
    return request
  }
}
