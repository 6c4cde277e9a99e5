// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario
import MMSStudy

/// What the results of an experiment depend on beside its own file, each with a digest.
struct ExperimentInputs: Equatable {
  /// Names and digests: `scenario normal`, `data BTCUSDT 7d`, `plugin flash-crash`, `engine`.
  private(set) var digests: [String: String] = [:]

  /// Reads scenarios, bars, calibrations and plugins of every market the trials meet.
  ///
  /// - Throws: What finding them throws: an unknown scenario, a symbol or a period without data.
  init(_ trials: TrialList, _ requests: TrialRequests, _ runtime: Runtime) throws(MMSError) {
    digests["engine"] = MMSVersion.current
    for body in trials.markets {
      var request = requests.request(body)
      // What overrides change is part of the file.
      request.overrides = []
      let name = body["scenario"]?.stringValue ?? ""
      let scenario = try runtime.scenario(request.scenario)
      digests["scenario \(name)"] = scenario.digest
      let builder = PlanBuilder(runtime: runtime, request: request)
      let market = ["symbol", "period", "start_time", "end_time", "data"].compactMap { body[$0]?.stringValue }
      digests["data \(market.joined(separator: " ")) for \(name)"] = try builder.dataDigest(scenario)
      digests["calibration \(request.symbol) \(name)"] = try builder.calibrationText(scenario)
      for entry in try runtime.foreignModels(of: request) {
        digests["plugin \(entry.origin)"] = entry.digest ?? ""
      }
    }
  }

  /// Reads what ``json`` wrote.
  init(json: JSONValue) {
    for member in json.objectValue ?? [:] { digests[member.key] = member.value.stringValue }
  }

  /// Names and digests, by name.
  var json: JSONValue {
    var object = JSONObject()
    for (name, digest) in digests.sorted(by: { $0.key < $1.key }) { object[name] = .string(digest) }
    return .object(object)
  }

  /// The names of what is not as it was.
  func changes(from old: ExperimentInputs) -> [String] {
    Set(digests.keys).union(old.digests.keys).filter { digests[$0] != old.digests[$0] }.sorted()
  }
}

extension PlanBuilder {
  /// A digest of the bars a request reads; of a plugin's source its library and address.
  func dataDigest(_ scenario: ScenarioDefinition) throws(MMSError) -> String {
    if let uri = request.data, let plugin = try PluginData(uri) {
      let entry = try runtime.registry.entry(plugin.model, kind: .source, path: "data")
      return "\(uri) \(entry.digest ?? "")"
    }
    return try finder(try runtime.store()).find(
      request, scenario: scenario, warmUp: SimDuration(nanoseconds: 0)
    ).digest
  }

  /// The calibration in force, as text.
  func calibrationText(_ scenario: ScenarioDefinition) throws(MMSError) -> String {
    let (stress, source) = try calibration(scenario, store: try runtime.store())
    return "\(source) \(stress)"
  }
}
