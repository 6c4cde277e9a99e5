// SPDX-License-Identifier: Apache-2.0

import MMSEngine

extension SimulationSummary {
  /// Every closed trade, one on a line.
  public var tradesCSV: String {
    var lines = [Trade.csvHeader]
    for path in paths { lines += path.trades.map { $0.csv(path: path.path) } }
    return lines.joined(separator: "\n") + "\n"
  }
}
