// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// The jump of one path, step by step from the crash on: plan, forced selling, recovery, stress.
struct CrashPath: Sendable {
  /// What the parameters say in steps.
  struct Shape: Sendable {
    var rampSteps = 1
    var exponent = 3.0
    /// e^(−exponent ÷ rampSteps): what is left of the ramp's tail after one more step.
    var rampFactor = 1.0
    /// 2^(−1 step ÷ recoveryHalfLife).
    var recoveryFactor = 1.0
    /// 2^(−1 step ÷ stressHalfLife).
    var stressFactor = 1.0
    var relaxationSteps = 1.0
    var leverage = 0.0
    /// 1 − 2^(−block ÷ 5 min): how far forced selling moves toward its level in one feedback block.
    var feedbackRate = 0.0
    /// Steps after the crash begins in which forced selling can grow.
    var feedbackSteps = 0
  }

  private let shape: Shape
  /// ln(1 − gap).
  private let gap: Double
  /// What the ramp adds to the gap, in logs.
  private let ramp: Double
  /// Share of the whole log drop that comes back.
  private let recovery: Double

  /// Steps done since the crash began.
  private(set) var steps = 0
  private var rampTail = 1.0
  private let rampWhole: Double
  private var recoveryTail = 1.0
  private var stress = 1.0
  /// Forced selling at the last close, before recovery, in logs; grows only.
  private(set) var forced = 0.0
  private var forcedNext = 0.0
  /// The planned jump at the last close.
  private var planned = 0.0
  /// The jump at the last close.
  private var jump: Double

  init(shape: Shape, gap: Double, drop: Double, recovery: Double) {
    self.shape = shape
    self.gap = MMSMath.log(1 - gap)
    ramp = MMSMath.log(1 - drop) - self.gap
    self.recovery = recovery
    rampWhole = 1 - MMSMath.exp(-shape.exponent)
    // The gap is there at the open of the first bar.
    jump = self.gap
    planned = self.gap
  }

  /// Sets where forced selling goes during the next block.
  ///
  /// - Parameters:
  ///   - drift: Log of the market's own move since just before the crash, without the jump.
  ///   - pressure: The log move our own selling since the crash stands for.
  mutating func feedBack(drift: Double, pressure: Double) {
    forcedNext = forced
    guard steps <= shape.feedbackSteps else { return }
    let excess = max(0, planned - (drift + jump)) + pressure
    let target = forced + (shape.leverage * excess - forced) * shape.feedbackRate
    forcedNext = min(max(forced, target), max(forced, -0.5 * (gap + ramp)))
  }

  /// Writes the next rows of a drive.
  mutating func advance(_ drive: inout StressDrive, count: Int) {
    let before = forced
    drive.openingJump = steps == 0 ? jump : nil
    for index in 0..<count {
      drive.stress[index] = stress
      stress *= shape.stressFactor
      drive.relaxation[index] = min(1, Double(steps) / shape.relaxationSteps)
      steps += 1
      if steps > shape.rampSteps {
        recoveryTail *= shape.recoveryFactor
      } else {
        rampTail *= shape.rampFactor
      }
      let progress =
        steps >= shape.rampSteps ? 1 : (1 - rampTail) / rampWhole
      let kept = 1 - recovery * (1 - recoveryTail)
      if forced != forcedNext {
        forced = before + (forcedNext - before) * (Double(index + 1) / Double(count))
      }
      planned = (gap + ramp * progress) * kept
      jump = planned - forced * kept
      drive.jumps[index] = jump
    }
  }
}
