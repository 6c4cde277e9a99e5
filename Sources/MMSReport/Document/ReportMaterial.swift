// SPDX-License-Identifier: Apache-2.0

public import MMSEngine

/// What a report shows beside the answer: paths in detail, the market's statistics, and what size does.
public struct ReportMaterial: Sendable {
  /// One path, thinned for the fan.
  public struct Path: Sendable {
    /// Equity at the fan's times, quote currency.
    public let equity: [Double]
    /// Lowest equity over its maximum so far − 1, between the fan's times.
    public let drawdown: [Double]
    /// What one unit of equity has become by holding, at the fan's times.
    public let held: [Double]
    /// Every fill.
    public let fills: [FillRecord]
    /// Every parent.
    public let parents: [ParentOutcome]

    /// Thins a path that was run with series and fills.
    ///
    /// - Parameter stride: How many buckets become one point of the fan.
    public init(_ result: PathResult, stride: Int) {
      fills = result.fills
      parents = result.parents
      let (equity, falls) = (result.series?["equity"]?.last ?? [], result.series?["drawdown"]?.low ?? [])
      let ends = ReportMaterial.ends(of: equity.count, stride: stride)
      self.equity = ends.map { equity[$0] }
      let mid = result.series?["mid"]?.last ?? []
      let unit = (1 + result.buyAndHold) / (mid.last ?? 1)
      held = ends.map { mid[$0] * unit }
      drawdown = ends.indices.map { index in
        let first = index == 0 ? 0 : ends[index - 1] + 1
        return falls[first...ends[index]].min() ?? 0
      }
    }
  }

  /// A statistic of the recorded and of the simulated market.
  public struct Fact: Sendable, Hashable {
    /// Its name in the report.
    public let name: String
    /// Of the recorded bars.
    public let recorded: Double
    /// Of the first path.
    public let simulated: Double

    /// States a fact.
    public init(_ name: String, recorded: Double, simulated: Double) {
      self.name = name
      self.recorded = recorded
      self.simulated = simulated
    }
  }

  /// A target of the scenario and how it came out.
  public struct Target: Sendable, Hashable {
    /// What was promised, in words.
    public let text: String
    /// Mean of the statistic over the paths looked at.
    public let mean: Double
    /// Share of the paths within the bounds.
    public let share: Double
    /// Whether it is met.
    public let isMet: Bool

    /// States an outcome.
    public init(text: String, mean: Double, share: Double, isMet: Bool) {
      self.text = text
      self.mean = mean
      self.share = share
      self.isMet = isMet
    }
  }

  /// The same strategy with another equity at the start.
  public struct Size: Sendable, Hashable {
    /// Equity at the start, quote currency.
    public let equity: Double
    /// Mean notional of a parent, quote currency.
    public let parentNotional: Double
    /// Mean share of a bar's volume that a fill took.
    public let participation: Double
    /// The metrics of the run.
    public let priceImpact: Double
    /// Slippage, a fraction.
    public let slippage: Double
    /// Mean total return.
    public let totalReturn: Double
    /// Mean Sharpe ratio.
    public let sharpe: Double

    /// Sums up the paths run with an equity.
    public init(equity: Double, paths: [PathResult]) {
      self.equity = equity
      let parents = paths.flatMap(\.parents)
      let fills = paths.flatMap(\.fills).filter { $0.volume > 0 }
      let count = Double(max(1, paths.count))
      parentNotional =
        parents.reduce(0) { $0 + $1.decisionMid * $1.filled } / Double(max(1, parents.count))
      participation = fills.reduce(0) { $0 + $1.quantity / $1.volume } / Double(max(1, fills.count))
      var (impact, slip) = (RatioSums(), RatioSums())
      for path in paths {
        impact.add(path.priceImpact)
        slip.add(path.slippage)
      }
      priceImpact = impact.ratio
      slippage = slip.ratio
      totalReturn = paths.reduce(0) { $0 + $1.totalReturn } / count
      sharpe = paths.reduce(0) { $0 + $1.sharpe } / count
    }
  }

  /// Something that happened at an instant of the first path.
  public struct Event: Sendable, Hashable {
    /// When, nanoseconds since the Unix epoch.
    public let time: Int64
    /// What, such as `crash`.
    public let name: String

    /// States an event.
    public init(time: Int64, name: String) {
      self.time = time
      self.name = name
    }
  }

  /// The most points of the fan.
  public static let fanPoints = 512

  /// Instants of the fan, nanoseconds since the Unix epoch.
  public var fanTimes: [Int64] = []
  /// The first paths in detail.
  public var paths: [Path] = []
  /// Recorded and simulated statistics.
  public var facts: [Fact] = []
  /// Lags of the autocorrelations.
  public var lags: [Int] = []
  /// Autocorrelation of absolute returns by lag.
  public var recordedMemory: [Double] = []
  /// The same of the first path.
  public var simulatedMemory: [Double] = []
  /// The scenario's targets.
  public var targets: [Target] = []
  /// How many paths the targets were looked at over.
  public var targetPaths = 0
  /// What size does.
  public var sizes: [Size] = []
  /// What the first path's market trades in a day, quote currency.
  public var dailyNotional = 0.0
  /// How many paths each size was run with.
  public var sizePaths = 0
  /// Events of the first path.
  public var events: [Event] = []

  /// Nothing yet.
  public init() {}

  /// The last bucket of each point of the fan.
  public static func ends(of count: Int, stride: Int) -> [Int] {
    guard count > 0 else { return [] }
    var ends = Array(Swift.stride(from: stride - 1, to: count, by: stride))
    if ends.last != count - 1 { ends.append(count - 1) }
    return ends
  }
}
