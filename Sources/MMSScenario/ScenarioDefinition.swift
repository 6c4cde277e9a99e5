// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSYAML

/// A scenario ready to run: which models, how they are set, what the venue demands, what must hold.
///
/// Every value has been checked and every model named here is registered and accepts its parameters.
public struct ScenarioDefinition: Sendable {
  /// The market a scenario runs in.
  public enum Market: String, Sendable, Hashable, CaseIterable {
    /// Bars with quotes: prices, spread and depth as columns.
    case quotes
    /// A book in which orders rest, and a flow of orders: generated around the columns, or recorded.
    case book
  }

  /// What a service call selects: `black_swan`.
  public let name: String
  /// Grows when the file's numbers change.
  public let version: Int
  /// One sentence for listings.
  public let summary: String
  /// Where the numbers come from.
  public let source: String
  /// The kind of market.
  public let market: Market
  /// Which data the scenario wants, and what several paths are made of.
  public let data: ScenarioData
  /// Plugins the scenario needs, each of them there.
  public let plugins: [PluginRequirement]
  /// The model that rewrites the market.
  public let scenario: ModelReference
  /// The model that decides what fills.
  public let fill: ModelReference
  /// The model that decides how far our trading moves the price.
  public let impact: ModelReference
  /// The model that makes the order flow of a book; nil with quotes, and where the flow is recorded.
  public let flow: ModelReference?
  /// Used unless an active row of `calibration_params` says otherwise.
  public let calibration: Calibration
  /// The rules of the venue and of the account.
  public let execution: ExecutionSettings
  /// Shocks on top of the models, in the order of the file.
  public let events: [ScriptedEvent]
  /// What must hold over many paths.
  public let targets: [ScenarioTarget]
  /// The files it was merged from: the bases first, the scenario's own last.
  public let files: [String]

  /// The merged document, each value with its place.
  let tree: YAMLNode

  /// The digest once it is known: a service asks for it with every run of a scenario it has read once.
  let memo = DigestMemo()

  /// The models that are used, by slot: a generated book has a flow, others a fill and an impact model.
  public var models: [(slot: String, model: ModelReference)] {
    if let flow { return [("scenario", scenario), ("flow", flow)] }
    return [("scenario", scenario), ("fill", fill), ("impact", impact)]
  }
}

/// Which data a scenario wants, and what several paths are made of.
public struct ScenarioData: Sendable, Hashable {
  /// Where the paths of a simulation come from.
  public enum Path: String, Sendable, Hashable, CaseIterable {
    /// One path is the history; several are resamples of it.
    case auto
    /// Every path is the history.
    case history
    /// Every path is a resample.
    case bootstrap
    /// The data source makes the market up.
    case synthetic
    /// The path is the history, and the orders of its book are the recorded ones.
    case recordedFlow = "recorded_flow"
  }

  /// The length of a step.
  public var resolution: SimDuration
  /// Where the paths come from.
  public var path: Path
  /// The only symbol the scenario is about; nil for any.
  public var symbol: String?
  /// The only source of data it is about, such as `binance-usdm`; nil for any.
  public var source: String?
  /// Where the window begins, for scenarios that replay a real one.
  public var start: SimTime?
  /// Where the window ends, exclusive.
  public var end: SimTime?

  /// States a choice of data.
  public init(
    resolution: SimDuration = .minutes(1), path: Path = .auto, symbol: String? = nil, source: String? = nil,
    start: SimTime? = nil, end: SimTime? = nil
  ) {
    self.resolution = resolution
    self.path = path
    self.symbol = symbol
    self.source = source
    self.start = start
    self.end = end
  }
}

/// A registered model and its checked parameters.
public struct ModelReference: Sendable {
  /// The model's id: `impact/SquareRoot-v1`.
  public let id: String
  /// Every parameter, defaults filled in.
  public let parameters: ParameterValues
  /// What the file said, in its order; the rest are defaults.
  public let inputs: [(name: String, input: ParameterInput)]
  /// The model itself, when the file describes it and no registry knows it.
  public let inline: ModelEntry?

  /// The model: the file's own, or the registered one.
  public func entry(in registry: ModelRegistry, kind: ModelKind? = nil) throws(MMSError) -> ModelEntry {
    if let inline { return inline }
    return try registry.entry(id, kind: kind)
  }
}

/// A library a scenario needs.
public struct PluginRequirement: Sendable, Hashable {
  /// The name of its manifest.
  public var name: String
  /// The versions that will do: `^1.0`; nil for any.
  public var version: String?
  /// The digest its bytes must have, in hexadecimal; nil for any.
  public var sha256: String?
}
