// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
public import MMSReport

extension Runtime {
  /// The charting library that report pages carry inside them; nil when it is not installed.
  public func installedChartLibrary() -> ChartLibrary? {
    for folder in configuration.chartDirectories {
      let texts = ChartLibrary.files.compactMap { name in
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
      }
      if texts.count == ChartLibrary.files.count {
        return ChartLibrary(script: texts[0], synchronizer: texts[1], style: texts[2])
      }
    }
    return nil
  }

  /// The charting library that report pages carry inside them.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/unavailable`` when it is not installed.
  public func chartLibrary() throws(MMSError) -> ChartLibrary {
    if let library = installedChartLibrary() { return library }
    throw MMSError(
      .unavailable,
      "the charting library dygraphs is not installed: \(configuration.chartDirectories.joined(separator: ", "))"
        + " lacks \(ChartLibrary.files.joined(separator: ", "))",
      hint:
        "apt-get install libjs-dygraphs, or name its folder with --chart-path, or write the report as .json"
    )
  }
}
