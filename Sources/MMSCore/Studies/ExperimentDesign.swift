// SPDX-License-Identifier: Apache-2.0

/// What an experiment is made of: a request, and what is varied around it.
///
/// A pure value: it knows neither files nor models. Which trials it stands for, and in which order, follows from it
/// alone.
public struct ExperimentDesign: Sendable, Hashable {
  /// The experiment's name.
  public var name: String
  /// Its version.
  public var version = 1
  /// One sentence about it.
  public var summary = ""
  /// The body that every trial starts from: a body of POST /simulate.
  public var base: JSONObject
  /// The grid: every combination of these values is a point.
  public var axes: [Axis] = []
  /// Drawn or spread points, each met by every point of the grid.
  public var sampling: Sampling?
  /// Seeds that every point is run with; empty for the body's own.
  public var seeds: [UInt64] = []
  /// How often a point is run, each time with another seed derived from the body's.
  public var repeats = 1
  /// The metrics that are written; see ``metricNames``.
  public var metrics: [String] = Self.metricNames
  /// Which of them says which point is best.
  public var objective = "total_return"
  /// Whether a trial of one path has standard errors of return, drawdown and Sharpe ratio too, by a bootstrap that takes
  /// about as long as the trial.
  public var bootstrapsErrors = false
  /// What points and results have to meet.
  public var constraints: [Constraint] = []
  /// Windows that are fitted and tested in turn; nil for one period.
  public var walkForward: WalkForward?

  /// Makes an experiment of one trial.
  public init(name: String, base: JSONObject) {
    self.name = name
    self.base = base
  }

  /// The six numbers of every answer.
  public static let metricNames = [
    "slippage", "fill_probability", "price_impact", "total_return", "max_drawdown", "sharpe_ratio",
  ]

  /// Whether more of a metric is better; costs are better when they are less.
  public static func isMaximised(_ metric: String) -> Bool {
    metric != "slippage" && metric != "price_impact"
  }

  /// Keys of a body that stand alone.
  public static let bodyKeys = [
    "symbol", "period", "scenario", "strategy", "start_time", "end_time", "seed", "paths", "target_se",
    "target_metric", "antithetic", "data",
  ]

  /// Keys of a body that hold others, reached by a dot.
  public static let bodySections = ["strategy_params", "overrides"]

  /// Whether a dotted path names something of a body.
  public static func isKey(_ path: String) -> Bool {
    if bodyKeys.contains(path) { return true }
    return bodySections.contains { path.hasPrefix("\($0).") && path.count > $0.count + 1 }
  }

  /// Whether a key belongs to what somebody chooses (the strategy), not to the market it meets.
  public static func isChoice(_ key: String) -> Bool {
    key == "strategy" || key.hasPrefix("strategy_params.")
  }
}

extension ExperimentDesign {
  /// A key and the values it takes.
  public struct Axis: Sendable, Hashable {
    /// The dotted path into the body.
    public var key: String
    /// The values, in order.
    public var values: [JSONValue]

    /// Names a key and its values.
    public init(key: String, values: [JSONValue]) {
      self.key = key
      self.values = values
    }
  }

  /// Points that are not on a grid.
  public struct Sampling: Sendable, Hashable {
    /// How points are found.
    public enum Method: String, Sendable, Hashable {
      /// Independent draws.
      case random
      /// A Sobol sequence: points that fill the space evenly.
      case sobol
    }

    /// How points are found.
    public var method: Method
    /// How many.
    public var samples: Int
    /// The seed of the draws, or of the sequence's digital shift; a sequence without one is not shifted.
    public var seed: UInt64?
    /// What is sampled.
    public var dimensions: [Dimension]

    /// States what is sampled.
    public init(method: Method, samples: Int, seed: UInt64?, dimensions: [Dimension]) {
      self.method = method
      self.samples = samples
      self.seed = seed
      self.dimensions = dimensions
    }
  }

  /// A key whose value is sampled.
  public struct Dimension: Sendable, Hashable {
    /// What values it takes.
    public enum Law: Sendable, Hashable {
      /// Numbers between two bounds, evenly or evenly in the logarithm, whole or not.
      case range(low: Double, high: Double, isLogarithmic: Bool, isWhole: Bool)
      /// One of some values, equally likely.
      case choice([JSONValue])
    }

    /// The dotted path into the body.
    public var key: String
    /// What values it takes.
    public var law: Law

    /// Names a key and its law.
    public init(key: String, law: Law) {
      self.key = key
      self.law = law
    }
  }

  /// Windows of time: fitted on the first part, tested on the part after it.
  public struct WalkForward: Sendable, Hashable {
    /// Where the first window begins.
    public var start: SimTime
    /// What no window reaches beyond.
    public var end: SimTime
    /// The length of the part that parameters are chosen on.
    public var train: SimDuration
    /// The length of the part that the choice is tested on.
    public var test: SimDuration
    /// How far each window lies after the one before.
    public var step: SimDuration
    /// Whether every window's first part begins at the start and grows.
    public var isAnchored: Bool

    /// States the windows.
    public init(
      start: SimTime, end: SimTime, train: SimDuration, test: SimDuration, step: SimDuration,
      isAnchored: Bool = false
    ) {
      self.start = start
      self.end = end
      self.train = train
      self.test = test
      self.step = step
      self.isAnchored = isAnchored
    }

    /// How many windows fit.
    public var count: Int {
      let room = (end - start).nanoseconds - train.nanoseconds - test.nanoseconds
      guard room >= 0, step.nanoseconds > 0 else { return 0 }
      return Int(room / step.nanoseconds) + 1
    }

    /// Start and length of a window's part.
    public func part(_ window: Int, isTest: Bool) -> (start: SimTime, length: SimDuration) {
      let shift = SimDuration(nanoseconds: step.nanoseconds * Int64(window))
      let border = start + train + shift
      if isTest { return (border, test) }
      let begin = isAnchored ? start : start + shift
      return (begin, border - begin)
    }
  }
}
