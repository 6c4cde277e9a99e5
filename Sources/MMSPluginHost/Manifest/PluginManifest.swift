// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSYAML

/// What a plugin says about itself in `plugin.yaml`, beside its library; reading it runs no code of the plugin.
public struct PluginManifest: Sendable {
  /// The file's name in a plugin's folder.
  public static let fileName = "plugin.yaml"

  /// The name that scenario files and ids use.
  public let name: String
  /// The plugin's version.
  public let version: PluginVersion
  /// One sentence.
  public let summary: String
  /// Where equations and numbers come from.
  public let source: String
  /// The folder of the manifest.
  public let folder: String
  /// The library's file name in that folder.
  public let library: String
  /// The digest the library must have, 64 hexadecimal digits; nil for any.
  public let sha256: String?
  /// The models, in the order of the file; none when scenario files describe the library's functions themselves.
  public let models: [PluginModel]

  /// The library's path.
  public var libraryPath: String { "\(folder)/\(library)" }
  /// The folder of the scenarios that come with the plugin.
  public var scenarioFolder: String { "\(folder)/scenarios" }
  /// Name and version, as results name their origin.
  public var origin: String { "\(name) \(version)" }

  /// Reads and checks a manifest, reporting every fault it can see.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` with file, line and column of each fault.
  public init(contentsOf path: String) throws(MMSError) {
    let document = try YAMLMap(YAMLNode(contentsOf: path))
    let version = document.require("apiVersion", .text(oneOf: ["mms/v1"]))
    _ = version
    _ = document.require("kind", .text(oneOf: ["Plugin"]))
    let metadata = document.section("metadata")
    let name = metadata.require("name", .pluginName)
    self.name = name
    self.version = metadata.require("version", .pluginVersion)
    summary = metadata.require("summary", .text)
    source = metadata.optional("source", .text, default: "")
    folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let spec = document.section("spec")
    library = spec.require("library", .fileName)
    sha256 = spec.optional("sha256", .digest)
    let origin = source
    models = spec.sections("models").map { PluginModel($0, plugin: name, source: origin) }
    for (index, model) in models.enumerated()
    where models[..<index].contains(where: { $0.descriptor.id == model.descriptor.id }) {
      spec.fault("the id '\(model.descriptor.id)' is given to two models; rename one", at: "models")
    }
    try document.finish()
  }
}

/// One model of a plugin, as its manifest describes it.
public struct PluginModel: Sendable {
  /// Id, kind, meaning and parameters.
  public let descriptor: ModelDescriptor
  /// The C prototype of a bare function; nil for a model behind the C ABI.
  public let function: FunctionSpecification?
  /// What it must answer, tried by the check; a bare function's rows are tried at every load.
  public let tests: [PluginTestRow]

  init(_ map: YAMLMap, plugin: String, source: String) {
    let kind = ModelKind(rawValue: map.require("kind", .text(oneOf: ModelKind.pluggable.map(\.rawValue))))
    let id = map.require("id", .modelID(of: plugin))
    let parameters = map.sections("parameters").compactMap { ParameterSchema(reading: $0) }
    for (index, parameter) in parameters.enumerated()
    where parameters[..<index].contains(where: { $0.name == parameter.name }) {
      map.fault("two parameters are called '\(parameter.name)'; rename one", at: "parameters")
    }
    let isFunction = map.has("function")
    descriptor = ModelDescriptor(
      id: id, kind: kind, summary: map.require("summary", .text),
      equations: map.optional("equations", .text, default: ""),
      source: map.optional("source", .text, default: source),
      parameters: isFunction ? parameters + BareFunction.parameters(of: kind, beside: parameters) : parameters
    )
    if isFunction {
      for own in BareFunction.parameters(of: kind) where parameters.contains(where: { $0.name == own.name }) {
        map.fault(
          "every \(kind) function has a parameter '\(own.name)' already; give yours another name",
          at: "parameters")
      }
      do throws(MMSError) {
        function = try FunctionSpecification(reading: map, kind: kind, parameters: parameters)
      } catch {
        map.fault(error)
        map.allow("function", "batch", "bind", "result", "tests")
        function = nil
      }
      tests = []
    } else {
      function = nil
      tests = map.sections("tests").map { PluginTestRow($0, parameters: parameters) }
      if tests.isEmpty, map.location != nil {
        map.fault(
          "the model has no test row; add one under 'tests': what goes in, and what comes out", at: "tests")
      }
    }
  }
}

/// What a model must answer to one question.
public struct PluginTestRow: Sendable {
  /// Parameters beside the defaults.
  public let parameters: [(name: String, input: ParameterInput)]
  /// What goes in, by the names of engine quantities.
  public let inputs: [(name: String, value: Double)]
  /// The seed of the draws.
  public let seed: UInt64
  /// What must come out, by name.
  public let expected: [(name: String, value: Double)]
  /// How far it may be off, relative to what is expected.
  public let tolerance: Double
  /// Where the row stands.
  public let location: SourceLocation?

  init(_ map: YAMLMap, parameters schema: [ParameterSchema]) {
    location = map.location
    let written = map.optionalSection("params")?.parameters()
    parameters = written?.inputs ?? []
    do throws(MMSError) {
      _ = try ParameterResolver.resolve(
        parameters, schema: schema, owner: "this model", path: "\(map.path).params",
        locations: written?.locations ?? [:])
    } catch {
      map.fault(error)
    }
    inputs = map.optionalSection("inputs").map(Self.numbers) ?? []
    expected = Self.numbers(map.section("expect"))
    seed = UInt64(map.optional("seed", .integer(in: 0...Int.max), default: 1))
    tolerance = map.optional("rtol", .number(in: 0...1), default: 1e-9)
  }

  private static func numbers(_ map: YAMLMap) -> [(name: String, value: Double)] {
    map.keys.map { ($0, map.require($0, .number)) }
  }
}
