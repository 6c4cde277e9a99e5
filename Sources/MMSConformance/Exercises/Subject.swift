// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// One model of a plugin in this process.
struct Subject {
  let manifest: PluginManifest
  let model: PluginModel
  private let factory: ModelFactory

  /// - Throws: ``MMSError/Code/internal`` when the plugin has no such model.
  init(folder: String, model id: String) throws(MMSError) {
    let catalogue = PluginCatalogue(directories: [folder])
    guard let manifest = catalogue.manifests.first,
      let model = manifest.models.first(where: { $0.descriptor.id == id })
    else {
      throw MMSError(.internal, "the child found no model '\(id)' in \(folder); report this")
    }
    self.manifest = manifest
    self.model = model
    factory = catalogue.factory(manifest, model)
  }

  var descriptor: ModelDescriptor { model.descriptor }

  /// Checked parameters from some, the rest by default.
  func parameters(_ some: [(name: String, input: ParameterInput)] = []) throws(MMSError) -> ParameterValues {
    var inputs = some
    // A parameter without a default gets the middle of what it may be.
    for schema in descriptor.parameters
    where schema.defaultValue == nil && !some.contains(where: { $0.name == schema.name }) {
      inputs.append((schema.name, schema.samples.middle))
    }
    return try ParameterResolver.resolve(
      inputs, schema: descriptor.parameters, owner: "model \(descriptor.id)", path: "")
  }

  /// The model at work.
  func exercise(
    _ market: ExerciseMarket, _ parameters: ParameterValues? = nil
  ) throws(MMSError) -> any Exercise {
    let values = if let parameters { parameters } else { try self.parameters() }
    switch factory {
    case .scenario(let make): return ScenarioExercise(try make(values), market)
    case .fill(let make): return FillExercise(try make(values), market)
    case .impact(let make): return ImpactExercise(try make(values), market)
    case .strategy(let make): return StrategyExercise(try make(values), market)
    case .source(let make): return try SourceExercise(try make(values), market)
    case .flow: throw notPluggable
    }
  }

  /// The model itself.
  func make(_ parameters: ParameterValues) throws(MMSError) -> MadeModel {
    switch factory {
    case .scenario(let make): .scenario(try make(parameters))
    case .fill(let make): .fill(try make(parameters))
    case .impact(let make): .impact(try make(parameters))
    case .strategy(let make): .strategy(try make(parameters))
    case .source(let make): .source(try make(parameters))
    case .flow: throw notPluggable
    }
  }

  private var notPluggable: MMSError {
    MMSError(.internal, "'\(descriptor.id)' is of kind flow, which no plugin has")
  }

  /// Its table behind the C ABI.
  func foreign() throws(MMSError) -> ForeignModel {
    try PluginLibrary.load(manifest, trust: PluginTrust()).model(model)
  }
}

/// A model of any kind.
enum MadeModel {
  case scenario(any ScenarioModel)
  case fill(any FillModel)
  case impact(any ImpactModel)
  case strategy(any Strategy)
  case source(any DataSource)
}
