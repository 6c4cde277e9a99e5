// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSStore
import Synchronization

/// The studies of a service: a folder beside its database, in which each has a folder of its own.
///
/// `study.json` says what it is and how far; a comparison has `comparison.json` beside it, an experiment what
/// `mms experiment run` writes. Files are replaced whole, so that a death in the middle leaves the one before.
final class StudyStore: Sendable {
  private static let file = "study.json"

  private struct Held {
    var studies: [String: Study] = [:]
    /// The last number given to a kind on a day, by the id without it.
    var numbers: [String: Int] = [:]
  }

  private let folder: String
  private let held: Mutex<Held>

  /// Reads what an earlier process left; no folder is made before there is a study.
  ///
  /// - Parameter database: The service's database, whose name without its ending the folder bears.
  init(besides database: String) {
    folder = URL(filePath: database).deletingPathExtension().path + ".studies"
    var held = Held()
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let path = "\(folder)/\(name)/\(Self.file)"
      guard let prefix = Self.prefix(name) else { continue }
      // A folder without its file was about to become a study; its number is not given twice.
      held.numbers[prefix.text] = max(held.numbers[prefix.text] ?? 0, prefix.number)
      guard let data = FileManager.default.contents(atPath: path),
        let json = try? JSONValue(parsing: String(decoding: data, as: UTF8.self)),
        let study = Study(json: json), study.id == name
      else { continue }
      held.studies[name] = study
    }
    self.held = Mutex(held)
  }

  /// `exp_20241201_` and the number behind it.
  private static func prefix(_ id: String) -> (text: String, number: Int)? {
    guard let end = id.lastIndex(of: "_"), let number = Int(id[id.index(after: end)...]) else { return nil }
    return (String(id[...end]), number)
  }

  /// Where the files of a study lie.
  func path(_ id: String) -> String { "\(folder)/\(id)" }

  /// Keeps a new study; it is found after its files are written.
  ///
  /// - Parameter files: Names and texts of what belongs to it from the beginning.
  /// - Throws: ``MMSError/Code/unavailable`` when the folder cannot be written.
  func add(_ make: (_ id: String) -> Study, kind: Study.Kind, files: [(name: String, text: String)] = [])
    throws(MMSError) -> Study
  {
    let day = String(Store.now().description.prefix(10).filter { $0 != "-" })
    let prefix = "\(kind.prefix)_\(day)_"
    let number = held.withLock { held in
      let next = (held.numbers[prefix] ?? 0) + 1
      held.numbers[prefix] = next
      return next
    }
    let digits = String(number)
    let study = make(prefix + String(repeating: "0", count: max(0, 3 - digits.count)) + digits)
    do {
      try FileManager.default.createDirectory(atPath: path(study.id), withIntermediateDirectories: true)
    } catch {
      throw MMSError(
        .unavailable,
        "a folder for \(kind.rawValue) \(study.id) cannot be created; the service's disk may be full",
        cause: error)
    }
    for file in files { try write(file.text, to: file.name, of: study.id) }
    try update(study)
    return study
  }

  /// Keeps what has become of a study.
  func update(_ study: Study) throws(MMSError) {
    try write(study.json.write(pretty: true) + "\n", to: Self.file, of: study.id)
    held.withLock { $0.studies[study.id] = study }
  }

  /// Notes how far a study is, for those who ask; not for the next process, which counts itself.
  func note(_ id: String, done: Int) {
    held.withLock { $0.studies[id]?.done = done }
  }

  /// A study by its id.
  ///
  /// - Throws: ``MMSError/Code/notFound`` with the nearest ids.
  func study(_ id: String, _ kind: Study.Kind) throws(MMSError) -> Study {
    if let found = held.withLock({ $0.studies[id] }), found.kind == kind { return found }
    let shown = String(id.prefix(100))
    throw MMSError(
      .notFound, "there is no \(kind.rawValue) '\(shown)'", path: "id",
      hint: Suggestion.hint(for: shown, among: recent(kind, limit: 200).map(\.id)))
  }

  /// The latest of a kind, the newest first.
  func recent(_ kind: Study.Kind, limit: Int) -> [Study] {
    let all = held.withLock { $0.studies.values.filter { $0.kind == kind } }
    return Array(all.sorted { $0.order > $1.order }.prefix(limit))
  }

  /// The text of a study's file; nil when it has none of that name.
  func read(_ name: String, of id: String) -> String? {
    FileManager.default.contents(atPath: "\(path(id))/\(name)").map { String(decoding: $0, as: UTF8.self) }
  }

  private func write(_ text: String, to name: String, of id: String) throws(MMSError) {
    do {
      try Data(text.utf8).write(to: URL(filePath: "\(path(id))/\(name)"), options: .atomic)
    } catch {
      throw MMSError(
        .unavailable, "'\(name)' of \(id) cannot be written; the service's disk may be full", cause: error)
    }
  }
}

#endif
