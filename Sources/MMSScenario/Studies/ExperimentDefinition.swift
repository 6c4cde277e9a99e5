// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSYAML

/// An experiment as a file describes it.
public struct ExperimentDefinition: Sendable {
  /// What it consists of.
  public let design: ExperimentDesign
  /// The file, as the user named it.
  public let file: String
  /// The text it was read from.
  public let text: String

  /// Reads a file.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when it is not there; ``MMSError/Code/invalidData`` with the place of every
  ///   fault in it.
  public init(contentsOf file: String) throws(MMSError) {
    let bytes = try YAMLNode.bytes(ofFile: file)
    design = try ExperimentReader.read(YAMLNode(bytes: bytes, file: file))
    self.file = file
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// Reads a text, as if it stood in a file of some name.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` with the place of every fault.
  public init(text: String, file: String) throws(MMSError) {
    design = try ExperimentReader.read(YAMLNode(text: text, file: file))
    self.file = file
    self.text = text
  }
}

/// Turns a document into a design, reporting every fault it can see.
enum ExperimentReader {
  static func read(_ node: YAMLNode) throws(MMSError) -> ExperimentDesign {
    let document = try YAMLMap(node)
    envelope(document, node)
    let metadata = document.section("metadata")
    let name = metadata.require("name", .experimentName)
    let version = metadata.optional("version", .integer(in: 1...1_000_000), default: 1)
    let summary = metadata.optional("summary", .text, default: "")
    let spec = document.section("spec")
    var design = ExperimentDesign(name: name, base: body(spec.section("base")))
    design.version = version
    design.summary = summary
    design.axes = matrix(spec)
    design.sampling = sampling(spec)
    let seeds = spec.optional("seeds", .list(of: .seed, count: 1...1_000_000))
    design.seeds = seeds ?? []
    design.repeats = spec.optional("repeat", .integer(in: 1...1_000_000), default: 1)
    design.metrics = spec.optional(
      "metrics", .list(of: .text(oneOf: ExperimentDesign.metricNames), count: 1...6),
      default: ExperimentDesign.metricNames)
    design.objective = spec.optional(
      "objective", .text(oneOf: ExperimentDesign.metricNames),
      default: spec.has("metrics") ? design.metrics.first ?? "total_return" : "total_return")
    design.bootstrapsErrors =
      spec.optional("errors", .text(oneOf: ["paths", "bootstrap"]), default: "paths") == "bootstrap"
    for text in spec.optional("constraints", .list(of: .text), default: []) {
      do throws(MMSError) {
        design.constraints.append(try ExperimentDesign.Constraint(text))
      } catch {
        spec.fault(error.message, at: "constraints", hint: error.hint)
      }
    }
    design.walkForward = spec.optionalSection("walk_forward").flatMap(walkForward)
    conflicts(of: design, spec)
    try document.finish()
    return design
  }

  private static func envelope(_ document: YAMLMap, _ node: YAMLNode) {
    let version = document.require("apiVersion", .text)
    let kind = document.require("kind", .text)
    if !version.isEmpty, version != ScenarioComposer.apiVersion {
      document.fault(
        "apiVersion must be \(ScenarioComposer.apiVersion), but is '\(version)'; this build reads no other",
        at: "apiVersion")
    }
    if !kind.isEmpty, kind != "Experiment" {
      let isOther = ScenarioComposer.kinds.contains(kind)
      document.fault(
        isOther
          ? "a file of kind Experiment is expected here, but this one is of kind \(kind)"
          : "kind must be Experiment, but is '\(kind)'", at: "kind")
    }
  }

  private static func body(_ map: YAMLMap) -> JSONObject {
    var body = JSONObject()
    for key in ExperimentDesign.bodyKeys {
      if let value = map.optional(key, .bodyValue(of: key)) { body[key] = value }
    }
    for section in ExperimentDesign.bodySections {
      guard let inner = map.optionalSection(section) else { continue }
      var object = JSONObject()
      for key in inner.keys {
        if let value = inner.optional(key, .bodyValue(of: "\(section).\(key)")) { object[key] = value }
      }
      body[section] = .object(object)
    }
    return body
  }

  private static func matrix(_ spec: YAMLMap) -> [ExperimentDesign.Axis] {
    guard let map = spec.optionalSection("matrix") else { return [] }
    if map.location != nil, map.keys.isEmpty {
      spec.fault(
        "the matrix is empty; write keys with lists of values below it, or leave it out", at: "matrix")
    }
    return map.keys.compactMap { key in
      guard isKey(key, map) else { return nil }
      guard map.has(key) else {
        map.fault("\(map.path).\(key) has no values; write a list such as [normal, black_swan]", at: key)
        return nil
      }
      let values = map.require(key, .list(of: .bodyValue(of: key), count: 1...1_000_000))
      if Set(values).count < values.count {
        map.fault("\(map.path).\(key) holds a value twice; its trials would be counted twice", at: key)
      }
      return ExperimentDesign.Axis(key: key, values: values)
    }
  }

  private static func sampling(_ spec: YAMLMap) -> ExperimentDesign.Sampling? {
    let random = spec.optionalSection("random")
    let sobol = spec.optionalSection("sobol")
    if random != nil, sobol != nil {
      spec.fault("random and sobol exclude each other; remove one of the two", at: "sobol")
    }
    guard let map = random ?? sobol else { return nil }
    let method: ExperimentDesign.Sampling.Method = random != nil ? .random : .sobol
    let samples = map.require("samples", .integer(in: 1...100_000_000))
    let seed = map.optional("seed", .seed)
    let parameters = map.section("parameters")
    if parameters.location != nil, parameters.keys.isEmpty {
      map.fault(
        "\(map.path).parameters is empty; name what is sampled, such as strategy_params.entry_threshold:"
          + " {min: 0.001, max: 0.01}", at: "parameters")
    }
    let dimensions = parameters.keys.compactMap { dimension($0, parameters) }
    if method == .sobol, dimensions.count > ExperimentDesign.Sampling.sobolDimensions {
      parameters.fault(
        "a Sobol sequence has up to \(ExperimentDesign.Sampling.sobolDimensions) parameters here, not"
          + " \(dimensions.count); use 'random'")
    }
    return ExperimentDesign.Sampling(method: method, samples: samples, seed: seed, dimensions: dimensions)
  }

  private static func dimension(_ key: String, _ map: YAMLMap) -> ExperimentDesign.Dimension? {
    guard isKey(key, map) else { return nil }
    guard let node = map.optional(key, .node) else {
      map.fault("\(map.path).\(key) has no values; write {min: …, max: …} or a list", at: key)
      return nil
    }
    if node.items != nil {
      let values = map.require(key, .list(of: .bodyValue(of: key), count: 1...1_000_000))
      return ExperimentDesign.Dimension(key: key, law: .choice(values))
    }
    let law = map.section(key)
    let low = law.require("min", .fraction)
    let high = law.require("max", .fraction)
    let scale = law.optional("scale", .text(oneOf: ["linear", "log"]), default: "linear")
    let isWhole = law.optional("integer", .bool, default: false)
    if law.location != nil, low >= high {
      law.fault("min \(low) is not below max \(high); correct one of them", at: "max")
    } else if scale == "log", low <= 0 {
      law.fault("a logarithmic scale begins above 0, but min is \(low)", at: "min")
    } else if isWhole, low.rounded() != low || high.rounded() != high || max(abs(low), abs(high)) > 1e15 {
      law.fault("bounds of whole numbers are whole; \(low) … \(high) are not", at: "min")
    }
    return ExperimentDesign.Dimension(
      key: key, law: .range(low: low, high: high, isLogarithmic: scale == "log", isWhole: isWhole))
  }

  private static func isKey(_ key: String, _ map: YAMLMap) -> Bool {
    map.allow(key)
    if ExperimentDesign.isKey(key) { return true }
    let known =
      ExperimentDesign.bodyKeys + ExperimentDesign.bodySections.map { "\($0).NAME" }
    map.fault(
      "'\(key)' is no key of a request; allowed: \(known.joined(separator: ", "))", at: key,
      hint: Suggestion.nearest(to: key, among: known).first.map { "did you mean '\($0)'?" })
    return false
  }

  private static func walkForward(_ map: YAMLMap) -> ExperimentDesign.WalkForward? {
    let start = map.require("start", .time)
    let end = map.require("end", .time)
    let train = map.require("train", .span)
    let test = map.require("test", .span)
    let walk = ExperimentDesign.WalkForward(
      start: start, end: end, train: train, test: test,
      step: map.optional("step", .span, default: test),
      isAnchored: map.optional("anchored", .bool, default: false))
    let areGiven = ["start", "end", "train", "test"].allSatisfy(map.has)
    if areGiven, walk.count == 0 {
      map.fault(
        "no window of \(train) and \(test) fits between \(start) and \(end); shorten them or move the end",
        at: "train")
      return nil
    }
    return areGiven ? walk : nil
  }
}

extension ExperimentDesign.Sampling {
  /// How many parameters a Sobol sequence spreads.
  static let sobolDimensions = 64
}
