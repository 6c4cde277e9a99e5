// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSYAML

/// What a file of kind Comparison says: two sides, what they have in common, and what decides between them.
///
/// Names of scenarios, strategies and their parameters are checked by whoever runs it.
public struct ComparisonDefinition: Sendable {
  /// One side, or what both have in common; nil where the file is silent.
  public struct Side: Sendable {
    /// A scenario's name or file, with overrides behind a question mark where the file has them there.
    public var scenario: String?
    /// `PATH=VALUE` overrides of the scenario, in the order of the file.
    public var overrides: [String] = []
    /// The strategy's name.
    public var strategy: String?
    /// The strategy's parameters as written.
    public var strategyParameters: [(name: String, input: ParameterInput)] = []

    /// Says nothing.
    public init() {}
  }

  /// The file's name for it.
  public let name: String
  /// Grows when the file's numbers change.
  public let version: Int
  /// The question it answers, in a sentence.
  public let summary: String
  /// The trading pair.
  public let symbol: String
  /// The length of the period.
  public let period: String
  /// Start of the period, ISO 8601.
  public let startTime: String?
  /// End of the period, ISO 8601.
  public let endTime: String?
  /// The seed of both sides.
  public let seed: UInt64?
  /// A data URI to read instead of the store.
  public let data: String?
  /// Whether the paths of each side come in antithetic pairs.
  public let antithetic: Bool
  /// What a side has unless it says otherwise.
  public let base: Side
  /// The first side.
  public let a: Side
  /// The second side.
  public let b: Side
  /// How many pairs of paths; nil leaves it to the runner.
  public let paths: Int?
  /// The metrics by name; empty for all.
  public let metrics: [String]
  /// The metric that decides.
  public let primary: String?

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file; scenarios that it names as files are looked for beside it.
  ///   - metrics: The names that metrics may have.
  /// - Throws: ``MMSError/Code/invalidData`` with every fault that was found; what reading the file throws.
  public init(contentsOf path: String, metrics: [String]) throws(MMSError) {
    try self.init(YAMLNode(contentsOf: path), folder: ScenarioFolder.folder(of: path), metrics: metrics)
  }

  /// Reads a text.
  ///
  /// - Parameter file: What errors call it.
  public init(text: String, file: String, metrics: [String]) throws(MMSError) {
    try self.init(YAMLNode(text: text, file: file), folder: nil, metrics: metrics)
  }

  private init(_ tree: YAMLNode, folder: String?, metrics: [String]) throws(MMSError) {
    self = try tree.decode { (document) throws(MMSError) in
      _ = document.require("apiVersion", .text(oneOf: [ScenarioComposer.apiVersion]))
      _ = document.require("kind", .text(oneOf: ["Comparison"]))
      return ComparisonDefinition(document, folder: folder, metrics: metrics)
    }
  }

  private init(_ document: YAMLMap, folder: String?, metrics known: [String]) {
    let metadata = ScenarioMetadata(document.section("metadata"))
    name = metadata.name
    version = metadata.version
    summary = metadata.summary
    let spec = document.section("spec")
    let common = spec.section("base")
    symbol = common.require("symbol", .text)
    period = common.require("period", .text)
    startTime = common.optional("start_time", .text)
    endTime = common.optional("end_time", .text)
    if let text = startTime, SimTime(iso8601: text) == nil {
      common.fault("'\(text)' is no ISO 8601 time such as 2025-07-19T12:00Z", at: "start_time")
    }
    if let text = endTime, SimTime(iso8601: text) == nil {
      common.fault("'\(text)' is no ISO 8601 time such as 2025-07-19T12:00Z", at: "end_time")
    }
    seed = common.optional("seed", .integer(in: 0...Int.max)).map { UInt64($0) }
    data = common.optional("data", .text)
    antithetic = common.optional("antithetic", .bool, default: false)
    base = Self.side(common, folder)
    a = Self.side("a", of: spec, folder)
    b = Self.side("b", of: spec, folder)
    paths = spec.optional("paths", .integer(in: 1...1_000_000))
    metrics = spec.optional(
      "metrics", .list(of: .text(oneOf: known), count: 1...max(1, known.count)), default: [])
    if Set(metrics).count < metrics.count {
      spec.fault("a metric is listed twice; name each once", at: "metrics")
    }
    primary = spec.optional("primary", .text(oneOf: known))
    if let primary, known.contains(primary), !metrics.isEmpty, !metrics.contains(primary) {
      spec.fault(
        "the primary metric '\(primary)' is not among the metrics; add it, or leave metrics out",
        at: "primary")
    }
    for (key, side) in [("a", a), ("b", b)]
    where spec.has(key) && base.scenario == nil && side.scenario == nil {
      spec.fault("side \(key) has no scenario; name one there, or in base for both", at: key)
    }
  }

  /// A side: a text such as `normal?models.impact.params.Y=0.9`, or a mapping.
  private static func side(_ key: String, of spec: YAMLMap, _ folder: String?) -> Side {
    guard let node = spec.optional(key, .node) else {
      _ = spec.section(key)
      return Side()
    }
    guard node.entries == nil else { return side(spec.section(key), folder) }
    var side = Side()
    side.scenario = placed(spec.require(key, .text), folder)
    return side
  }

  private static func side(_ map: YAMLMap, _ folder: String?) -> Side {
    var side = Side()
    side.scenario = map.optional("scenario", .text).map { placed($0, folder) }
    side.strategy = map.optional("strategy", .text)
    if let section = map.optionalSection("strategy_params") {
      side.strategyParameters = section.parameters().inputs
    }
    if let section = map.optionalSection("overrides") {
      for key in section.keys {
        guard let node = section.optional(key, .node) else { continue }
        side.overrides.append("\(key)=\(node.flowText)")
      }
    }
    return side
  }

  /// A scenario's file beside the comparison's own.
  private static func placed(_ scenario: String, _ folder: String?) -> String {
    let name = scenario.prefix { $0 != "?" }
    guard let folder, ScenarioName.isFile(String(name)), !name.hasPrefix("/") else { return scenario }
    return ScenarioFolder.join(folder, scenario)
  }
}

extension YAMLNode {
  /// The value on one line, as a command line has it.
  fileprivate var flowText: String {
    // A text that is read as the same text without quotes needs none.
    if case .string(let text) = scalar?.value, text.first?.isLetter == true,
      text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "/-_.".contains($0)) }),
      case .string(text) = YAMLNode.plain(text, at: location).scalar?.value
    {
      return text
    }
    return flow.write(pretty: false)
  }

  private var flow: JSONValue {
    switch content {
    case .mapping(let entries):
      var object = JSONObject()
      for entry in entries { object[entry.key] = entry.value.flow }
      return .object(object)
    case .sequence(let items): return .array(items.map(\.flow))
    case .scalar(let scalar):
      switch scalar.value {
      case .null: return .null
      case .bool(let value): return .bool(value)
      case .integer(let value): return .integer(Int64(value))
      case .number(let value): return value.isFinite ? .number(value) : .string(scalar.text)
      case .string(let text): return .string(text)
      }
    }
  }
}
