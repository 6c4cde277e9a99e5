// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// A model at work on a made-up market: every call a simulation makes, every answer written down.
///
/// One instance of the model, entered from one thread at a time.
protocol Exercise: AnyObject {
  /// The instance behind the edge; nil for a bare function.
  var instance: ForeignInstance? { get }
  /// How many steps there are.
  var steps: Int { get }
  /// Starts a path.
  func begin(path: Int) throws(MMSError)
  /// Goes through consecutive steps in pieces.
  func run(_ steps: Range<Int>, in pieces: Pieces, into transcript: inout Transcript) throws(MMSError)
}

/// How consecutive steps or orders are cut into calls.
enum Pieces: String, Sendable, CaseIterable {
  /// One call for all.
  case whole
  /// One call for each.
  case single
  /// Calls of 7, 1, 30, 2, 7, 1 …
  case mixed

  /// Cuts a range.
  func cut(_ range: Range<Int>) -> [Range<Int>] {
    let sizes =
      switch self {
      case .whole: [range.count]
      case .single: [1]
      case .mixed: [7, 1, 30, 2]
      }
    var pieces: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, start + max(1, sizes[pieces.count % sizes.count]))
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }

  /// In words.
  var text: String {
    switch self {
    case .whole: "in one call for all"
    case .single: "in calls for one at a time"
    case .mixed: "in calls for 7, 1, 30 and 2"
    }
  }
}

extension Exercise {
  /// All steps of a path in two halves.
  func transcript(path: Int = 0, in pieces: Pieces = .whole) throws(MMSError) -> Transcript {
    var transcript = Transcript()
    try begin(path: path)
    try run(0..<steps / 2, in: pieces, into: &transcript)
    transcript.middle = transcript.count
    try run(steps / 2..<steps, in: pieces, into: &transcript)
    return transcript
  }
}
