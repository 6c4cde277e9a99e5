// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// One crash per path: a gap, a cascade of forced selling, a thin book, a partial recovery.
public struct JumpCascadeScenario: ScenarioModel, NativeModel {
  /// Steps between two looks at price and own selling; part of the model's version.
  private static let feedbackSteps = 10

  private let drop: ClosedRange<Double>
  private let gap: Double
  private let recovery: ClosedRange<Double>
  private let at: ClosedRange<Double>
  private let centre: Double
  private let parameters: ParameterValues

  private var shape = CrashPath.Shape()
  private var stepCount = 1
  private var hourSteps = 0
  private var liquidity = 1.0
  private var transform = StressTransform()
  private var drive = StressDrive()

  private var crashStep = 0
  private var crash = CrashPath(shape: CrashPath.Shape(), gap: 0, drop: 0, recovery: 0)
  /// Base units sold less bought since the crash began.
  private var netSold = 0.0

  /// Makes the model from parameters that fit ``descriptor``.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when the gap is larger than the smallest drop.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    drop = parameters.interval("drop")
    gap = parameters.number("gap")
    recovery = parameters.interval("recovery")
    at = parameters.interval("at")
    centre = parameters.number("centre")
    self.parameters = parameters
    drive.hasJumps = true
    drive.bidFloor = parameters.number("bidDepthAtCrash")
    drive.askFloor = parameters.number("askDepthAtCrash")
    guard gap <= drop.lowerBound else {
      throw MMSError(
        .invalidValue,
        "the gap (\(gap)) is part of the drop and cannot exceed its smallest value (\(drop.lowerBound))",
        path: "gap", hint: "lower 'gap' or raise 'drop'")
    }
  }

  /// Reads the whole window for its mean, and reacts to our own selling every ten steps.
  public var requirements: ScenarioRequirements {
    ScenarioRequirements(wholeHistory: true, feedbackSteps: Self.feedbackSteps)
  }

  /// The step at which the crash begins, as `crash`.
  public var anchors: [ScenarioAnchor] { [ScenarioAnchor(name: "crash", step: crashStep)] }

  /// All steps but the last hour before the crash, which the realised volatility needs.
  public var untouchedSteps: Int { max(0, crashStep - hourSteps - 1) }

  /// Measures the window and turns spans into steps.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    try transform.prepare(history: history, context: context)
    stepCount = context.steps
    hourSteps = context.steps(in: .hours(1))
    liquidity = context.stress.liquidity
    func remaining(_ halfLife: String, _ steps: Int = 1) -> Double {
      let span = Double(context.resolution.nanoseconds) * Double(steps)
      return MMSMath.pow(0.5, span / Double(parameters.duration(halfLife).nanoseconds))
    }
    shape.rampSteps = context.steps(in: parameters.duration("over"))
    shape.exponent = parameters.number("exponent")
    shape.rampFactor = MMSMath.exp(-shape.exponent / Double(shape.rampSteps))
    shape.recoveryFactor = remaining("recoveryHalfLife")
    shape.stressFactor = remaining("stressHalfLife")
    shape.relaxationSteps = Double(context.steps(in: parameters.duration("depthRelaxation")))
    shape.leverage = parameters.number("leverage")
    let block = Double(context.resolution.nanoseconds) * Double(Self.feedbackSteps)
    shape.feedbackRate = 1 - MMSMath.pow(0.5, block / Double(SimDuration.minutes(5).nanoseconds))
    shape.feedbackSteps = shape.rampSteps + context.steps(in: .hours(1))
  }

  /// Draws when the crash comes, how deep it goes and how much comes back.
  public mutating func begin(_ path: PathContext) throws(MMSError) {
    transform.begin()
    netSold = 0
    var share = centre
    var (depth, back) = (
      0.5 * (drop.lowerBound + drop.upperBound), 0.5 * (recovery.lowerBound + recovery.upperBound)
    )
    if !path.isCentral {
      // Steps of the golden ratio fill the interval evenly however many paths there will be; the one
      // draw that shifts them all depends on the seed alone.
      let shift = RandomSource(seed: path.seed, path: 0, role: .scenario).uniform(step: 0, lane: 0)
      let place = shift + Double(path.unmirrored) * 0.6180339887498949
      let fraction = place - place.rounded(.down)
      share =
        at.lowerBound + (at.upperBound - at.lowerBound) * (path.isMirrored ? 1 - fraction : fraction)
      let random = path.random(.scenario)
      depth = drop.lowerBound + (drop.upperBound - drop.lowerBound) * random.uniform(step: 0, lane: 1)
      back =
        recovery.lowerBound + (recovery.upperBound - recovery.lowerBound) * random.uniform(step: 0, lane: 2)
    }
    crashStep = min(stepCount - 1, Int(share * Double(stepCount)))
    crash = CrashPath(shape: shape, gap: gap, drop: depth, recovery: back)
  }

  /// Leaves rows before the crash alone and rewrites the others.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    let first = block.firstStep + rows.lowerBound
    let crashRow = crashStep - block.firstStep
    if rows.upperBound <= crashRow {
      transform.pass(block, rows: rows)
      return
    }
    let stressed = max(rows.lowerBound, crashRow)..<rows.upperBound
    transform.pass(block, rows: rows.lowerBound..<stressed.lowerBound)
    drive.reserve(max(stressed.count, Self.feedbackSteps))
    if first > crashStep {
      netSold -= flow.netQuantity
      crash.feedBack(drift: transform.drift, pressure: ownPressure(block, row: rows.lowerBound))
    }
    crash.advance(&drive, count: stressed.count)
    transform.apply(drive, to: &block, rows: stressed)
    if rows.contains(crashRow) { block.event[crashRow] = MarketEvent.crash }
  }

  /// σ̄·√(sold ÷ V̄) ÷ L: the move that our net selling since the crash stands for.
  private func ownPressure(_ block: borrowing MarketBlock, row: Int) -> Double {
    let (volatility, volume) = (block.baseVolatility[row], block.baseVolume[row])
    guard netSold > 0, volume > 0, liquidity > 0 else { return 0 }
    return volatility * (netSold / volume).squareRoot() / liquidity
  }
}
