// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation

/// The figures of this process under the names that every Prometheus client uses.
enum ProcessFigures {
  private static let startedAt = Date().timeIntervalSince1970

  /// Starts the clock of the process's age.
  static func begin() { _ = startedAt }

  static func write(into text: inout PrometheusText) {
    // Microseconds on every system that follows POSIX.
    text.single(
      "process_cpu_seconds_total", "counter",
      help: "Processor time of the service's process, user and system.", Double(clock()) * 1e-6)
    let pages = fields(of: "/proc/self/statm")
    if pages.count > 1 {
      let size = Double(getpagesize())
      text.single(
        "process_virtual_memory_bytes", "gauge", help: "Address space of the service's process.",
        pages[0] * size)
      text.single(
        "process_resident_memory_bytes", "gauge", help: "Memory of the service's process.", pages[1] * size)
    }
    if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
      text.single("process_open_fds", "gauge", help: "File descriptors that are open.", Double(open))
    }
    if let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count {
      text.single("process_threads", "gauge", help: "Threads of the service's process.", Double(threads))
    }
    text.single(
      "process_start_time_seconds", "gauge", help: "When the process started, seconds since 1970.",
      startedAt)
  }

  private static func fields(of path: String) -> [Double] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
      Double($0)
    }
  }
}

#endif
