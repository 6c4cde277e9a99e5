// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import Synchronization

/// Use of the host's processors and memory, as the kernel counts it.
final class HostFigures: Sendable {
  private let last = Mutex<(busy: Double, all: Double, share: Double)>((0, 0, 0))

  /// Starts counting.
  init() { _ = processors }

  /// The share of the host's processors in use since the last look, 0…1.
  var processors: Double {
    // The first line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks since boot.
    guard let text = Self.head(of: "/proc/stat"), let line = text.split(separator: "\n").first else {
      return 0
    }
    let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
    guard ticks.count >= 5 else { return 0 }
    let all = ticks.reduce(0, +)
    let busy = all - ticks[3] - ticks[4]
    return last.withLock { last in
      // Two looks within one tick say nothing new.
      if all - last.all >= 2 {
        last = (busy, all, min(1, max(0, (busy - last.busy) / (all - last.all))))
      }
      return last.share
    }
  }

  /// The share of the host's memory in use, 0…1.
  var memory: Double {
    guard let text = Self.head(of: "/proc/meminfo") else { return 0 }
    var values: [Substring: Double] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count >= 2 { values[words[0]] = Double(words[1]) }
    }
    guard let total = values["MemTotal:"], let free = values["MemAvailable:"], total > 0 else { return 0 }
    return min(1, max(0, 1 - free / total))
  }

  /// This process's resident memory, in bytes.
  static var residentBytes: Int {
    guard let text = head(of: "/proc/self/statm") else { return 0 }
    let words = text.split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * Int(getpagesize()) : 0
  }

  private static func head(of path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    return (try? file.read(upToCount: 8192)).map { String(decoding: $0, as: UTF8.self) }
  }
}

#endif
