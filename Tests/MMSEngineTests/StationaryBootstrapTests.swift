// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import Testing

@testable import MMSStudy

@Suite("Stationary bootstrap")
struct StationaryBootstrapTests {
  /// Hours with a random return and extremes round it.
  private static func stretches(_ count: Int) -> [ReturnSummary] {
    let random = RandomSource(seed: 5, path: 0, role: .study)
    var uniforms = [Double](repeating: 0, count: 3 * count)
    var span = uniforms.mutableSpan
    random.uniforms(step: 0, lane: 0, into: &span)
    return (0..<count).map { index in
      let (move, up, down) = (uniforms[3 * index], uniforms[3 * index + 1], uniforms[3 * index + 2])
      var stretch = ReturnSummary()
      stretch.steps = 60
      stretch.growth = 1 + 0.01 * (move - 0.5)
      stretch.sum = stretch.growth - 1
      stretch.sumOfSquares = 60 * 1e-6 * up
      stretch.highest = max(1, stretch.growth) + 0.003 * up
      stretch.lowest = min(1, stretch.growth) - 0.003 * down
      stretch.drawdown = stretch.lowest / stretch.highest - 1
      return stretch
    }
  }

  private static func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(1, abs(b)) }

  @Test("A resample joined from long pieces is that of its stretches one by one", arguments: [48, 50, 720])
  func pieces(_ count: Int) {
    let stretches = Self.stretches(count)
    let restart = 1.0 / 24
    let draws = BootstrapDraws(count: count, restart: restart)
    let pieces = BootstrapDraws.pieces(of: stretches)
    let random = RandomSource(seed: 0, path: 0, role: .study)
    var uniforms = [Double](repeating: 0, count: count)
    var joins = 0
    for resample in 0..<StationaryBootstrap.resamples {
      var span = uniforms.mutableSpan
      random.uniforms(step: Int64(resample * count), lane: 0, into: &span)
      var (whole, index) = (ReturnSummary(), 0)
      for position in 0..<count {
        index = StationaryBootstrap.next(
          index, uniforms[position], isFirst: position == 0, restart: restart, count: count)
        whole.append(stretches[index])
      }
      var joined = ReturnSummary()
      for piece in draws[resample] {
        joined.append(pieces[Int(piece)])
        joins += 1
      }
      #expect(joined.steps == whole.steps)
      #expect(Self.close(joined.growth, whole.growth) && Self.close(joined.sum, whole.sum))
      #expect(Self.close(joined.highest, whole.highest) && Self.close(joined.lowest, whole.lowest))
      #expect(Self.close(joined.drawdown, whole.drawdown))
      #expect(Self.close(joined.sumOfSquares, whole.sumOfSquares))
    }
    // Blocks of 24 on average are some four pieces each.
    #expect(joins * 4 < StationaryBootstrap.resamples * count)
  }
}
