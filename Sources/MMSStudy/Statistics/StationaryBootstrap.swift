// SPDX-License-Identifier: Apache-2.0

import MMSEngine

/// Standard errors of one path's return, drawdown and Sharpe ratio, by resampling its hours.
///
/// Stationary bootstrap (Politis & Romano, JASA 89, 1994): blocks of geometric length, mean one day, wrapped
/// at the end; 200 resamples; the error is the standard deviation over them. The draws are fixed, so the
/// same path gives the same error.
enum StationaryBootstrap {
  static let resamples = 200
  /// With fewer stretches than two mean blocks there is nothing to resample.
  static let minimumStretches = 48

  static func errors(of result: PathResult) -> [Metric: Double]? {
    let stretches = result.stretches
    guard stretches.count >= minimumStretches, result.stepsPerStretch > 0 else { return nil }
    let steps = Double(result.returns.steps)
    guard steps > 1 else { return nil }
    // The mean block is a day of stretches.
    let perDay = result.periodsPerYear / 365 / Double(result.stepsPerStretch)
    let restart = 1 / max(2, perDay)
    let year = result.periodsPerYear
    let draws = BootstrapDraws.shared(count: stretches.count, restart: restart)
    let pieces = BootstrapDraws.pieces(of: stretches)
    var returns: [Double] = []
    var drawdowns: [Double] = []
    var sharpes: [Double] = []
    for resample in 0..<resamples {
      var whole = ReturnSummary()
      for piece in draws[resample] { whole.append(pieces[Int(piece)]) }
      returns.append(whole.growth - 1)
      drawdowns.append(whole.drawdown)
      sharpes.append(whole.sharpe(periodsPerYear: year))
    }
    func spread(_ values: [Double]) -> Double { Estimates.deviation(values, Estimates.mean(values)) }
    return [
      .totalReturn: spread(returns), .maxDrawdown: spread(drawdowns), .sharpeRatio: spread(sharpes),
    ]
  }

  /// Visits the elements of one resample in order.
  ///
  /// - Parameter uniform: The draw of a position.
  @inline(__always)
  static func resample(
    count: Int, restart: Double, uniform: (_ position: Int) -> Double,
    visit: (_ index: Int, _ position: Int) -> Void
  ) {
    var index = 0
    for position in 0..<count {
      index = next(index, uniform(position), isFirst: position == 0, restart: restart, count: count)
      visit(index, position)
    }
  }

  /// The element drawn after another: the following one, or with probability `restart` any.
  static func next(_ index: Int, _ draw: Double, isFirst: Bool, restart: Double, count: Int) -> Int {
    if isFirst || draw < restart {
      // The draw below `restart` is itself uniform once it is stretched to [0, 1).
      let fresh = isFirst ? draw : draw / restart
      return min(count - 1, Int(fresh * Double(count)))
    }
    return index + 1 == count ? 0 : index + 1
  }
}
