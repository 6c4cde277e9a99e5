// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The trials of an experiment, by number.
///
/// Points of the grid come in the order of the file, the last key changing fastest, each with all samples; then,
/// within a point, windows (fit, test), then seeds. A trial is made when it is asked for, so that a million of them
/// take no memory.
public struct TrialList: Sendable {
  /// More than this is refused.
  public static let limit = 1_000_000_000
  /// With constraints on points every point has to be looked at; more than this is refused.
  public static let filterLimit = 20_000_000

  /// What the trials are of.
  public let design: ExperimentDesign
  /// How many trials there are.
  public let count: Int
  /// How many points there are after constraints.
  public let points: Int
  /// How many points constraints took away.
  public let excluded: Int
  /// Parts of windows: fit and test of each; 1 without windows.
  public let parts: Int
  /// The seeds of each point; nil for the body's own.
  public let seeds: [UInt64?]
  private let survivors: [Int]?
  private let sobol: SobolSequence?
  private let sampleCount: Int

  /// Counts the trials and applies the constraints on points.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when there are none, or more than ``limit``.
  public init(_ design: ExperimentDesign) throws(MMSError) {
    self.design = design
    sampleCount = max(1, design.sampling?.samples ?? 1)
    sobol =
      if let sampling = design.sampling, sampling.method == .sobol {
        SobolSequence(dimensions: sampling.dimensions.count, seed: sampling.seed)
      } else { nil }
    parts = design.walkForward.map { 2 * $0.count } ?? 1
    seeds = Self.seeds(of: design)
    var all = sampleCount
    for factor in design.axes.map(\.values.count) + [parts, seeds.count] {
      let (product, isTooLarge) = all.multipliedReportingOverflow(by: factor)
      guard !isTooLarge, product <= Self.limit else {
        throw MMSError(
          .invalidValue,
          "experiment '\(design.name)' has more than \(Self.limit) trials; remove values from its matrix, or"
            + " sample it with 'sobol'", path: "spec.matrix")
      }
      all = product
    }
    let grid = parts * seeds.count == 0 ? 0 : all / (parts * seeds.count)
    let filters = design.constraints.filter { !$0.isAboutResult }
    if filters.isEmpty {
      survivors = nil
      points = grid
    } else {
      guard grid <= Self.filterLimit else {
        throw MMSError(
          .invalidValue,
          "constraints have to look at each of \(grid) points, and \(Self.filterLimit) is the most; remove values"
            + " from the matrix", path: "spec.constraints")
      }
      var kept: [Int] = []
      for point in 0..<grid {
        let settings = Self.settings(point, design, sampleCount, sobol)
        let isKept = filters.allSatisfy { constraint in
          constraint.holds { Self.number($0, settings, design.base) } ?? false
        }
        if isKept { kept.append(point) }
      }
      survivors = kept
      points = kept.count
    }
    excluded = grid - points
    count = points * parts * seeds.count
    guard count > 0 else {
      throw MMSError(
        .invalidValue,
        excluded > 0
          ? "no point of experiment '\(design.name)' meets its constraints: all \(excluded) are excluded"
          : "experiment '\(design.name)' has no trials; give every key of its matrix a value",
        path: excluded > 0 ? "spec.constraints" : "spec.matrix")
    }
  }

  /// The keys that trials set, in the order of columns.
  public var keys: [String] {
    var keys = design.axes.map(\.key) + (design.sampling?.dimensions.map(\.key) ?? [])
    if design.walkForward != nil { keys += ["start_time", "period"] }
    if seeds.count > 1 || seeds[0] != nil { keys.append("seed") }
    return keys
  }

  /// A trial by its number.
  public subscript(number: Int) -> Trial {
    let seed = seeds[number % seeds.count]
    let part = number / seeds.count % parts
    let point = number / (seeds.count * parts)
    var settings = Self.settings(survivors?[point] ?? point, design, sampleCount, sobol)
    var window: (index: Int, isTest: Bool)?
    if let walk = design.walkForward {
      window = (part / 2, part % 2 == 1)
      let span = walk.part(part / 2, isTest: part % 2 == 1)
      settings.append(("start_time", .string(span.start.description)))
      settings.append(("period", .string(span.length.description)))
    }
    if let seed { settings.append(("seed", .seed(seed))) }
    var body = design.base
    for (key, value) in settings { body.set(key, value) }
    return Trial(number: number, point: point, window: window, settings: settings, body: body)
  }

  /// A body for each market that trials meet: every combination of what says which bars, scenario and strategy.
  public var markets: [JSONObject] {
    var bodies = [design.base]
    for key in ["symbol", "period", "scenario", "start_time", "end_time", "data", "strategy"] {
      let values = self.values(of: key)
      guard !values.isEmpty else { continue }
      bodies = bodies.flatMap { body in
        values.map { value in
          var body = body
          body.set(key, value)
          return body
        }
      }
    }
    guard let walk = design.walkForward else { return bodies }
    return bodies.flatMap { body in
      (0..<parts).map { part in
        let span = walk.part(part / 2, isTest: part % 2 == 1)
        var body = body
        body["start_time"] = .string(span.start.description)
        body["period"] = .string(span.length.description)
        return body
      }
    }
  }

  /// Bodies that hold every value of the grid and both ends of what is sampled, each beside the first of the others.
  public var probes: [JSONObject] {
    var first = self[0].body
    for axis in design.axes { first.set(axis.key, axis.values[0]) }
    for dimension in design.sampling?.dimensions ?? [] {
      first.set(dimension.key, dimension.law.value(at: 0))
    }
    var bodies = [first]
    let varied =
      design.axes.map { ($0.key, Array($0.values.dropFirst())) }
      + (design.sampling?.dimensions ?? []).map { ($0.key, [$0.law.value(at: 1 - 0x1p-53)]) }
    for (key, values) in varied {
      for value in values {
        var body = first
        body.set(key, value)
        bodies.append(body)
      }
    }
    return bodies
  }

  private func values(of key: String) -> [JSONValue] {
    if let axis = design.axes.first(where: { $0.key == key }) { return axis.values }
    if case .choice(let values)? = design.sampling?.dimensions.first(where: { $0.key == key })?.law {
      return values
    }
    return []
  }

  /// Which setting of the strategy a trial has, as a number that equal settings share.
  package func choice(_ trial: Trial) -> Int {
    choice(
      trial, axes: design.axes.indices.filter { ExperimentDesign.isChoice(design.axes[$0].key) },
      samples: design.sampling?.dimensions.contains { ExperimentDesign.isChoice($0.key) } ?? false)
  }

  /// The same, by what ``ExperimentFindings`` found out once.
  func choice(_ trial: Trial, axes: [Int], samples: Bool) -> Int {
    let point = survivors?[trial.point] ?? trial.point
    var rest = point / sampleCount
    var places = Array(repeating: 0, count: design.axes.count)
    for axis in design.axes.indices.reversed() {
      places[axis] = rest % design.axes[axis].values.count
      rest /= design.axes[axis].values.count
    }
    var choice = 0
    for axis in axes { choice = choice * design.axes[axis].values.count + places[axis] }
    return samples ? choice * sampleCount + point % sampleCount : choice
  }

  /// A name's number in a trial's settings or in the body they are put into.
  static func number(
    _ name: String, _ settings: [(key: String, value: JSONValue)], _ base: JSONObject
  ) -> Double? {
    (settings.first { $0.key == name }?.value ?? base.value(name))?.doubleValue
  }

  private static func settings(
    _ point: Int, _ design: ExperimentDesign, _ sampleCount: Int, _ sobol: SobolSequence?
  ) -> [(key: String, value: JSONValue)] {
    var rest = point / sampleCount
    var settings: [(key: String, value: JSONValue)] = []
    for axis in design.axes.reversed() {
      settings.append((axis.key, axis.values[rest % axis.values.count]))
      rest /= axis.values.count
    }
    settings.reverse()
    if let sampling = design.sampling {
      for (index, dimension) in sampling.dimensions.enumerated() {
        let share =
          sobol?.coordinate(index, ofPoint: point % sampleCount)
          ?? RandomSource(seed: sampling.seed ?? 0, path: 1, role: .study).uniform(
            step: Int64(point % sampleCount), lane: index)
        settings.append((dimension.key, dimension.law.value(at: share)))
      }
    }
    return settings
  }

  /// The body's own seed first, the others derived from it.
  private static func seeds(of design: ExperimentDesign) -> [UInt64?] {
    if !design.seeds.isEmpty { return design.seeds }
    guard design.repeats > 1, let first = design.base["seed"]?.seedValue else { return [nil] }
    return (0..<design.repeats).map { turn in
      // 53 bits, so that every reader of CSV and JSON keeps the number exactly.
      turn == 0 ? first : (UInt64(SHA256.hex(of: "\(first)|\(turn)").prefix(16), radix: 16) ?? 0) >> 11
    }
  }
}

extension ExperimentDesign.Dimension.Law {
  /// The value at a share of the way, in [0, 1).
  func value(at share: Double) -> JSONValue {
    switch self {
    case .choice(let values):
      return values[min(values.count - 1, Int(share * Double(values.count)))]
    case .range(let low, let high, let isLogarithmic, let isWhole):
      // Whole numbers are equally likely: each has an interval of length 1.
      let (from, to) = isWhole ? (low - 0.5, high + 0.5) : (low, high)
      if isLogarithmic {
        let value = MMSMath.exp(MMSMath.log(from) + share * (MMSMath.log(to) - MMSMath.log(from)))
        return isWhole ? whole(value, low, high) : .number(min(high, max(low, value)))
      }
      let value = from + share * (to - from)
      return isWhole ? whole(value, low, high) : .number(min(high, value))
    }
  }

  private func whole(_ value: Double, _ low: Double, _ high: Double) -> JSONValue {
    .integer(Int64(min(high, max(low, value.rounded()))))
  }
}

extension JSONObject {
  /// Sets a value at a path of a body: `strategy_params.entry_threshold` goes one level down.
  mutating func set(_ path: String, _ value: JSONValue) {
    for section in ExperimentDesign.bodySections where path.hasPrefix("\(section).") {
      var inner = self[section]?.objectValue ?? JSONObject()
      inner[String(path.dropFirst(section.count + 1))] = value
      self[section] = .object(inner)
      return
    }
    self[path] = value
  }

  /// The value at a path of a body.
  func value(_ path: String) -> JSONValue? {
    for section in ExperimentDesign.bodySections where path.hasPrefix("\(section).") {
      return self[section]?[String(path.dropFirst(section.count + 1))]
    }
    return self[path]
  }
}

extension JSONValue {
  /// The value as a seed: a whole number, or digits as text.
  package var seedValue: UInt64? {
    switch self {
    case .integer(let value): UInt64(exactly: value)
    case .string(let text): UInt64(text)
    default: nil
    }
  }
}
