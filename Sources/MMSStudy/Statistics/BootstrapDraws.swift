// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Synchronization

/// Which stretch stands where in each resample of ``StationaryBootstrap``, resample after resample.
///
/// The draws depend on the number of stretches and the mean block alone, so that the runs of an optimizer, all of one
/// length, share them.
enum BootstrapDraws {
  private struct Key: Hashable {
    let count: Int
    let restart: Double
  }

  private static let held = Mutex<[Key: [Int32]]>([:])

  /// The draws, from memory when they were made before.
  static func shared(count: Int, restart: Double) -> [Int32] {
    // More than a year of hours is rare, and large.
    guard count <= 10_000 else { return make(count: count, restart: restart) }
    let key = Key(count: count, restart: restart)
    if let draws = held.withLock({ $0[key] }) { return draws }
    let draws = make(count: count, restart: restart)
    held.withLock { held in
      // A few lengths at a time: 200 resamples of a month of hours are half a megabyte.
      if held.count >= 8 { held = [:] }
      held[key] = draws
    }
    return draws
  }

  private static func make(count: Int, restart: Double) -> [Int32] {
    let random = RandomSource(seed: 0, path: 0, role: .study)
    var uniforms = [Double](repeating: 0, count: count)
    var draws: [Int32] = []
    draws.reserveCapacity(StationaryBootstrap.resamples * count)
    for resample in 0..<StationaryBootstrap.resamples {
      var span = uniforms.mutableSpan
      random.uniforms(step: Int64(resample * count), lane: 0, into: &span)
      var index = 0
      for position in 0..<count {
        index = StationaryBootstrap.next(
          index, uniforms[position], isFirst: position == 0, restart: restart, count: count)
        draws.append(Int32(index))
      }
    }
    return draws
  }
}
