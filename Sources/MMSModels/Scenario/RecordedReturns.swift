// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// The recorded log returns of a window, for fits.
struct RecordedReturns {
  /// Log returns of consecutive closes of the period's rows, demeaned nowhere.
  let values: [Double]
  /// The close before the period, or its first open.
  let firstPrice: Double
  /// Steps in a day.
  let stepsPerDay: Double

  /// Takes the returns of the period's rows.
  ///
  /// - Throws: ``MMSError/Code/noData`` when the period has no row.
  init(_ history: borrowing MarketBlock, context: MarketContext) throws(MMSError) {
    let first = max(0, -history.firstStep)
    guard first < history.count else {
      throw MMSError(.noData, "the recorded market has no rows in the period: nothing to fit")
    }
    firstPrice = first > 0 ? history.mid[first - 1] : history.open[first]
    stepsPerDay = context.stepsPerDay
    var returns: [Double] = []
    returns.reserveCapacity(history.count - first)
    var before = firstPrice
    for row in first..<history.count {
      returns.append(history.mid[row] / before)
      before = history.mid[row]
    }
    var span = returns.mutableSpan
    MMSMath.log(&span)
    values = returns
  }

  /// Root of the mean squared return, per √day.
  var volatility: Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count) * stepsPerDay).squareRoot()
  }

  /// Checks that a fit has enough to go by.
  ///
  /// - Throws: ``MMSError/Code/noData`` that names the model, the count and the remedy.
  func require(_ count: Int, for model: String, hint: String) throws(MMSError) {
    guard values.count < count else { return }
    throw MMSError(
      .noData,
      "\(model) needs at least \(count) recorded steps to fit its parameters; the period has \(values.count)",
      hint: hint)
  }
}
