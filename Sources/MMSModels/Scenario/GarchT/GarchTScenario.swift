// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// GARCH(1,1) of log returns with Student t innovations.
///
/// The recursion runs over spans of a fixed length, whatever the step: shorter steps divide a span, longer ones
/// hold several. So the price at the ends of spans has the same law at every resolution.
public struct GarchTScenario: ScenarioModel, NativeModel {
  private enum Lane {
    static let normals = 0
    static let gammaNormals = 1
    static let gammaUniforms = 2
  }
  /// Draws are made for this many spans or steps at a time.
  private static let chunk = 256
  /// Spans before the first step in which the variance takes its stationary law, in decay times; and at most.
  private static let settling = 10.0
  private static let longestSettling = 10_000

  private let givenOmega: Double?
  private let givenAlpha: Double?
  private let givenBeta: Double?
  private let givenNu: Double?
  private let per: SimDuration
  private let maxKurtosis: Double
  private let drift: Double
  private var market: GeneratedMarket

  private var core = GarchCore()
  private var driftPerStep = 0.0
  private var settlingSpans = 0
  /// W of spans, and normal numbers, of a chunk.
  private var scales = [Double](repeating: 1, count: chunk)
  private var normals = [Double](repeating: 0, count: chunk)
  private var uniforms = [Double](repeating: 0, count: chunk)

  /// Makes the model from parameters that fit ``descriptor``.
  public init(_ parameters: ParameterValues) throws(MMSError) {
    givenOmega = parameters.numberOrAuto("omega")
    givenAlpha = parameters.numberOrAuto("alpha")
    givenBeta = parameters.numberOrAuto("beta")
    givenNu = parameters.text("innovations") == "normal" ? .infinity : parameters.numberOrAuto("nu")
    per = parameters.duration("per")
    maxKurtosis = parameters.number("maxKurtosis")
    drift = parameters.number("mu")
    market = GeneratedMarket(parameters)
    market.knowsBridges = true
    let (alpha, beta) = (givenAlpha ?? 0, givenBeta ?? 0)
    guard alpha + beta < 1 else {
      throw MMSError(
        .invalidValue,
        "\(Self.descriptor.id) has no stationary variance: alpha (\(alpha)) + beta (\(beta)) is \(alpha + beta), "
          + "not below 1", path: givenAlpha == nil ? "beta" : "alpha", hint: "choose alpha + beta < 1")
    }
  }

  /// Writes its own prices; reads the window for their level.
  public var requirements: ScenarioRequirements { GeneratedMarket.requirements }

  /// Fits what is `auto`.
  public mutating func prepare(
    history: borrowing MarketBlock, context: MarketContext
  ) throws(MMSError) {
    let recorded = try RecordedReturns(history, context: context)
    let (step, span) = (context.resolution.nanoseconds, per.nanoseconds)
    guard step % span == 0 || span % step == 0 else {
      throw MMSError(
        .invalidValue,
        "\(Self.descriptor.id): per (\(per)) neither divides a step (\(context.resolution)) nor is a multiple of one",
        path: "per", hint: "set per to \(context.resolution)")
    }
    core.parts = Int(max(1, span / step))
    core.spans = Int(max(1, step / span))
    let fit = try parameters(recorded, context)
    core.omega = fit.omega
    core.alpha = fit.alpha
    core.beta = fit.beta
    core.nu = fit.nu
    let decayTime = -1 / MMSMath.log(max(fit.alpha + fit.beta, 0.01))
    settlingSpans = min(Self.longestSettling, Int((Self.settling * decayTime).rounded(.up)))
    driftPerStep = drift / context.stepsPerDay
    try market.prepare(
      history: history, context: context,
      longRunVolatility: (core.variance * 86_400e9 / Double(span)).squareRoot())
  }

  /// Given values, and fitted ones for the rest; omega as a variance of log returns.
  private func parameters(
    _ recorded: RecordedReturns, _ context: MarketContext
  ) throws(MMSError) -> (omega: Double, alpha: Double, beta: Double, nu: Double) {
    if let givenOmega, let givenAlpha, let givenBeta, let givenNu {
      return (givenOmega, givenAlpha, givenBeta, givenNu)
    }
    let square = recorded.values.reduce(0) { $0 + $1 * $1 } / Double(recorded.values.count)
    guard square > 0 else {
      throw MMSError(
        .noData, "\(Self.descriptor.id) cannot be fitted: the recorded price never moves",
        hint: "choose another period, or give omega, alpha, beta and nu")
    }
    let spansPerStep = Double(context.resolution.nanoseconds) / Double(per.nanoseconds)
    let variance = square / spansPerStep
    if let givenAlpha, let givenBeta, let givenNu {
      return (variance * (1 - givenAlpha - givenBeta), givenAlpha, givenBeta, givenNu)
    }
    guard core.spans == 1 else {
      throw MMSError(
        .noData,
        "\(Self.descriptor.id) fits returns over per (\(per)); the recorded steps of \(context.resolution) are longer",
        path: "per", hint: "set per to \(context.resolution), or give alpha, beta and nu")
    }
    try recorded.require(
      GarchFit.fewest * core.parts, for: Self.descriptor.id,
      hint: "choose a longer period, or give alpha, beta and nu")
    var returns: [Double] = []
    returns.reserveCapacity(recorded.values.count / core.parts)
    let scale = 1 / variance.squareRoot()
    for span in 0..<recorded.values.count / core.parts {
      var sum = 0.0
      for part in 0..<core.parts { sum += recorded.values[span * core.parts + part] }
      returns.append(sum * scale)
    }
    // Innovations without a fourth moment have no kurtosis to limit.
    let isLimited = maxKurtosis > 0 && (givenNu ?? .infinity) > 4
    let given = GarchFit.Given(
      alpha: givenAlpha, beta: givenBeta, nu: givenNu, omega: givenOmega.map { $0 / variance },
      maxKurtosis: isLimited ? maxKurtosis : nil)
    guard let fit = GarchFit(returns: returns, given: given) else {
      throw MMSError(
        .invalidValue,
        isLimited
          ? "\(Self.descriptor.id): nothing near the given values has a kurtosis below maxKurtosis (\(maxKurtosis))"
          : "\(Self.descriptor.id): no fit has the given values; alpha + beta must be at most 0.9999 and nu above"
            + " 2.01 for the rest to be fitted",
        path: isLimited ? "maxKurtosis" : "alpha",
        hint: isLimited
          ? "raise maxKurtosis, or set it to 0 for no limit" : "give alpha, beta and nu, or other values")
    }
    return (givenOmega ?? variance * (1 - fit.alpha - fit.beta), fit.alpha, fit.beta, fit.nu)
  }

  /// Starts at the origin, with a variance that has settled into its stationary law.
  public mutating func begin(_ path: PathContext) throws(MMSError) {
    market.begin()
    core.start()
    let random = path.random(.scenario)
    var span = Int64(-settlingSpans)
    while span < 0 {
      let count = min(Self.chunk, Int(-span))
      drawScales(span, count, random)
      Self.normals(&normals, span, count, random)
      for index in 0..<count { core.pass(scale: scales[index], normal: normals[index]) }
      span += Int64(count)
    }
  }

  private static func normals(_ values: inout [Double], _ step: Int64, _ count: Int, _ random: RandomSource) {
    var all = values.mutableSpan
    var part = all._mutatingExtracting(0..<count)
    random.normals(step: step, lane: Lane.normals, into: &part)
  }

  /// W of consecutive spans.
  private mutating func drawScales(_ first: Int64, _ count: Int, _ random: RandomSource) {
    guard core.nu < .infinity else { return }
    Self.scales(&scales, &uniforms, GammaLaw(shape: 0.5 * core.nu), 0.5 * core.nu - 1, first, count, random)
  }

  /// A multiple over gamma numbers, the first try of each drawn together.
  private static func scales(
    _ values: inout [Double], _ uniforms: inout [Double], _ gamma: GammaLaw, _ numerator: Double,
    _ first: Int64, _ count: Int, _ random: RandomSource
  ) {
    var allValues = values.mutableSpan
    var part = allValues._mutatingExtracting(0..<count)
    random.normals(step: first, lane: Lane.gammaNormals, into: &part)
    var allUniforms = uniforms.mutableSpan
    var other = allUniforms._mutatingExtracting(0..<count)
    random.uniforms(step: first, lane: Lane.gammaUniforms, into: &other)
    for index in 0..<count {
      var value = gamma.value(normal: part[index], uniform: other[index])
      var attempt = 1
      while value == nil {
        let step = first + Int64(index)
        value = gamma.value(
          normal: random.normal(step: step, lane: Lane.gammaNormals, attempt: attempt),
          uniform: random.uniform(step: step, lane: Lane.gammaUniforms, attempt: attempt))
        attempt += 1
      }
      part[index] = numerator / (value ?? 1)
    }
  }

  /// Draws the rows' moves.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    market.reserve(rows.count)
    let (parts, spans) = (Int64(core.parts), Int64(core.spans))
    // The finer of steps and spans is counted; of parts and spans one is 1.
    var next = Int64(block.firstStep + rows.lowerBound) * spans
    let end = Int64(block.firstStep + rows.upperBound) * spans
    var row = 0
    while next < end {
      let count = min(Self.chunk, Int(end - next))
      Self.normals(&normals, next, count, random)
      // Only spans that begin here are drawn for.
      let firstSpan = (next + parts - 1) / parts
      let lastSpan = (next + Int64(count) - 1) / parts
      if lastSpan >= firstSpan { drawScales(firstSpan, Int(lastSpan - firstSpan) + 1, random) }
      var scale = 0
      for index in 0..<count {
        if core.isAtStart {
          core.open(scale: scales[scale])
          scale += 1
        }
        if core.step(normal: normals[index]) {
          market.moves[row] = core.move + driftPerStep
          market.deviations[row] = core.expected
          market.bridges[row] = core.realised
          core.closeRow()
          row += 1
        }
      }
      next += Int64(count)
    }
    market.write(&block, rows: rows, random: random)
  }
}
