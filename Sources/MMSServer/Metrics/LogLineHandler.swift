// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Logging
import MMSCore
import MMSStore
import Synchronization

/// Writes each event as one JSON object on a line of standard error: time, level, message, then the metadata.
struct LogLineHandler: LogHandler {
  /// What every event carries.
  var metadata = Logger.Metadata()
  /// What is added when an event is written.
  var metadataProvider: Logger.MetadataProvider?
  /// The least level that is written.
  var logLevel = Logger.Level.info
  private let label: String
  private let write: @Sendable (String) -> Void

  /// Makes a handler.
  ///
  /// - Parameter write: Takes a line, its end included; standard error by default.
  init(label: String, write: @escaping @Sendable (String) -> Void = LogLineHandler.standardError) {
    self.label = label
    self.write = write
  }

  /// A value that every event carries.
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes an event.
  func log(event: LogEvent) {
    var fields: JSONObject = [
      "time": .string(Self.now()), "level": .string(event.level.rawValue), "logger": .string(label),
      "message": .string(event.message.description),
    ]
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
    if let explicit = event.metadata { all.merge(explicit) { $1 } }
    if let error = event.error { fields["error"] = .string("\(error)") }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      // Hummingbird's name for it says nothing to who reads the log.
      fields[key == "hb.request.id" ? "request_id" : key] = Self.json(value)
    }
    write(JSONValue.object(fields).write(pretty: false) + "\n")
  }

  /// Writes a line to standard error, whole.
  static let standardError: @Sendable (String) -> Void = { line in
    FileHandle.standardError.write(Data(line.utf8))
  }

  private static func now() -> String { Store.now().description }

  private static func json(_ value: Logger.MetadataValue) -> JSONValue {
    switch value {
    case .string(let text): return .string(text)
    case .stringConvertible(let value): return .string(value.description)
    case .array(let items): return .array(items.map(json))
    case .dictionary(let items):
      var object = JSONObject()
      for (key, value) in items.sorted(by: { $0.key < $1.key }) { object[key] = json(value) }
      return .object(object)
    }
  }
}

#endif
