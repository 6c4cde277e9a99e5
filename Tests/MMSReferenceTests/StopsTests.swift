// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import MMSReference

struct StopsTests {
  @Test func `a stop watched daily is expected to be hit as the table says`() {
    let daily = WatchedWalk(distance: 2.5, steps: 30)
    #expect((daily.probability - 0.5759).magnitude < 0.0008)
    // One step: Φ(−d), and the mean past it given that it is past.
    let once = WatchedWalk(distance: 1, steps: 1)
    #expect((once.probability - 0.158_655_253_931_457).magnitude < 1e-12)
    #expect(((once.overshoot ?? 0) - 0.525_135_276_160_981).magnitude < 1e-9)
    // Two steps from the barrier itself: ½ + E[Φ(−Z); Z > 0] = ⅝.
    #expect((WatchedWalk(distance: 0, steps: 2).probability - 0.625).magnitude < 1e-9)
  }

  @Test func `the overshoot of a far barrier tends to .5826 steps, and the barrier shifts by as much`() throws
  {
    let walk = WatchedWalk(distance: 5, steps: 120)
    #expect((try #require(walk.overshoot) / WatchedWalk.shift - 1).magnitude < 0.001)
    // What is left beyond 2,000 steps: 2 Φ(−(d + .5826) ÷ √n).
    #expect((walk.probability - erfc((5 + WatchedWalk.shift) / 240.0.squareRoot())).magnitude < 5e-4)
    let many = WatchedWalk(distance: 60, steps: 10_000)
    #expect((many.probability - erfc((60 + WatchedWalk.shift) / 20_000.0.squareRoot())).magnitude < 1e-15)
  }

  @Test(arguments: [
    (stop: 0.05, days: 30.0, perDay: 1.0), (stop: 0.1, days: 5, perDay: 1), (stop: 0.02, days: 2, perDay: 12),
  ])
  func `the engine's stops are hit as often as they should be`(
    _ row: (stop: Double, days: Double, perDay: Double)
  ) throws {
    // Four standard errors at 1,500 paths.
    let run = try ExperimentRun.of(
      "stops", ["stop": row.stop, "days": row.days, "checks_per_day": row.perDay, "paths": 1_500])
    #expect(run.pass, "\(run.results)")
    #expect(try run.result("p_hit_bridge").value > run.result("p_hit").value)
    for result in run.results { #expect((result.standardError ?? 0) > 0) }
  }

  @Test func `watched without a pause the published probability is expected`() throws {
    let run = try ExperimentRun.of("stops", ["paths": 100])
    #expect((try #require(run.result("p_hit_bridge").expected) - 0.648077).magnitude < 1e-6)
  }

  @Test func `a stop out of reach has no overshoot and no fault`() throws {
    let run = try ExperimentRun.of("stops", ["stop": 5, "paths": 100])
    #expect(run.pass && run.results.map(\.name) == ["p_hit", "p_hit_bridge"])
  }

  @Test func `half a check and endless work are refused`() {
    ExperimentRun.expectRefusal("stops", ["days": 1.5], "days (1.5)", "checks_per_day")
    ExperimentRun.expectRefusal("stops", ["checks_per_day": 86_400, "days": 100], "checks_per_day")
    ExperimentRun.expectRefusal("stops", ["sigma": 0], "sigma")
  }
}
