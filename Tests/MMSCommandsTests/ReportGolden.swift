// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What the report of one small simulation looks like and says: a change here is a change for those who read reports.
enum ReportGolden {
  static let verdict =
    "threshold on BTCUSDT, 1d of normal: lost 0.12 %, where holding earned 0.02 %; trading cost 20.4 bp of what was meant to be traded."

  static let figures: [(String, JSONValue)] = [
    ("answer.total_return", -0.0011974328645388832),
    ("answer.slippage", 0.001039728720414764),
    ("answer.fill_probability", 1.0),
    ("answer.trades", 3),
    ("costs.shortfall", 142.81920400007346),
    ("costs.parts.0.amount", 0.002979698833952668),
    ("costs.parts.6.bp", 10.0),
    ("drawdowns.0.depth", -0.0012179117498871683),
    ("drawdowns.0.peak", "2025-08-17T00:02:00Z"),
    ("drawdowns.0.trough", "2025-08-17T23:59:00Z"),
    ("series.columns.equity.last.1439", 99880.25671354611),
    ("series.columns.drawdown.last.700", -0.0005749035128979063),
    ("fills.0.time", "2025-08-17T00:03:00Z"),
    ("fills.0.price", 117436.21674010323),
    ("fills.0.mid_later.2", 117300.00633100698),
    ("fill_quality.parents", 7),
    ("fill_quality.markouts.1.move", 0.0002830314326961091),
    ("fill_quality.time_to_fill.median", 1.0),
    ("impact.fit.exponent", 0.33604806350645494),
    ("impact.fit.standard_error", 0.02973454468379209),
    ("impact.sizes.8.total_return", -0.000386377187008069),
    ("outcomes.unit", "day"),
    ("realism.facts.1.simulated", -0.8067173216528759),
    ("realism.memory.simulated.3", 0.039223492380375),
    ("fan.equity.p50.10", 99978.37916161372),
    (
      "rebuild.command",
      "mms simulate --symbol BTCUSDT --period 1d --scenario normal --strategy threshold --start 2025-08-17T00:00:00Z --end 2025-08-18T00:00:00Z --seed 3 --paths 1 --param entry_threshold=0.002 --param exit_threshold=0.001"
    ),
  ]
}
