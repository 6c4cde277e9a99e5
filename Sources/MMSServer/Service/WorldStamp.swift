// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore
import MMSRuntime
import Synchronization

/// The state of everything a result depends on besides its request: scenario files, plugins, bars, calibrations.
///
/// Two equal stamps mean that a cached answer still holds. Changes by other processes are noticed when the stamp
/// is looked at again, at most ``patience`` after they happened.
final class WorldStamp: Sendable {
  /// A state of the world.
  struct Value: Sendable, Hashable {
    /// Scenario files, bars and calibrations.
    var contents: String
    /// Plugin folders; a change of them needs new processes.
    var plugins: String
    /// Both.
    var text: String { "\(contents)|\(plugins)" }
  }

  /// How old a look may be.
  static let patience = Duration.milliseconds(100)

  private let configuration: RuntimeConfiguration
  private let revision: @Sendable () throws(MMSError) -> String
  private let held = Mutex<(value: Value, at: ContinuousClock.Instant)?>(nil)

  /// Watches what a runtime reads.
  init(_ configuration: RuntimeConfiguration, revision: @escaping @Sendable () throws(MMSError) -> String) {
    self.configuration = configuration
    self.revision = revision
  }

  /// The state now, or a moment ago.
  func current() throws(MMSError) -> Value {
    let now = ContinuousClock.now
    if let held = held.withLock({ $0 }), now - held.at < Self.patience { return held.value }
    let value = Value(
      contents: try revision() + ":" + Self.trace(configuration.scenarioDirectories, depth: 0)
        + Self.trace(configuration.dataDirectories, depth: 0),
      plugins: Self.trace(configuration.pluginDirectories, depth: 1))
    held.withLock { $0 = (value, now) }
    return value
  }

  /// Looks again at the next question: something was changed by this very process.
  func expire() { held.withLock { $0 = nil } }

  /// Names, sizes and times of change of files, as a digest.
  private static func trace(_ folders: [String], depth: Int) -> String {
    var hash = SHA256()
    for folder in folders { add(folder, depth: depth, to: &hash) }
    return String(hash.finalize().prefix(16))
  }

  private static func add(_ folder: String, depth: Int, to hash: inout SHA256) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() {
      let path = "\(folder)/\(name)"
      guard let facts = FileFacts(path: path) else { continue }
      if facts.isFolder {
        if depth > 0 { add(path, depth: depth - 1, to: &hash) }
      } else {
        hash.update(
          "\(name)|\(facts.size)|\(facts.changed.seconds)|\(facts.changed.nanoseconds)|\(facts.inode);")
      }
    }
  }
}

#endif
