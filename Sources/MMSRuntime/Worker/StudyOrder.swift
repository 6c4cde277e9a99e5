// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSScenario
import MMSStudy

/// What a child process is asked that runs a whole study.
public struct StudyOrder: Sendable {
  /// What is to be done.
  public enum Task: Sendable {
    /// Both sides of a comparison are run and compared; the answer is its document with the values of every path.
    case compare(ComparisonRequest)
    /// The trials of an experiment that are not done yet are run; the answer is the content of `experiment.json`.
    case experiment(ExperimentDefinition, folder: String)
  }

  /// How the child stands to other processes.
  public enum Urgency: String, Sendable {
    /// Like any other.
    case normal
    /// Somebody waits for it, but others come first: five steps nicer.
    case awaited
    /// It has what all others leave: the scheduler's idle class, which gives way at once.
    case background
  }

  /// What is to be done.
  public let task: Task
  /// How the child stands to other processes.
  public let urgency: Urgency
  let configuration: RuntimeConfiguration

  /// Asks for a study.
  ///
  /// - Parameters:
  ///   - task: The comparison or experiment.
  ///   - urgency: How far it steps back behind other processes.
  ///   - configuration: Where things are found, and how many threads it may use.
  public init(_ task: Task, _ urgency: Urgency, _ configuration: RuntimeConfiguration) {
    self.task = task
    self.urgency = urgency
    self.configuration = configuration
  }

  var json: JSONValue {
    var object = configuration.order
    object["urgency"] = .string(urgency.rawValue)
    switch task {
    case .compare(let request): object["study"] = ["compare": request.json]
    case .experiment(let definition, let folder):
      object["study"] = [
        "experiment": .string(definition.text), "file": .string(definition.file), "folder": .string(folder),
      ]
    }
    return .object(object)
  }

  /// Reads what ``json`` wrote.
  init(json: JSONValue) throws(MMSError) {
    let study = json["study"]
    if let request = study?["compare"] {
      task = .compare(try ComparisonRequest(json: request))
    } else if let text = study?["experiment"]?.stringValue, let file = study?["file"]?.stringValue,
      let folder = study?["folder"]?.stringValue
    {
      task = .experiment(try ExperimentDefinition(text: text, file: file), folder: folder)
    } else {
      throw MMSError(.usage, "a worker is asked for a comparison or an experiment; this study is neither")
    }
    urgency = json["urgency"]?.stringValue.flatMap(Urgency.init) ?? .normal
    var configuration = RuntimeConfiguration(order: json)
    // Code of plugins runs in children of its own, so that its crash is a failed side or trial.
    configuration.mayRunForeignCode = false
    configuration.sharesPreparations = true
    self.configuration = configuration
  }
}

extension ComparisonRequest {
  /// The request for the way to a child process, and for those who keep it.
  public var json: JSONValue {
    func side(_ side: Side) -> JSONValue {
      ["label": .string(side.label), "request": side.request.json]
    }
    return [
      "a": side(a), "b": side(b), "metrics": .array(metrics.map { .string($0.rawValue) }),
      "primary": .string(primary.rawValue),
    ]
  }

  /// Reads what ``json`` wrote.
  init(json: JSONValue) throws(MMSError) {
    func side(_ name: String) throws(MMSError) -> Side {
      guard let label = json[name]?["label"]?.stringValue, let request = json[name]?["request"] else {
        throw MMSError(.usage, "a comparison has two sides; this one lacks '\(name)'")
      }
      return Side(label: label, request: try SimulationRequest(json: request))
    }
    a = try side("a")
    b = try side("b")
    metrics = (json["metrics"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(Metric.init) }
    primary = json["primary"]?.stringValue.flatMap(Metric.init) ?? .totalReturn
  }
}
