// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore
import MMSPluginHost
import MMSScenario

/// Notices that sources have changed, by looking at their times and sizes.
public struct FileWatch: Sendable {
  /// When a file was last written, and how long it is.
  struct Stamp: Sendable, Hashable {
    let seconds: Int
    let nanoseconds: Int
    let size: Int
  }

  /// How files stand at one moment.
  public struct State: Sendable, Hashable {
    var stamps: [String: Stamp] = [:]

    /// No files.
    public init() {}

    /// How many files there are.
    public var count: Int { stamps.count }

    /// The files that are new, gone or different in a later state, by name.
    public func changes(to later: State) -> [String] {
      Set(stamps.keys).union(later.stamps.keys).filter { stamps[$0] != later.stamps[$0] }.sorted()
    }
  }

  /// What a build writes, and what editors leave: nobody's source.
  private static let otherEndings = [".so", ".o", ".d", ".a", "~", ".swp", ".swx", ".tmp", ".rlib"]
  private static let deepest = 6

  private let files: [String]
  private let folders: [String]

  /// Watches files, and every source below folders; hidden ones and what builds write are passed over.
  public init(files: [String], folders: [String]) {
    self.files = files
    self.folders = folders
  }

  /// How the files stand now.
  public func state() -> State {
    var state = State()
    for file in files { add(file, to: &state) }
    for folder in folders { visit(folder, depth: 0, &state) }
    return state
  }

  private func visit(_ folder: String, depth: Int, _ state: inout State) {
    guard depth < Self.deepest, let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else {
      return
    }
    for name in names where !name.hasPrefix(".") && !Self.otherEndings.contains(where: name.hasSuffix) {
      add("\(folder)/\(name)", to: &state, depth: depth)
    }
  }

  private func add(_ path: String, to state: inout State, depth: Int = 0) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return }
    if facts.st_mode & S_IFMT == S_IFDIR {
      visit(path, depth: depth + 1, &state)
    } else {
      state.stamps[path] = Stamp(
        seconds: Int(facts.st_mtim.tv_sec), nanoseconds: Int(facts.st_mtim.tv_nsec), size: Int(facts.st_size))
    }
  }
}

extension Runtime {
  /// What a request's result depends on that a person edits: scenario files, and the folders of its plugins.
  ///
  /// - Throws: ``MMSError`` when the scenario cannot be read.
  public func sources(of request: SimulationRequest) throws(MMSError) -> (files: [String], plugins: [String])
  {
    let scenario = try scenario(of: request)
    let names = Set(try foreignModels(of: request).map(\.origin)).union(scenario.plugins.map(\.name))
    let folders = plugins.manifests.filter { names.contains($0.origin) || names.contains($0.name) }
    return (scenario.files, folders.map(\.folder))
  }
}
