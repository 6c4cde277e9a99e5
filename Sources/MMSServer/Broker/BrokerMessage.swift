// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime

/// What broker and workers say to each other: a header, and the text it is about.
///
/// On the wire a message is two parts, the header as a JSON object whose `kind` names the case, and the body.
enum BrokerMessage: Sendable {
  // From a worker.
  /// A worker is there and free.
  case ready(name: String, process: Int, engine: String)
  /// A worker lives.
  case heartbeat
  /// Some paths of a task are done.
  case progress(Attempt, done: Int, wanted: Int)
  /// A task was run; the document's header and its body.
  case result(Attempt, startedAt: SimTime, AnswerDocument)
  /// A task could not be run.
  case failure(Attempt, MMSError)
  /// The worker is too old for the task: its plugins are others. It ends.
  case outdated(Attempt)
  /// The worker ends, as it was asked to.
  case farewell

  // From the broker.
  /// A task to run.
  case run(Attempt, stamp: WorldStamp.Value, request: String)
  /// A task that nobody wants any more.
  case cancel(Attempt)
  /// The broker lives.
  case alive
  /// The worker shall introduce itself again: the broker does not know it.
  case introduce
  /// The worker shall end after what it runs.
  case end

  /// The n-th try of a task.
  struct Attempt: Sendable, Hashable {
    var task: String
    var number: Int
  }

  /// The parts of the message.
  var parts: [[UInt8]] {
    var header = JSONObject()
    var body = ""
    func about(_ attempt: Attempt) {
      header["task"] = .string(attempt.task)
      header["attempt"] = .integer(Int64(attempt.number))
    }
    switch self {
    case .ready(let name, let process, let engine):
      header = [
        "kind": "ready", "name": .string(name), "process": .integer(Int64(process)),
        "engine": .string(engine),
      ]
    case .heartbeat: header["kind"] = "heartbeat"
    case .progress(let attempt, let done, let wanted):
      header = ["kind": "progress", "done": .integer(Int64(done)), "of": .integer(Int64(wanted))]
      about(attempt)
    case .result(let attempt, let startedAt, let document):
      header = document.header
      header["kind"] = "result"
      header["started"] = .integer(startedAt.nanoseconds)
      about(attempt)
      body = document.body
    case .failure(let attempt, let error):
      header = ["kind": "failure", "error": error.json]
      about(attempt)
    case .outdated(let attempt):
      header["kind"] = "outdated"
      about(attempt)
    case .farewell: header["kind"] = "farewell"
    case .run(let attempt, let stamp, let request):
      header = ["kind": "run", "contents": .string(stamp.contents), "plugins": .string(stamp.plugins)]
      about(attempt)
      body = request
    case .cancel(let attempt):
      header["kind"] = "cancel"
      about(attempt)
    case .alive: header["kind"] = "alive"
    case .introduce: header["kind"] = "introduce"
    case .end: header["kind"] = "end"
    }
    return [Array(JSONValue.object(header).write(pretty: false).utf8), Array(body.utf8)]
  }

  /// Reads parts; nil when they are no message of ours.
  init?(parts: ArraySlice<[UInt8]>) {
    guard parts.count == 2, let first = parts.first, let last = parts.last,
      let header = try? JSONValue(parsing: String(decoding: first, as: UTF8.self)),
      let kind = header["kind"]?.stringValue
    else { return nil }
    func whole(_ key: String) -> Int? { header[key]?.integerValue.map { Int(clamping: $0) } }
    let attempt = header["task"]?.stringValue.flatMap { task in
      whole("attempt").map { Attempt(task: task, number: $0) }
    }
    let body = String(decoding: last, as: UTF8.self)
    switch (kind, attempt) {
    case ("ready", _):
      guard let name = header["name"]?.stringValue, let process = whole("process"),
        let engine = header["engine"]?.stringValue
      else { return nil }
      self = .ready(name: name, process: process, engine: engine)
    case ("heartbeat", _): self = .heartbeat
    case ("progress", let attempt?):
      guard let done = whole("done"), let wanted = whole("of") else { return nil }
      self = .progress(attempt, done: done, wanted: wanted)
    case ("result", let attempt?):
      guard let started = header["started"]?.integerValue,
        let document = AnswerDocument(header: header, body: body)
      else { return nil }
      self = .result(attempt, startedAt: SimTime(nanoseconds: started), document)
    case ("failure", let attempt?):
      guard let error = header["error"] else { return nil }
      self = .failure(attempt, MMSError(json: error))
    case ("outdated", let attempt?): self = .outdated(attempt)
    case ("farewell", _): self = .farewell
    case ("run", let attempt?):
      guard let contents = header["contents"]?.stringValue, let plugins = header["plugins"]?.stringValue
      else { return nil }
      self = .run(attempt, stamp: WorldStamp.Value(contents: contents, plugins: plugins), request: body)
    case ("cancel", let attempt?): self = .cancel(attempt)
    case ("alive", _): self = .alive
    case ("introduce", _): self = .introduce
    case ("end", _): self = .end
    default: return nil
    }
  }
}

#endif
