// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// A data URI that names a plugin's source: `plugin:PLUGIN/Name-v1?parameter=value&…`.
struct PluginData {
  /// The source's id.
  let model: String
  /// Its parameters as written.
  let inputs: [(name: String, input: ParameterInput)]

  /// Reads a URI; nil when it has another scheme.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for a parameter without a value.
  init?(_ uri: String) throws(MMSError) {
    guard uri.hasPrefix("plugin:") else { return nil }
    let parts = uri.dropFirst("plugin:".count).split(separator: "?", maxSplits: 1).map(String.init)
    model = parts.first ?? ""
    var inputs: [(name: String, input: ParameterInput)] = []
    for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else {
        throw MMSError(.invalidValue, "the parameter '\(pair)' of '\(uri)' has no value", path: "data")
      }
      inputs.append((sides[0], ParameterInput(commandLine: sides[1])))
    }
    self.inputs = inputs
  }

  /// Opens the source.
  func open(in registry: ModelRegistry) throws(MMSError) -> any DataSource {
    let entry = try registry.entry(model, kind: .source, path: "data")
    guard case .source(let open) = entry.factory else {
      throw MMSError(.internal, "model \(model) is registered under a kind its factory does not make")
    }
    return try open(
      ParameterResolver.resolve(
        inputs, schema: entry.descriptor.parameters, owner: "the source '\(model)'", path: "data"))
  }
}
