// SPDX-License-Identifier: Apache-2.0

extension ExperimentDesign {
  /// The design as JSON, complete and in a fixed order: equal designs have equal texts.
  public var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "version": .integer(Int64(version)), "base": .object(base),
      "matrix": .array(axes.map { ["key": .string($0.key), "values": .array($0.values)] }),
    ]
    if let sampling { object["sampling"] = sampling.json }
    object["seeds"] = .array(seeds.map { .seed($0) })
    object["repeat"] = .integer(Int64(repeats))
    object["metrics"] = .array(metrics.map { .string($0) })
    object["objective"] = .string(objective)
    object["errors"] = .string(bootstrapsErrors ? "bootstrap" : "paths")
    object["constraints"] = .array(constraints.map { .string($0.text) })
    if let walkForward {
      object["walk_forward"] = [
        "start": .string(walkForward.start.description), "end": .string(walkForward.end.description),
        "train": .integer(walkForward.train.nanoseconds), "test": .integer(walkForward.test.nanoseconds),
        "step": .integer(walkForward.step.nanoseconds), "anchored": .bool(walkForward.isAnchored),
      ]
    }
    return .object(object)
  }

  /// SHA-256 of ``json``: what makes two experiments the same, whatever their files look like.
  public var digest: String { SHA256.hex(of: json.write()) }
}

extension ExperimentDesign.Sampling {
  fileprivate var json: JSONValue {
    [
      "method": .string(method.rawValue), "samples": .integer(Int64(samples)),
      "seed": seed.map { .seed($0) } ?? .null,
      "parameters": .array(
        dimensions.map { dimension in
          switch dimension.law {
          case .range(let low, let high, let isLogarithmic, let isWhole):
            [
              "key": .string(dimension.key), "min": .number(low), "max": .number(high),
              "log": .bool(isLogarithmic), "integer": .bool(isWhole),
            ]
          case .choice(let values): ["key": .string(dimension.key), "values": .array(values)]
          }
        }),
    ]
  }
}

extension JSONValue {
  /// A seed: a number where JSON's readers keep it, else its digits as text.
  public static func seed(_ seed: UInt64) -> JSONValue {
    Int64(exactly: seed).map { .integer($0) } ?? .string(String(seed))
  }
}
