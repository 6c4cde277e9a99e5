// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the file system says of a file or folder.
public struct FileFacts: Sendable, Hashable {
  /// Whether it is a folder.
  public let isFolder: Bool
  /// Type and permissions, as stat(2) has them.
  public let mode: UInt32
  /// The size in bytes.
  public let size: Int64
  /// When the contents changed, in seconds and nanoseconds since 1970.
  public let changed: (seconds: Int, nanoseconds: Int)
  /// The number of its inode.
  public let inode: UInt64

  /// Asks; nil when there is no such file or it cannot be looked at.
  ///
  /// Here and not where it is needed: with the modules of the service in sight, the compiler takes `stat` for
  /// another module's.
  public init?(path: String) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    isFolder = facts.st_mode & S_IFMT == S_IFDIR
    mode = UInt32(facts.st_mode)
    size = Int64(facts.st_size)
    changed = (Int(facts.st_mtim.tv_sec), Int(facts.st_mtim.tv_nsec))
    inode = UInt64(facts.st_ino)
  }

  /// Whether all facts are the same.
  public static func == (a: FileFacts, b: FileFacts) -> Bool {
    (a.mode, a.size, a.inode) == (b.mode, b.size, b.inode) && a.changed == b.changed
  }

  /// Hashes what ``==(_:_:)`` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(mode)
    hasher.combine(size)
    hasher.combine(inode)
    hasher.combine(changed.seconds)
    hasher.combine(changed.nanoseconds)
  }
}
