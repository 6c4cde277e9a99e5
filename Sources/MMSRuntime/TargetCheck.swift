// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSEngine
public import MMSScenario
import MMSStudy

/// How one target of a scenario came out.
public struct TargetOutcome: Sendable {
  /// What was promised.
  public let target: ScenarioTarget
  /// Mean of the statistic over the paths.
  public let mean: Double
  /// 5th and 95th percentile over the paths.
  public let spread: (low: Double, high: Double)
  /// Share of the paths within the bounds.
  public let share: Double
  /// Whether the target is met.
  public let isMet: Bool
}

extension TargetOutcome {
  /// The numbers for the way from a child process to its parent.
  var numbers: JSONValue {
    [.number(mean), .number(spread.low), .number(spread.high), .number(share), .bool(isMet)]
  }

  /// Joins a target with what ``numbers`` wrote.
  init(_ target: ScenarioTarget, json: JSONValue) {
    let list = json.arrayValue ?? []
    // What JSON cannot say was no finite number.
    func number(_ index: Int) -> Double { index < list.count ? list[index].doubleValue ?? .nan : .nan }
    self.target = target
    mean = number(0)
    spread = (number(1), number(2))
    share = number(3)
    isMet = list.last?.boolValue ?? false
  }
}

extension PreparedSimulation {
  /// Checks what the scenario promises over a number of its own markets, without any trading.
  ///
  /// - Parameters:
  ///   - paths: How many markets, at least one.
  ///   - threads: How many threads make them; the outcome does not depend on it.
  /// - Throws: ``MMSCore/MMSError`` when there is no path, or a model failed in one.
  public func checkTargets(paths: Int, threads: Int = 1) throws(MMSError) -> [TargetOutcome] {
    guard paths >= 1 else {
      throw MMSError(.invalidValue, "targets are checked over at least one path, not \(paths)", path: "paths")
    }
    let (plan, statistics) = (plan, scenario.targets.map(\.statistic))
    let base = plan.base
    var recorded = MarketBlock(firstStep: 0, count: base.steps)
    recorded.copyRows(base.warmUpRows..<base.block.count, of: base.block, to: 0)
    let reference = try MarketMeasures(recorded, resolution: base.resolution)
    let measured = try OrderedWork.map(
      paths, threads: threads, tool: { () throws(MMSError) in try PathRunner(plan) }
    ) { (runner, path) throws(MMSError) -> [Double] in
      let measures = try MarketMeasures(try runner.market(path: path), resolution: base.resolution)
      return statistics.map { measures.value(of: $0, recorded: reference) }
    }
    return scenario.targets.enumerated().map { index, target in
      let values = measured.map { $0[index] }
      let sorted = values.sorted()
      let mean = sorted.reduce(0, +) / Double(max(1, sorted.count))
      let within = sorted.count { $0 >= target.low && $0 <= target.high }
      let share = Double(within) / Double(max(1, sorted.count))
      return TargetOutcome(
        target: target, mean: mean,
        spread: (sorted[sorted.count / 20], sorted[sorted.count - 1 - sorted.count / 20]), share: share,
        isMet: target.holds(for: values))
    }
  }
}
