// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension FlowCalibration {
  /// The parameters of `flow/QueueReactive-v1` that the rates by size are nearest to, under the model's names.
  ///
  /// A size is counted in orders of `lots` lots, the mean event of all queues, rounded up; queues beyond the third are
  /// not looked at. Of n > 0 orders l_i is a rate by itself, g that of n = 0 over l_i; c_i and s, and m, b and k are
  /// those of the greatest likelihood of Poisson counts. θ: of the events that emptied the first queue, the share
  /// after which the reference price went that way. What the counts do not tell is left out.
  public func queueReactiveShapes() -> [FlowParameter] {
    let tallies = queueEvents.prefix(3)
    let events = tallies.reduce(0) { $0 + $1.lots.count }
    guard events > 0 else { return [] }
    let unit = max(1, (tallies.reduce(0) { $0 + $1.lots.sum } / Double(events)).rounded())
    var (found, joins, leaves, takes) = (
      [FlowParameter](), [(Int, Double)](), [PoissonFit.Cell](), [PoissonFit.Cell]()
    )
    var (gaps, expected) = (0, 0.0)
    for (index, tally) in tallies.enumerated() {
      var (limits, seconds, empty, emptyLimits) = (0, 0.0, 0.0, 0)
      for lots in tally.samples.keys.sorted() {
        guard let sample = tally.samples[lots] else { continue }
        if lots == 0 {
          empty += sample.seconds
          emptyLimits += sample.limits
          continue
        }
        limits += sample.limits
        seconds += sample.seconds
        let size = min(255, (Double(lots) / unit - 1e-9).rounded(.up))
        leaves.append(
          PoissonFit.Cell(count: Double(sample.cancels), exposure: sample.seconds, size: size, kind: index))
        if index == 0 {
          takes.append(
            PoissonFit.Cell(count: Double(sample.markets), exposure: sample.seconds, size: size, kind: 0))
        }
      }
      guard limits > 0, seconds > 0 else { continue }
      let rate = Double(limits) / seconds
      joins.append((limits, rate))
      gaps += emptyLimits
      expected += rate * empty
      found.append(
        FlowParameter("limit_rate_\(index + 1)", rate, Double(limits).squareRoot() / seconds, limits))
    }
    found += Self.cancellations(leaves, queues: tallies.count)
    if gaps > 0, expected > 0 {
      // The expected number is itself estimated, from as many orders as there were.
      let orders = joins.reduce(0) { $0 + $1.0 }
      let factor = Double(gaps) / expected
      found.append(
        FlowParameter(
          "gap_factor", factor, factor * (1 / Double(gaps) + 1 / Double(orders)).squareRoot(), gaps))
    }
    found += Self.market(takes)
    if emptied.count > 0 {
      let (n, share) = (Double(emptied.count), Double(emptied.followed) / Double(emptied.count))
      found.append(FlowParameter("theta", share, (share * (1 - share) / n).squareRoot(), emptied.count))
    }
    found.append(FlowParameter("lots", unit, nil, events))
    return found
  }

  /// c_i and s of λC(n) = c_i n ÷ (1 + n ÷ s).
  private static func cancellations(_ cells: [PoissonFit.Cell], queues: Int) -> [FlowParameter] {
    let counts = (0..<queues).map { kind in cells.reduce(0) { $0 + ($1.kind == kind ? $1.count : 0) } }
    let weights = (0..<queues).map { kind in
      cells.reduce(0) { $0 + ($1.kind == kind ? $1.exposure * $1.size / (1 + $1.size / 30) : 0) }
    }
    guard zip(counts, weights).allSatisfy({ $0 > 0 && $1 > 0 }),
      let fit = PoissonFit.parameters(
        cells, from: zip(counts, weights).map { $0 / $1 } + [30],
        rate: { cell, theta in theta[cell.kind] * cell.size / (1 + cell.size / theta[queues]) })
    else { return [] }
    return (0..<queues).map {
      FlowParameter("cancel_rate_\($0 + 1)", fit.values[$0], fit.errors[$0], Int(counts[$0]))
    } + [
      FlowParameter(
        "cancel_saturation", fit.values[queues], fit.errors[queues], Int(counts.reduce(0, +)))
    ]
  }

  /// m, b and k of λM(n) = m (1 + b e^(−n ÷ k)).
  private static func market(_ cells: [PoissonFit.Cell]) -> [FlowParameter] {
    let (count, seconds) = cells.reduce((0.0, 0.0)) { ($0.0 + $1.count, $0.1 + $1.exposure) }
    guard count > 0, seconds > 0,
      let fit = PoissonFit.parameters(
        cells, from: [count / seconds, 1, 5],
        rate: { cell, theta in theta[0] * (1 + theta[1] * MMSMath.exp(-cell.size / theta[2])) })
    else { return [] }
    // Where size tells nothing, the rate is the same for all sizes.
    guard zip(fit.values, fit.errors).allSatisfy({ $1 < $0 }) else {
      return [
        FlowParameter("market_rate", count / seconds, count.squareRoot() / seconds, Int(count)),
        FlowParameter("market_bonus", 0, nil, Int(count)),
      ]
    }
    return zip(["market_rate", "market_bonus", "market_scale"], zip(fit.values, fit.errors)).map {
      FlowParameter($0, $1.0, $1.1, Int(count))
    }
  }
}
