// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

extension ExperimentReader {
  /// Keys that say two things at once, and keys that say nothing.
  static func conflicts(of design: ExperimentDesign, _ spec: YAMLMap) {
    let grid = design.axes.map(\.key)
    let sampled = design.sampling?.dimensions.map(\.key) ?? []
    let varied = grid + sampled
    let sampler = design.sampling?.method.rawValue ?? "sobol"
    for key in sampled where grid.contains(key) {
      spec.fault("'\(key)' stands in the matrix and under \(sampler); remove it from one", at: sampler)
    }
    if !design.seeds.isEmpty {
      if design.repeats > 1 {
        spec.fault("seeds and repeat exclude each other; list the seeds, or let them be derived", at: "seeds")
      }
      if varied.contains("seed") {
        spec.fault("seeds are listed and 'seed' is varied as well; remove one of the two", at: "seeds")
      }
      if Set(design.seeds).count < design.seeds.count {
        spec.fault("seeds holds a seed twice; its trials would be the same", at: "seeds")
      }
    } else if design.repeats > 1 {
      if varied.contains("seed") {
        spec.fault("repeat varies the seed, and so does 'seed'; remove one of the two", at: "repeat")
      } else if design.base["seed"] == nil {
        spec.fault(
          "repeat derives its seeds from that of the base, which has none; write 'seed: 1' under base",
          at: "repeat")
      }
    }
    if design.walkForward != nil {
      for key in ["period", "start_time", "end_time"] {
        if varied.contains(key) {
          spec.fault(
            "walk_forward sets '\(key)', which is varied as well; remove one of the two", at: "walk_forward")
        } else if design.base[key] != nil {
          spec.fault(
            "walk_forward sets '\(key)', which base gives as well; remove it there", at: "walk_forward")
        }
      }
    }
    let isVaried =
      !varied.isEmpty || !design.seeds.isEmpty || design.repeats > 1 || spec.has("walk_forward")
    if !isVaried, !spec.has("matrix") {
      spec.fault(
        "the experiment varies nothing; add a matrix, random, sobol, seeds, repeat or walk_forward")
    }
    for key in ["symbol", "period", "scenario"] where design.base[key] == nil && !varied.contains(key) {
      if key == "period", spec.has("walk_forward") { continue }
      spec.fault("no trial has a \(key); write it under base or vary it", at: "base")
    }
    let isStrategyVaried = varied.contains("strategy")
    for constraint in design.constraints where !isStrategyVaried {
      for name in constraint.names where ExperimentDesign.isKey(name) {
        check(name, of: constraint, design, spec)
      }
    }
  }

  /// Refuses a constraint on a key that has no number.
  private static func check(
    _ name: String, of constraint: ExperimentDesign.Constraint, _ design: ExperimentDesign, _ spec: YAMLMap
  ) {
    var values: [JSONValue?] = []
    if let axis = design.axes.first(where: { $0.key == name }) {
      values = axis.values
    } else if let dimension = design.sampling?.dimensions.first(where: { $0.key == name }) {
      if case .choice(let choices) = dimension.law { values = choices }
    } else {
      let section = ExperimentDesign.bodySections.first { name.hasPrefix("\($0).") }
      values = [
        section.map { design.base[$0]?[String(name.dropFirst($0.count + 1))] } ?? design.base[name]
      ]
    }
    guard values.contains(where: { $0?.doubleValue == nil }) else { return }
    spec.fault(
      "the constraint '\(constraint.text)' compares '\(name)', which is not always a number; give it one under"
        + " base or vary it over numbers", at: "constraints")
  }
}

extension YAMLKind<String> {
  /// The name of an experiment.
  static var experimentName: YAMLKind {
    text(
      1...60, of: ScenarioName.characters + "-",
      expected: "a name of at most 60 small letters, digits, - and _, such as thresholds-7d")
  }
}

extension YAMLKind<UInt64> {
  /// A seed: a whole number of 64 bits; beyond 2⁶³ − 1 in quotes.
  static var seed: YAMLKind {
    YAMLKind(fallback: 0) { (node, path) throws(MMSError) in
      switch node.scalar?.value {
      case .integer(let value) where value >= 0: return UInt64(value)
      case .string(let text):
        if let value = UInt64(text) { return value }
      default: break
      }
      throw node.mismatch(expected: "a seed, a whole number from 0 to \(UInt64.max)", path: path)
    }
  }
}

extension YAMLKind<JSONValue> {
  /// A value of a request's body, of the type its key has.
  static func bodyValue(of key: String) -> YAMLKind {
    YAMLKind(fallback: .null) { (node, path) throws(MMSError) in
      switch key {
      case "symbol", "period", "scenario", "strategy", "start_time", "end_time", "target_metric", "data":
        return .string(try YAMLKind<String>.text.read(node, path))
      case "paths": return .integer(Int64(try YAMLKind<Int>.integer(in: 1...1_000_000_000).read(node, path)))
      case "seed": return .seed(try YAMLKind<UInt64>.seed.read(node, path))
      case "antithetic": return .bool(try YAMLKind<Bool>.bool.read(node, path))
      case "target_se": return .number(try YAMLKind<Double>.positive.read(node, path))
      default: return try node.bodyValue(path)
      }
    }
  }
}

extension YAMLNode {
  /// The value as JSON: any scalar but nothing, or a list of them.
  fileprivate func bodyValue(_ path: String) throws(MMSError) -> JSONValue {
    if let items {
      var values: [JSONValue] = []
      for item in items { values.append(try item.bodyValue(path)) }
      return .array(values)
    }
    switch scalar?.value {
    case .bool(let value): return .bool(value)
    case .integer(let value): return .integer(Int64(value))
    case .number(let value) where value.isFinite: return .number(value)
    case .string(let text): return .string(text)
    default: throw mismatch(expected: "a value", path: path, remedy: "write a number, a text or a list")
    }
  }
}
