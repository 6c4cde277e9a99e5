// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSPluginHost

/// What a plugin's models cost beside built-in ones of the same kind, both measured in one run, turn by turn.
public struct PluginBench: Sendable {
  /// How many rows, orders or bars a call handles in the three measurements.
  public static let sizes = [1, 16, 1024]

  /// One size of one model.
  public struct Reading: Sendable, Hashable {
    /// Rows, orders or bars in a call.
    public let size: Int
    /// Nanoseconds for each of them in the plugin's model, the least of all turns.
    public let plugin: Double
    /// Nanoseconds for each of them in the built-in model, the least of all turns.
    public let builtIn: Double
    /// The first over the second, the median over the turns.
    public let ratio: Double
  }

  /// One model.
  public struct Model: Sendable, Hashable {
    /// The plugin's model.
    public let id: String
    /// Its kind.
    public let kind: ModelKind
    /// The built-in model beside it; nil when nothing could be measured.
    public let builtIn: String?
    /// Whether the built-in model has the same name, and so gets the same parameters.
    public let isTwin: Bool
    /// What is measured, for each size.
    public let readings: [Reading]
    /// Calls of a bare function by thunk, by libffi and in batches, in nanoseconds; nil where there is none.
    public let function: FunctionCosts?
    /// Why nothing could be measured.
    public let problem: String?
  }

  /// What calls of a bare function cost.
  public struct FunctionCosts: Sendable, Hashable {
    /// A call through a compiled-in thunk; nil where the prototype has none.
    public let thunk: Double?
    /// A call through libffi.
    public let libffi: Double
    /// An element of a batch of 1024; nil without a batch form.
    public let batch: Double?
  }

  /// The models of the plugin, in the order of its manifest.
  public let models: [Model]

  /// The figures as JSON.
  public var json: JSONValue {
    .array(
      models.map { model in
        var object: JSONObject = [
          "id": .string(model.id), "kind": .string(model.kind.rawValue),
          "beside": model.builtIn.map { .string($0) } ?? .null, "is_twin": .bool(model.isTwin),
          "readings": .array(
            model.readings.map {
              [
                "size": .integer(Int64($0.size)), "plugin_ns": .number($0.plugin),
                "built_in_ns": .number($0.builtIn), "ratio": .number($0.ratio),
              ]
            }),
        ]
        if let costs = model.function {
          object["function_ns"] = [
            "thunk": costs.thunk.map { .number($0) } ?? .null, "libffi": .number(costs.libffi),
            "batch": costs.batch.map { .number($0) } ?? .null,
          ]
        }
        if let problem = model.problem { object["problem"] = .string(problem) }
        return .object(object)
      })
  }

  init(models: [Model]) { self.models = models }

  /// Reads what ``json`` wrote.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when it is something else.
  init(json: JSONValue) throws(MMSError) {
    guard let items = json.arrayValue else {
      throw MMSError(.modelFailed, "the process that measured answered something else than figures")
    }
    models = items.map { item in
      let costs = item["function_ns"]
      return Model(
        id: item["id"]?.stringValue ?? "", kind: ModelKind(rawValue: item["kind"]?.stringValue ?? ""),
        builtIn: item["beside"]?.stringValue, isTwin: item["is_twin"]?.boolValue ?? false,
        readings: (item["readings"]?.arrayValue ?? []).map {
          Reading(
            size: Int($0["size"]?.integerValue ?? 0), plugin: $0["plugin_ns"]?.doubleValue ?? .nan,
            builtIn: $0["built_in_ns"]?.doubleValue ?? .nan, ratio: $0["ratio"]?.doubleValue ?? .nan)
        },
        function: (costs?["libffi"]?.doubleValue).map {
          FunctionCosts(
            thunk: costs?["thunk"]?.doubleValue, libffi: $0, batch: costs?["batch"]?.doubleValue)
        },
        problem: item["problem"]?.stringValue)
    }
  }
}

extension Runtime {
  /// Measures the models of the plugin in a folder, in a child process, on the bundled month of BTCUSDT.
  ///
  /// - Parameters:
  ///   - folder: The folder of the plugin's `plugin.yaml`.
  ///   - only: One model's id; nil measures all of them.
  /// - Throws: ``MMSCore/MMSError`` when there is no such plugin or it ended the process it was measured in.
  public func bench(pluginIn folder: String, only: String? = nil) throws(MMSError) -> PluginBench {
    let manifest = try PluginManifest(contentsOf: "\(folder)/\(PluginManifest.fileName)")
    var own = configuration
    own.pluginDirectories = [folder]
    own.database = nil
    var request = SimulationRequest(symbol: "BTCUSDT", period: "30d", scenario: "normal")
    request.seed = 1
    // A request names no model to measure: its strategy does, which the measurement does not run.
    if let only { request.strategy = only }
    let order = WorkerOrder(request, SimulationOutcome.Parts(), own, task: .bench)
    let worker = WorkerProcess(suspects: "plugin \(manifest.origin)", configuration: own)
    return try PluginBench(json: worker.answer(to: order.json))
  }
}
