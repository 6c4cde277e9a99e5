// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSPluginHost

/// Measures the models of one plugin in this process, which may be lost.
struct PluginMeasurement {
  private let runtime: Runtime
  private let plan: RunPlan

  /// Reads the market that models are measured on.
  init(_ runtime: Runtime, _ request: SimulationRequest) throws(MMSError) {
    self.runtime = runtime
    var request = request
    request.strategy = "threshold"
    plan = try runtime.prepare(request).plan
  }

  /// Measures every model, or the one of an id.
  func run(only: String?) throws(MMSError) -> PluginBench {
    guard let manifest = runtime.plugins.manifests.first else {
      throw runtime.plugins.problems.first ?? MMSError(.notFound, "there is no plugin in this folder")
    }
    let chosen = manifest.models.filter { only == nil || $0.descriptor.id == only }
    guard !chosen.isEmpty else {
      throw MMSError(
        .notFound, "plugin \(manifest.name) has no model '\(only ?? "")'",
        hint: Suggestion.hint(for: only ?? "", among: manifest.models.map(\.descriptor.id)))
    }
    return PluginBench(
      models: chosen.map { model in
        do throws(MMSError) {
          return try measure(model, of: manifest)
        } catch {
          return PluginBench.Model(
            id: model.descriptor.id, kind: model.descriptor.kind, builtIn: nil, isTwin: false, readings: [],
            function: nil, problem: error.message)
        }
      })
  }

  private func measure(
    _ model: PluginModel, of manifest: PluginManifest
  ) throws(MMSError) -> PluginBench.Model {
    let entry = try runtime.registry.entry(model.descriptor.id)
    let values = try parameters(of: model)
    let costs: PluginBench.FunctionCosts?
    if model.function != nil {
      let bench = try FunctionBench(model, of: manifest)
      costs = PluginBench.FunctionCosts(thunk: bench.thunk, libffi: bench.libffi, batch: bench.batch)
    } else {
      costs = nil
    }
    let (other, isTwin) = try counterpart(of: model.descriptor)
    var readings: [PluginBench.Reading] = []
    for size in PluginBench.sizes {
      let own = try work(entry, values, size)
      let theirs: Turns.Work
      if let other {
        let same = isTwin ? try self.values(values, for: other.descriptor) : try defaults(other.descriptor)
        theirs = try work(other, same, size)
      } else {
        theirs = try bundledBars(size)
      }
      readings.append(try Turns.measure(own, beside: theirs, size: size))
    }
    return PluginBench.Model(
      id: model.descriptor.id, kind: model.descriptor.kind,
      builtIn: other?.descriptor.id ?? "the bundled CSV file", isTwin: isTwin, readings: readings,
      function: costs, problem: nil)
  }

  private func work(
    _ entry: ModelEntry, _ values: ParameterValues, _ size: Int
  ) throws(MMSError) -> Turns.Work {
    switch entry.factory {
    case .scenario(let make): try .scenario(make(values), plan, size)
    case .fill(let make): try .fill(make(values), plan, size)
    case .impact(let make): try .impact(make(values), plan, size)
    case .strategy(let make): try .strategy(make(values), plan, size)
    case .source(let open): try .source(open(values), size)
    case .flow: throw MMSError(.internal, "'\(entry.descriptor.id)' is of kind flow, which no plugin has")
    }
  }

  private func bundledBars(_ size: Int) throws(MMSError) -> Turns.Work {
    guard let source = try runtime.bundled.source(for: "BTCUSDT") else {
      throw MMSError(.noData, "there are no bundled bars to measure beside")
    }
    return try .source(source, size)
  }

  /// The built-in model to measure beside: of the same name where there is one, else the usual one of its kind.
  ///
  /// Nil for sources, which are measured beside the bundled file.
  private func counterpart(
    of model: ModelDescriptor
  ) throws(MMSError) -> (entry: ModelEntry?, isTwin: Bool) {
    let name = String(model.id.split(separator: "/").last ?? "")
    let ids = [
      "\(model.kind)/\(name)", name.lowercased().replacing("-v1", with: ""),
    ]
    let twin = runtime.registry.entries(of: model.kind).first {
      !$0.isForeign && ids.contains($0.descriptor.id)
    }
    if let twin { return (twin, true) }
    let usual: [ModelKind: String] = [
      .scenario: "scenario/Stress-v1", .fill: "fill/QueuePosition-v1", .impact: "impact/SquareRoot-v1",
      .strategy: "threshold",
    ]
    guard let id = usual[model.kind] else { return (nil, false) }
    return (try runtime.registry.entry(id, kind: model.kind), false)
  }

  /// The defaults; where a parameter has none, those of the first test row.
  private func parameters(of model: PluginModel) throws(MMSError) -> ParameterValues {
    let needsRow = model.descriptor.parameters.contains { $0.defaultValue == nil }
    return try ParameterResolver.resolve(
      needsRow ? model.tests.first?.parameters ?? [] : [], schema: model.descriptor.parameters,
      owner: model.descriptor.id, path: "params")
  }

  private func defaults(_ model: ModelDescriptor) throws(MMSError) -> ParameterValues {
    try ParameterResolver.resolve([], schema: model.parameters, owner: model.id, path: "params")
  }

  /// The values that another model has parameters for.
  private func values(
    _ values: ParameterValues, for model: ModelDescriptor
  ) throws(MMSError) -> ParameterValues {
    var inputs: [(name: String, input: ParameterInput)] = []
    for entry in values.entries where model.parameters.contains(where: { $0.name == entry.name }) {
      inputs.append((entry.name, ParameterInput(entry.value)))
    }
    return try ParameterResolver.resolve(inputs, schema: model.parameters, owner: model.id, path: "params")
  }
}

extension ParameterInput {
  /// A checked value as somebody would have written it.
  fileprivate init(_ value: ParameterValue) {
    switch value {
    case .number(let number): self = .number(number)
    case .integer(let number): self = .number(Double(number))
    case .flag(let flag): self = .flag(flag)
    case .text(let text): self = .text(text)
    case .duration(let span): self = .text("\(span.nanoseconds) ns")
    case .interval(let low, let high): self = .list([.number(low), .number(high)])
    }
  }
}
