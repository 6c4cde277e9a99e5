// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What plugins say, kept until somebody asks; the same text is kept once.
public final class HostLog: Sendable {
  /// How much a line matters.
  public enum Level: Int32, Sendable, Hashable, Comparable {
    /// For the plugin's author.
    case debug = 0
    /// For whoever runs it.
    case info = 1
    /// Something the result should be read with.
    case warning = 2

    /// In the order of weight.
    public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
  }

  /// One line and how often it was said.
  public struct Line: Sendable, Hashable {
    /// How much it matters.
    public let level: Level
    /// What was said.
    public let text: String
    /// How many times.
    public var count: Int
  }

  /// The log of this process: C functions carry no context to another.
  public static let shared = HostLog()
  /// Lines beyond these are only counted with the last.
  private static let capacity = 200

  private let lines = Mutex<[Line]>([])

  /// Keeps a line.
  public func add(_ level: Level, _ text: String) {
    lines.withLock { lines in
      if let known = lines.firstIndex(where: { $0.text == text }) {
        lines[known].count += 1
      } else if lines.count < Self.capacity {
        lines.append(Line(level: level, text: text, count: 1))
      }
    }
  }

  /// Hands out what was said and forgets it.
  public func take() -> [Line] {
    lines.withLock { lines in
      defer { lines = [] }
      return lines
    }
  }
}
