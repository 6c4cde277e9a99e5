// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSEngine
public import MMSStudy

/// Where a result came from: enough to make it again and to see what changed.
public struct Provenance: Sendable, Hashable {
  /// A model that took part.
  public struct ModelUse: Sendable, Hashable {
    /// The slot: scenario, fill, impact or strategy.
    public let slot: String
    /// The model's id.
    public let id: String
    /// Its parameters, complete.
    public let parameters: ParameterValues
    /// Where it came from.
    public let origin: String
    /// The digest of its library; nil of a built-in model.
    public let digest: String?

    /// Records a model.
    public init(slot: String, id: String, parameters: ParameterValues, origin: String, digest: String? = nil)
    {
      self.slot = slot
      self.id = id
      self.parameters = parameters
      self.origin = origin
      self.digest = digest
    }
  }

  /// The engine's version.
  public var engine: String
  /// Name, version and digest of the scenario.
  public var scenario: (name: String, version: Int, digest: String)
  /// The models.
  public var models: [ModelUse]
  /// What the data were: source, symbol, resolution, span, bars and digest.
  public var dataSource: String
  /// The origin of the bars, such as `binance-spot`.
  public var dataOrigin: String
  /// Digest of the bars used, warm-up included.
  public var dataDigest: String
  /// Where the calibration came from: a row's id or the scenario file.
  public var calibration: String
  /// The ratios it gave.
  public var stress: StressRatios
  /// How the path was made: history, bootstrap or synthetic.
  public var path: String

  /// Records where a result came from.
  public init(
    engine: String, scenario: (name: String, version: Int, digest: String), models: [ModelUse],
    dataSource: String, dataOrigin: String, dataDigest: String, calibration: String,
    stress: StressRatios, path: String
  ) {
    self.engine = engine
    self.scenario = scenario
    self.models = models
    self.dataSource = dataSource
    self.dataOrigin = dataOrigin
    self.dataDigest = dataDigest
    self.calibration = calibration
    self.stress = stress
    self.path = path
  }

  /// Equal when every digest, id and number is.
  public static func == (a: Provenance, b: Provenance) -> Bool { a.json == b.json }

  /// Hashes what ``==(_:_:)`` compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }

  /// The provenance as JSON.
  public var json: JSONValue {
    var models = JSONObject()
    for use in self.models {
      var object: JSONObject = [
        "id": .string(use.id), "origin": .string(use.origin), "parameters": use.parameters.json,
      ]
      if let digest = use.digest { object["digest"] = .string(digest) }
      models[use.slot] = .object(object)
    }
    return [
      "engine": .string(engine),
      "scenario": [
        "name": .string(scenario.name), "version": .integer(Int64(scenario.version)),
        "digest": .string(scenario.digest),
      ],
      "models": .object(models),
      "data": [
        "source": .string(dataSource), "origin": .string(dataOrigin), "digest": .string(dataDigest),
        "path": .string(path),
      ],
      "calibration": [
        "source": .string(calibration), "volatility_ratio": .number(stress.volatility),
        "liquidity_ratio": .number(stress.liquidity), "normal_cost": .number(stress.normalCost),
        "scenario_cost": .number(stress.stressedCost),
      ],
    ]
  }
}

/// Everything a simulation answers, before it is written in any form.
public struct SimulationSummary: Sendable {
  /// The answer's id; empty until it is stored.
  public var id = ""
  /// The trading pair.
  public var symbol: String
  /// The period as asked for.
  public var period: String
  /// The scenario's name.
  public var scenario: String
  /// The strategy's name.
  public var strategy: String
  /// The strategy's parameters, complete.
  public var strategyParameters: ParameterValues
  /// Open of the first step.
  public var start: SimTime
  /// Close of the last.
  public var end: SimTime
  /// The length of a step.
  public var resolution: SimDuration
  /// Steps in the period.
  public var steps: Int
  /// The seed used.
  public var seed: UInt64
  /// Whether the seed was derived from symbol, start and end.
  public var seedIsDerived: Bool
  /// The metrics with their errors.
  public var estimates: Estimates
  /// The paths, in order.
  public var paths: [PathResult]
  /// Equity at the start, quote currency.
  public var initialEquity: Double
  /// Where the result came from.
  public var provenance: Provenance
  /// Results under other readings of what fills, when resting orders make a difference.
  public var readings: [FillOptimism: Estimates] = [:]
  /// The request as it was asked; nil when nobody said.
  public var request: JSONValue?
  /// What a report shows beside the answer; nil when none was asked for.
  public var material: ReportMaterial?
  /// The standard error to reach, of which metric, and within how many paths; nil when none was asked for.
  public var target: (metric: Metric, standardError: Double, paths: Int)?
  /// Whether a crash, an outage or another event is part of the market.
  public var hasEvents = false
  /// What the reader should know.
  public var warnings: [String]
  /// Wall time, seconds.
  public var executionTime = 0.0
  /// Where the report is; empty when there is none.
  public var reportURL = ""

  /// Puts an answer together.
  public init(
    symbol: String, period: String, scenario: String, strategy: String,
    strategyParameters: ParameterValues, start: SimTime, end: SimTime, resolution: SimDuration,
    steps: Int, seed: UInt64, seedIsDerived: Bool, paths: [PathResult], initialEquity: Double,
    provenance: Provenance, warnings: [String]
  ) {
    self.symbol = symbol
    self.period = period
    self.scenario = scenario
    self.strategy = strategy
    self.strategyParameters = strategyParameters
    self.start = start
    self.end = end
    self.resolution = resolution
    self.steps = steps
    self.seed = seed
    self.seedIsDerived = seedIsDerived
    self.paths = paths
    self.initialEquity = initialEquity
    self.provenance = provenance
    self.warnings = warnings
    estimates = Estimates(paths)
  }

  /// Closed round trips, pooled over paths.
  public var tradeCount: Int { paths.reduce(0) { $0 + $1.trades.count } }

  /// Mean over paths of a path's number.
  public func mean(_ value: (PathResult) -> Double) -> Double {
    paths.isEmpty ? 0 : paths.reduce(0) { $0 + value($1) } / Double(paths.count)
  }
}
