// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A bare function out of a library, with what its file says of it: the source of models over it.
@safe public final class BareFunction: @unchecked Sendable {
  // Unchecked: all is fixed after init, and the address stays valid while `library` lives.

  /// What the file says.
  public let specification: FunctionSpecification
  /// What the model says of itself.
  public let descriptor: ModelDescriptor
  /// The name of the plugin or library, for messages.
  public let plugin: String

  let symbol: UnsafeRawPointer
  let batchSymbol: UnsafeRawPointer?
  private let library: AnyObject?

  /// Joins a function with its specification; call ``verify()`` before the first model is made.
  ///
  /// - Parameters:
  ///   - specification: What the file says.
  ///   - symbol: The address of the function.
  ///   - batchSymbol: The address of its batch form, when there is one.
  ///   - descriptor: What the model says of itself; ``descriptor(id:kind:summary:source:equations:parameters:)`` makes one.
  ///   - plugin: The name of the plugin or library.
  ///   - library: What keeps the addresses valid.
  public init(
    specification: FunctionSpecification, symbol: UnsafeRawPointer, batchSymbol: UnsafeRawPointer? = nil,
    descriptor: ModelDescriptor, plugin: String, library: AnyObject? = nil
  ) {
    self.specification = specification
    unsafe self.symbol = unsafe symbol
    unsafe self.batchSymbol = unsafe batchSymbol
    self.descriptor = descriptor
    self.plugin = plugin
    self.library = library
  }

  /// Where messages place a fault: plugin, function and model.
  var name: String { "plugin \(plugin), model \(descriptor.id), function '\(specification.prototype.name)'" }

  /// How to make models; test rows run first, each time.
  public var factory: ModelFactory {
    Self.factory(specification.kind) { () throws(MMSError) in
      try self.verify()
      return self
    }
  }

  /// How to make models of a kind over a function that is had when the first is made.
  static func factory(
    _ kind: ModelKind, _ function: @escaping @Sendable () throws(MMSError) -> BareFunction
  ) -> ModelFactory {
    switch kind {
    case .fill:
      .fill { (values) throws(MMSError) in try FunctionFillModel(function(), parameters: values) }
    case .scenario:
      .scenario { (values) throws(MMSError) in try FunctionScenarioModel(function(), parameters: values) }
    default:
      .impact { (values) throws(MMSError) in try FunctionImpactModel(function(), parameters: values) }
    }
  }

  /// The parameters every function of a kind has besides those it declares.
  public static func parameters(
    of kind: ModelKind, beside declared: [ParameterSchema] = []
  ) -> [ParameterSchema] {
    guard kind == .impact else { return [] }
    let own = [
      ParameterSchema(
        "lasting", minimum: 0, maximum: 1, default: .number(0),
        "Share of the function's fraction that stays after the step and then fades."),
      ParameterSchema(
        "halfLife", .duration, unit: .time, minimum: 1, default: .duration(.minutes(30)),
        "Time in which half of what stays fades (prior)."),
    ]
    return own.filter { schema in !declared.contains { $0.name == schema.name } }
  }

  /// The descriptor of a function written into a scenario file, or of a manifest's model.
  public static func descriptor(
    id: String? = nil, kind: ModelKind, summary: String? = nil, source: String, equations: String? = nil,
    parameters: [ParameterSchema] = []
  ) -> ModelDescriptor {
    ModelDescriptor(
      id: id ?? "\(kind)/CFunction-v1", kind: kind, summary: summary ?? "A C function out of a library.",
      equations: equations ?? "those of the function", source: source,
      parameters: parameters + Self.parameters(of: kind, beside: parameters))
  }
}
