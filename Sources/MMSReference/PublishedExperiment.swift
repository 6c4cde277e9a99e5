// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A published experiment that can be run again, with the paper's parameters or with others.
///
/// `value` always comes from the engine's own components (models, strategies, venue, estimators); a formula
/// beside them gives `expected` and never `value`.
public protocol PublishedExperiment: Sendable {
  /// The name on the command line.
  static var name: String { get }
  /// One sentence on what is run.
  static var summary: String { get }
  /// Authors, year, title, journal, section.
  static var source: String { get }
  /// The parameters with the paper's example as defaults.
  static var parameters: [ParameterSchema] { get }

  /// Runs the experiment.
  ///
  /// - Parameters:
  ///   - parameters: Checked values for ``parameters``.
  ///   - seed: The seed of every draw.
  ///   - threads: How many threads may run paths; the results do not depend on it.
  /// - Throws: ``MMSError/Code/invalidValue`` when parameters that fit one by one contradict each other.
  static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult]
}

/// One number of a published experiment: what came out, and what should have.
public struct ExperimentResult: Sendable, Hashable {
  /// The name of the number.
  public var name: String
  /// What the engine's components gave.
  public var value: Double
  /// The standard error of a sampled value; nil when nothing was sampled.
  public var standardError: Double?
  /// What the formula gives; nil where none is known for these parameters.
  public var expected: Double?
  /// How far the value may be from the expected one.
  public var tolerance: Double?

  /// States a number.
  public init(
    _ name: String, _ value: Double, standardError: Double? = nil, expected: Double? = nil,
    tolerance: Double? = nil
  ) {
    self.name = name
    self.value = value
    self.standardError = standardError
    self.expected = expected
    self.tolerance = tolerance
  }

  /// A number that must equal a formula's to a relative tolerance (absolute where the formula gives 0).
  public static func exact(
    _ name: String, _ value: Double, expected: Double, relative: Double
  ) -> ExperimentResult {
    ExperimentResult(
      name, value, expected: expected,
      tolerance: relative * (expected == 0 ? 1 : expected.magnitude))
  }

  /// A sampled number that must lie within a number of standard errors of a formula's.
  ///
  /// - Parameter allowance: What is added for a known bias, such as that of the step's length.
  public static func sampled(
    _ name: String, _ estimate: (value: Double, standardError: Double), expected: Double?,
    standardErrors: Double = 4, allowance: Double = 0
  ) -> ExperimentResult {
    ExperimentResult(
      name, estimate.value, standardError: estimate.standardError, expected: expected,
      tolerance: expected.map { _ in standardErrors * estimate.standardError + allowance })
  }

  /// Whether the value is finite and within the tolerance of what is expected, if anything is.
  public var pass: Bool {
    guard value.isFinite else { return false }
    guard let expected, let tolerance else { return true }
    return (value - expected).magnitude <= tolerance
  }

  /// The result as JSON: absent numbers are null.
  public var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { $0.isFinite ? .number($0) : .null } ?? .null }
    return [
      "name": .string(name), "value": number(value), "standard_error": number(standardError),
      "expected": number(expected), "tolerance": number(tolerance), "pass": .bool(pass),
    ]
  }
}
