// SPDX-License-Identifier: Apache-2.0
#if Service

import Synchronization

/// Answers by the text of their request, the least recently used forgotten first.
final class ResultCache: Sendable {
  /// What is kept of an answer.
  struct Entry: Sendable {
    /// The id of the simulation that computed it.
    let id: String
    /// What it found.
    let document: AnswerDocument
  }

  /// How often answers were found, and how much is kept.
  struct Figures: Sendable {
    var hits = 0
    var misses = 0
    var entries = 0
    var bytes = 0
  }

  /// A place in the ring of entries, by index; the ring's head is the latest used.
  private struct Node {
    let key: String
    var entry: Entry
    var newer: Int
    var older: Int
    var size: Int { key.utf8.count + entry.document.body.utf8.count + 256 }
  }

  private struct State {
    var stamp = ""
    var places: [String: Int] = [:]
    var nodes: [Node?] = []
    var free: [Int] = []
    var newest = -1
    var oldest = -1
    var figures = Figures()

    mutating func unlink(_ index: Int) {
      guard let node = nodes[index] else { return }
      if node.newer >= 0 { nodes[node.newer]?.older = node.older } else { newest = node.older }
      if node.older >= 0 { nodes[node.older]?.newer = node.newer } else { oldest = node.newer }
    }

    mutating func lead(_ index: Int) {
      nodes[index]?.newer = -1
      nodes[index]?.older = newest
      if newest >= 0 { nodes[newest]?.newer = index } else { oldest = index }
      newest = index
    }

    mutating func remove(_ index: Int) {
      guard let node = nodes[index] else { return }
      unlink(index)
      places[node.key] = nil
      figures.bytes -= node.size
      figures.entries -= 1
      nodes[index] = nil
      free.append(index)
    }
  }

  private let state = Mutex(State())
  private let entryLimit: Int
  private let byteLimit: Int

  /// Makes an empty cache.
  init(entries: Int, bytes: Int = 48 << 20) {
    entryLimit = max(0, entries)
    byteLimit = bytes
  }

  /// How often answers were found, and how much is kept.
  var figures: Figures { state.withLock(\.figures) }

  /// An answer, if it was computed in the same state of the world.
  func find(_ key: String, stamp: String) -> Entry? {
    state.withLock { state in
      guard state.stamp == stamp, let index = state.places[key], let node = state.nodes[index] else {
        state.figures.misses += 1
        return nil
      }
      state.figures.hits += 1
      if state.newest != index {
        state.unlink(index)
        state.lead(index)
      }
      return node.entry
    }
  }

  /// Keeps an answer; one of another state of the world empties the cache first.
  func keep(_ entry: Entry, as key: String, stamp: String) {
    state.withLock { state in
      if state.stamp != stamp {
        let figures = Figures(hits: state.figures.hits, misses: state.figures.misses)
        state = State(stamp: stamp, figures: figures)
      }
      if let held = state.places[key] { state.remove(held) }
      let node = Node(key: key, entry: entry, newer: -1, older: -1)
      guard entryLimit > 0, node.size <= byteLimit else { return }
      let index = state.free.popLast() ?? state.nodes.count
      if index == state.nodes.count { state.nodes.append(node) } else { state.nodes[index] = node }
      state.places[key] = index
      state.lead(index)
      state.figures.entries += 1
      state.figures.bytes += node.size
      while state.figures.entries > entryLimit || state.figures.bytes > byteLimit, state.oldest >= 0 {
        state.remove(state.oldest)
      }
    }
  }

  /// Forgets everything.
  func clear() {
    state.withLock { $0 = State(figures: Figures(hits: $0.figures.hits, misses: $0.figures.misses)) }
  }
}

#endif
