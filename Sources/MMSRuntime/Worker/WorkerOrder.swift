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
  private(set) var configuration: RuntimeConfiguration

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
    var object: JSONObject = [
      "task": .string(task.rawValue), "request": request.json, "report": .bool(parts.report),
      "trades": .bool(parts.trades), "sample": .bool(parts.sample),
    ]
    for member in configuration.order { object[member.key] = member.value }
    return .object(object)
  }

  init(json: JSONValue) throws(MMSError) {
    guard let body = json["request"] else {
      throw MMSError(.usage, "a worker is asked in frames that hold a request; this one holds none")
    }
    task = json["task"]?.stringValue.flatMap(Task.init) ?? .simulate
    request = try SimulationRequest(json: body)
    parts = SimulationOutcome.Parts(
      report: json["report"]?.boolValue ?? false, trades: json["trades"]?.boolValue ?? false,
      sample: json["sample"]?.boolValue ?? false)
    configuration = RuntimeConfiguration(order: json)
    configuration.mayRunForeignCode = true
  }
}

extension RuntimeConfiguration {
  /// What a child is told to find what this process finds, within the same limits.
  var order: JSONObject {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    return [
      "database": database.map { .string($0) } ?? .null,
      "scenarios": list(scenarioDirectories), "data": list(dataDirectories),
      "plugins": list(pluginDirectories), "locked": .bool(isLocked),
      "threads": .integer(Int64(threads)), "maximum_path_steps": .integer(Int64(maximumPathSteps)),
      "memory": .integer(Int64(clamping: foreignMemory)), "seconds": .number(foreignSeconds),
    ]
  }

  /// Reads what ``order`` wrote.
  init(order json: JSONValue) {
    func list(_ key: String) -> [String] { json[key]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    self.init(
      database: json["database"]?.stringValue, scenarioDirectories: list("scenarios"),
      dataDirectories: list("data"), threads: Int(clamping: json["threads"]?.integerValue ?? 1),
      maximumPathSteps: Int(clamping: json["maximum_path_steps"]?.integerValue ?? 0))
    pluginDirectories = list("plugins")
    isLocked = json["locked"]?.boolValue ?? false
    foreignMemory = Int(clamping: json["memory"]?.integerValue ?? 0)
    foreignSeconds = json["seconds"]?.doubleValue ?? 0
  }

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
