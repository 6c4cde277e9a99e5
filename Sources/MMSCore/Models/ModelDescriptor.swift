// SPDX-License-Identifier: Apache-2.0

/// The role a model plays in a market.
public struct ModelKind: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The word in ids and files.
  public let rawValue: String

  /// Names a kind; ids use the words of ``all``.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Rewrites market columns: ``ScenarioModel``.
  public static let scenario = ModelKind(rawValue: "scenario")
  /// Decides what fills: ``FillModel``.
  public static let fill = ModelKind(rawValue: "fill")
  /// Decides how far our trading moves the price: ``ImpactModel``.
  public static let impact = ModelKind(rawValue: "impact")
  /// Brings data: ``DataSource``.
  public static let source = ModelKind(rawValue: "source")
  /// Trades: ``Strategy``.
  public static let strategy = ModelKind(rawValue: "strategy")
  /// Generates the orders of the others in a book: ``FlowModel``.
  public static let flow = ModelKind(rawValue: "flow")

  /// Every kind, in the order of listings.
  public static let all: [ModelKind] = [.scenario, .fill, .impact, .flow, .source, .strategy]

  /// The kinds that a plugin may have: the flow of a book is asked per event, which no foreign call should be.
  public static let pluggable: [ModelKind] = [.scenario, .fill, .impact, .source, .strategy]

  /// The word in ids and files.
  public var description: String { rawValue }

  /// In the order of their words.
  public static func < (a: ModelKind, b: ModelKind) -> Bool { a.rawValue < b.rawValue }
}

/// What a model says about itself: id, meaning, equations, parameters.
public struct ModelDescriptor: Sendable, Hashable {
  /// The id, `kind/Name-vN` or `plugin/Name-vN`; a strategy's is its plain name.
  ///
  /// When the numbers a model produces change, N changes.
  public var id: String
  /// The role.
  public var kind: ModelKind
  /// One sentence.
  public var summary: String
  /// The equations in plain text, with units.
  public var equations: String
  /// Where equations and default numbers come from.
  public var source: String
  /// The parameters in the order of listings.
  public var parameters: [ParameterSchema]

  /// Describes a model.
  public init(
    id: String, kind: ModelKind, summary: String, equations: String, source: String,
    parameters: [ParameterSchema]
  ) {
    self.id = id
    self.kind = kind
    self.summary = summary
    self.equations = equations
    self.source = source
    self.parameters = parameters
  }
}

/// What every model, built in or loaded, has in common.
///
/// A model is a value: made once from checked parameters, copied for each path and thread. It has no
/// clock, no file, no thread and no randomness of its own; two instances given the same calls give the same
/// bytes. All calls for one path come from one thread at a time.
public protocol Model: Sendable {
  /// What the model says about itself.
  var descriptor: ModelDescriptor { get }

  /// Why a call that cannot throw has failed; nil while all is well.
  ///
  /// A model written in Swift has no such calls. One behind a foreign function notes here that it broke its
  /// contract and answers with what does nothing; the engine looks after every block and ends the path.
  var failure: MMSError? { get }

  /// A fresh instance made and prepared like this one, for one thread; a copy unless the model is a handle to
  /// something foreign.
  func makeInstance() throws(MMSError) -> Self
}

extension Model {
  /// Nothing fails.
  public var failure: MMSError? { nil }
  /// A copy.
  public func makeInstance() throws(MMSError) -> Self { self }
}

/// A model written in Swift against these protocols: built in, or exported by a plugin.
public protocol NativeModel: Model {
  /// What the model says about itself.
  static var descriptor: ModelDescriptor { get }

  /// Makes the model from parameters that fit its schema.
  ///
  /// Called once per simulation, before any data are known.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when parameters that fit one by one contradict each other.
  init(_ parameters: ParameterValues) throws(MMSError)
}

extension NativeModel {
  /// What the type says about itself.
  public var descriptor: ModelDescriptor { Self.descriptor }
}
