// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import Synchronization

/// Which pieces of a path stand one after another in each resample of ``StationaryBootstrap``.
///
/// A block of consecutive stretches is put together from pieces of 2ᵏ stretches, k ≤ ``levels``, which a path's
/// summaries are joined into once (``pieces(of:)``): a resample is then a fifth as long as its stretches. The draws
/// depend on the number of stretches and the mean block alone, so that the runs of an optimizer, all of one length,
/// share them.
struct BootstrapDraws: Sendable {
  /// The longest piece has 2 to this power stretches.
  static let levels = 5

  /// How many stretches a path has.
  let count: Int
  /// Piece `k · count + i` is the 2ᵏ stretches from stretch i, wrapped at the end; resample after resample.
  private let pieces: [Int32]
  /// Where each resample begins in `pieces`, and where the last ends.
  private let starts: [Int]

  /// The draws, from memory when they were made before.
  static func shared(count: Int, restart: Double) -> BootstrapDraws {
    // More than a year of hours is rare, and large.
    guard count <= 10_000 else { return BootstrapDraws(count: count, restart: restart) }
    let key = Key(count: count, restart: restart)
    if let draws = held.withLock({ $0[key] }) { return draws }
    let draws = BootstrapDraws(count: count, restart: restart)
    held.withLock { held in
      // A few lengths at a time.
      if held.count >= 8 { held = [:] }
      held[key] = draws
    }
    return draws
  }

  /// Every piece of a path, in the order of the draws' numbers.
  static func pieces(of stretches: [ReturnSummary]) -> [ReturnSummary] {
    let count = stretches.count
    var pieces = stretches
    pieces.append(contentsOf: repeatElement(ReturnSummary(), count: levels * count))
    var places = pieces.mutableSpan
    for level in 0..<levels {
      let (from, to) = (level * count, (level + 1) * count)
      // The second half of a piece goes on at the beginning when it is past the end.
      let turn = count - (1 << level) % count
      for index in 0..<count {
        var piece = places[from + index]
        piece.append(places[from + index - turn + (index < turn ? count : 0)])
        places[to + index] = piece
      }
    }
    return pieces
  }

  /// The numbers of the pieces of a resample.
  subscript(resample: Int) -> ArraySlice<Int32> { pieces[starts[resample]..<starts[resample + 1]] }

  private struct Key: Hashable {
    let count: Int
    let restart: Double
  }

  private static let held = Mutex<[Key: BootstrapDraws]>([:])

  init(count: Int, restart: Double) {
    let random = RandomSource(seed: 0, path: 0, role: .study)
    var uniforms = [Double](repeating: 0, count: count)
    var pieces: [Int32] = []
    var starts = [0]
    // Adds a block: the longest pieces first.
    func close(_ start: Int, _ length: Int) {
      var (start, left) = (start, length)
      while left > 0 {
        let level = min(Self.levels, left.bitWidth - 1 - left.leadingZeroBitCount)
        pieces.append(Int32(level * count + start))
        start = (start + 1 << level) % count
        left -= 1 << level
      }
    }
    for resample in 0..<StationaryBootstrap.resamples {
      var span = uniforms.mutableSpan
      random.uniforms(step: Int64(resample * count), lane: 0, into: &span)
      var (start, length) = (0, 0)
      StationaryBootstrap.resample(count: count, restart: restart, uniform: { uniforms[$0] }) { index, _ in
        // A block that happens to go on where the last one ended is the same block.
        if index != (start + length) % count || length == 0 {
          close(start, length)
          (start, length) = (index, 0)
        }
        length += 1
      }
      close(start, length)
      starts.append(pieces.count)
    }
    self.count = count
    self.pieces = pieces
    self.starts = starts
  }
}
