// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Synchronization

/// A bar on stderr while work takes long; nothing when nobody watches.
final class ProgressBar: Sendable {
  private struct State {
    var shownAt: ContinuousClock.Instant?
    var isVisible = false
  }

  private let title: String
  private let isOn: Bool
  private let began = ContinuousClock.now
  private let state = Mutex(State())

  /// Makes a bar with a title.
  init(_ title: String, isOn: Bool) {
    self.title = title
    self.isOn = isOn && Standard.isErrorTerminal
  }

  /// Shows how much is done; work of less than a blink shows nothing.
  ///
  /// - Parameter detail: Stands behind the bar.
  func show(_ done: Int, of total: Int, detail: String = "") {
    guard isOn, total > 0 else { return }
    let now = ContinuousClock.now
    state.withLock { state in
      guard now - began > .milliseconds(300) else { return }
      if let last = state.shownAt, now - last < .milliseconds(100) { return }
      state.shownAt = now
      state.isVisible = true
      let share = min(1, Double(done) / Double(total))
      let filled = Int(share * 30)
      let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
      let tail = detail.isEmpty ? "" : ", \(detail)\u{1B}[K"
      let line = "\r\(title) [\(bar)] \(Figures.plain(share * 100, 0)) %\(tail)"
      _ = Standard.put(Array(line.utf8), 2)
    }
  }

  /// Removes the bar.
  func end() {
    state.withLock { state in
      if state.isVisible { _ = Standard.put(Array("\r\u{1B}[K".utf8), 2) }
      state.isVisible = false
    }
  }
}
