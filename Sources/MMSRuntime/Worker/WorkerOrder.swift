// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What a worker is asked: a request, and where to find what it names.
struct WorkerOrder {
  /// What is to be done with a request.
  enum Task: String {
    /// Run it.
    case simulate
    /// Check what its scenario promises, without trading.
    case targets
    /// Measure the models of the one plugin it is given.
    case bench
  }

  let task: Task
  let request: SimulationRequest
  let parts: SimulationOutcome.Parts
  let configuration: RuntimeConfiguration

  init(
    _ request: SimulationRequest, _ parts: SimulationOutcome.Parts, _ configuration: RuntimeConfiguration,
    task: Task = .simulate
  ) {
    self.task = task
    self.request = request
    self.parts = parts
    self.configuration = configuration
  }

  var json: JSONValue {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    return [
      "task": .string(task.rawValue), "request": request.json, "report": .bool(parts.report),
      "trades": .bool(parts.trades), "sample": .bool(parts.sample),
      "database": configuration.database.map { .string($0) } ?? .null,
      "scenarios": list(configuration.scenarioDirectories), "data": list(configuration.dataDirectories),
      "plugins": list(configuration.pluginDirectories), "locked": .bool(configuration.isLocked),
      "threads": .integer(Int64(configuration.threads)),
      "maximum_path_steps": .integer(Int64(configuration.maximumPathSteps)),
      "memory": .integer(Int64(clamping: configuration.foreignMemory)),
      "seconds": .number(configuration.foreignSeconds),
    ]
  }

  init(json: JSONValue) throws(MMSError) {
    func list(_ key: String) -> [String] { json[key]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    guard let body = json["request"] else {
      throw MMSError(.usage, "a worker is asked in frames that hold a request; this one holds none")
    }
    task = json["task"]?.stringValue.flatMap(Task.init) ?? .simulate
    request = try SimulationRequest(json: body)
    parts = SimulationOutcome.Parts(
      report: json["report"]?.boolValue ?? false, trades: json["trades"]?.boolValue ?? false,
      sample: json["sample"]?.boolValue ?? false)
    var configuration = RuntimeConfiguration(
      database: json["database"]?.stringValue, scenarioDirectories: list("scenarios"),
      dataDirectories: list("data"), threads: Int(clamping: json["threads"]?.integerValue ?? 1),
      maximumPathSteps: Int(clamping: json["maximum_path_steps"]?.integerValue ?? 0))
    configuration.pluginDirectories = list("plugins")
    configuration.isLocked = json["locked"]?.boolValue ?? false
    configuration.foreignMemory = Int(clamping: json["memory"]?.integerValue ?? 0)
    configuration.foreignSeconds = json["seconds"]?.doubleValue ?? 0
    configuration.mayRunForeignCode = true
    self.configuration = configuration
  }
}

extension RuntimeConfiguration {
  /// The order to read a library's debug information, within this configuration's limits.
  func inspection(of library: String) -> JSONValue {
    [
      "inspect": .string(library), "memory": .integer(Int64(clamping: foreignMemory)),
      "seconds": .number(foreignSeconds),
    ]
  }

  /// The limits of an ``inspection(of:)``.
  init(inspecting json: JSONValue) {
    self.init(database: nil, scenarioDirectories: [], dataDirectories: [], threads: 1)
    foreignMemory = Int(clamping: json["memory"]?.integerValue ?? 0)
    foreignSeconds = json["seconds"]?.doubleValue ?? 0
  }
}
