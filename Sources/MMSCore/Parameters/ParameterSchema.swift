// SPDX-License-Identifier: Apache-2.0

/// What a parameter's value looks like.
public enum ParameterType: Sendable, Hashable {
  /// A finite number.
  case number
  /// A finite number, or the word `auto`: the model finds the value itself, as its page says.
  case numberOrAuto
  /// A whole number.
  case integer
  /// `true` or `false`.
  case flag
  /// One of a list of words.
  case choice([String])
  /// A span of time with its unit: `30 min`.
  case duration
  /// A span of time with its unit, or a whole number of steps.
  case durationOrSteps
  /// Two numbers `[low, high]`, low ≤ high: values are drawn between them, the centre is the middle.
  case interval
  /// Free text.
  case text

  /// The name used in listings and error messages.
  public var name: String {
    switch self {
    case .number: "number"
    case .numberOrAuto: "number or auto"
    case .integer: "integer"
    case .flag: "true or false"
    case .choice(let words): words.joined(separator: " | ")
    case .duration: "duration"
    case .durationOrSteps: "duration or steps"
    case .interval: "interval [low, high]"
    case .text: "text"
    }
  }
}

/// What a number measures; a value with a unit is converted to it.
public enum ParameterUnit: String, Sendable, Hashable {
  /// A bare number.
  case none = ""
  /// A share of one; accepts `15 bps` and `1.5 %`.
  case fraction
  /// A price in quote currency.
  case price
  /// An amount in base units.
  case baseUnits = "base units"
  /// An amount of money in quote currency.
  case quoteCurrency = "quote currency"
  /// A volatility as a fraction per square root of a day.
  case perRootDay = "per √day"
  /// A rate per day.
  case perDay = "per day"
  /// A count of steps.
  case steps
  /// A span of time.
  case time
}

/// One parameter of a model or strategy: name, type, unit, range, default and meaning.
///
/// Everything that shows or checks parameters is derived from it: YAML validation, `mms model show`,
/// JSON Schema, the HTTP interface and the plugin ABI.
public struct ParameterSchema: Sendable, Hashable {
  /// The name as written in files and requests.
  public var name: String
  /// What the value looks like.
  public var type: ParameterType
  /// What the number measures.
  public var unit: ParameterUnit
  /// The smallest allowed value (of a duration: in nanoseconds); nil when unbounded.
  public var minimum: Double?
  /// The largest allowed value (of a duration: in nanoseconds); nil when unbounded.
  public var maximum: Double?
  /// Whether the minimum itself is refused.
  public var minimumIsExclusive: Bool
  /// The value when none is given; nil makes the parameter required.
  public var defaultValue: ParameterValue?
  /// One sentence on what it means, with its source where it has one.
  public var summary: String
  /// Whether the maximum is a share of the account's own equity, which a venue that lends multiplies.
  public var growsWithLeverage: Bool

  /// Describes a parameter.
  public init(
    _ name: String,
    _ type: ParameterType = .number,
    unit: ParameterUnit = .none,
    minimum: Double? = nil,
    maximum: Double? = nil,
    minimumIsExclusive: Bool = false,
    default defaultValue: ParameterValue? = nil,
    growsWithLeverage: Bool = false,
    _ summary: String
  ) {
    self.name = name
    self.type = type
    self.unit = unit
    self.minimum = minimum
    self.maximum = maximum
    self.minimumIsExclusive = minimumIsExclusive
    self.defaultValue = defaultValue
    self.growsWithLeverage = growsWithLeverage
    self.summary = summary
  }

  /// The parameter where the venue lends: a share of the equity may reach this many times its maximum.
  public func allowing(leverage: Double) -> ParameterSchema {
    var schema = self
    if growsWithLeverage, let maximum { schema.maximum = maximum * max(1, leverage) }
    return schema
  }

  /// Whether a number is within the allowed range.
  public func isInRange(_ value: Double) -> Bool {
    if let minimum, minimumIsExclusive ? value <= minimum : value < minimum { return false }
    return value <= maximum ?? .infinity
  }

  /// The allowed range as text: `0 < Y ≤ 10`, or nil when unbounded.
  public var rangeText: String? {
    func text(_ bound: Double) -> String {
      switch type {
      case .duration, .durationOrSteps:
        SimDuration(nanoseconds: Int64(bound)).description
      default:
        bound == bound.rounded() && bound.magnitude < 1e15 ? String(Int64(bound)) : String(bound)
      }
    }
    switch (minimum, maximum) {
    case (nil, nil): return nil
    case (let low?, nil): return "\(name) \(minimumIsExclusive ? ">" : "≥") \(text(low))"
    case (nil, let high?): return "\(name) ≤ \(text(high))"
    case (let low?, let high?):
      return "\(text(low)) \(minimumIsExclusive ? "<" : "≤") \(name) ≤ \(text(high))"
    }
  }
}
