// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSStudy

/// Everything a comparison answers, before it is written in any form.
public struct ComparisonSummary: Sendable {
  /// One side.
  public struct Side: Sendable {
    /// What it is called: the scenario with its overrides.
    public var label: String
    /// What a simulation of it answers.
    public var answer: JSONObject
    /// The numbers of its paths.
    public var sample: ComparisonSample

    /// States a side.
    public init(label: String, answer: JSONObject, sample: ComparisonSample) {
      self.label = label
      self.answer = answer
      self.sample = sample
    }
  }

  /// The first side.
  public var a: Side
  /// The second side.
  public var b: Side
  /// How they differ.
  public var comparison: Comparison
  /// The trading pair.
  public var symbol: String
  /// The period as asked for.
  public var period: String
  /// The seed of both sides.
  public var seed: UInt64
  /// What the reader should know.
  public var warnings: [String]
  /// Wall time, seconds.
  public var executionTime = 0.0

  /// Puts an answer together.
  public init(a: Side, b: Side, comparison: Comparison, symbol: String, period: String, seed: UInt64) {
    self.a = a
    self.b = b
    self.comparison = comparison
    self.symbol = symbol
    self.period = period
    self.seed = seed
    warnings = comparison.warnings
    let remarks = [a, b].map { $0.answer["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    // What both sides say is said once.
    warnings += remarks[0].filter(remarks[1].contains)
    for (name, own, other) in [("a", remarks[0], remarks[1]), ("b", remarks[1], remarks[0])] {
      warnings += own.filter { !other.contains($0) }.map { "side \(name): \($0)" }
    }
  }

  /// The object that `mms compare --json` prints and POST /compare answers.
  ///
  /// - Parameter withPaths: Whether the values of every path are in it.
  public func json(withPaths: Bool = false) -> JSONValue {
    var object = JSONObject()
    object["a"] = .string(a.label)
    object["b"] = .string(b.label)
    object["paths"] = .integer(Int64(comparison.paths))
    object["metrics"] = .array(comparison.metrics.map(\.json))
    object["primary"] = .string(comparison.primary.rawValue)
    object["verdict"] = .string(comparison.verdict.rawValue)
    object["method"] = .string(comparison.method.rawValue)
    object["seed"] = Int64(exactly: seed).map { .integer($0) } ?? .string(String(seed))
    if withPaths {
      object["path_values"] = [
        "a": Self.values(a.sample, comparison), "b": Self.values(b.sample, comparison),
      ]
    }
    object["provenance"] = ["a": provenance(a), "b": provenance(b)]
    object["warnings"] = .array(warnings.map { .string($0) })
    object["result_digest"] = .string(SHA256.hex(of: JSONValue.object(object).write(pretty: false)))
    object["execution_time"] = .number(executionTime)
    return .object(object)
  }

  private func provenance(_ side: Side) -> JSONValue { side.answer["provenance"] ?? .null }

  private static func values(_ sample: ComparisonSample, _ comparison: Comparison) -> JSONValue {
    var object = JSONObject()
    for item in comparison.metrics {
      object[item.metric.rawValue] = .array(sample.paths.map { .number($0[item.metric]) })
    }
    return .object(object)
  }
}

extension MetricComparison {
  /// The metric's row as JSON.
  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "metric": .string(metric.rawValue), "a": .number(a), "b": .number(b),
      "difference": .number(difference), "standard_error": number(standardError),
      "interval": interval.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null,
      "p_value": number(pValue), "adjusted_p_value": number(adjustedPValue), "ties": .number(ties),
      "share_a_better": .number(shareA), "share_b_better": .number(shareB),
      "effect_size": number(effectSize), "variance_saved": number(varianceSaved),
      "paths_for_80_power": pathsForPower.map { .integer(Int64($0)) } ?? .null,
      "verdict": .string(verdict.rawValue),
    ]
  }
}
