// SPDX-License-Identifier: Apache-2.0

/// The market an impact law is evaluated in: baselines before any stress.
public struct ImpactConditions: Sendable, Hashable {
  /// σ̄: one-day volatility, a fraction per √day.
  public var volatility: Double
  /// V̄: one-day volume, base units per day.
  public var volume: Double
  /// L^w: liquidity at the stress level of the row; an impact law is divided by it.
  public var liquidity: Double
  /// The mid at execution, in quote currency.
  public var price: Double
  /// The length of a step.
  public var resolution: SimDuration

  /// States the conditions.
  public init(
    volatility: Double, volume: Double, liquidity: Double, price: Double, resolution: SimDuration
  ) {
    self.volatility = volatility
    self.volume = volume
    self.liquidity = liquidity
    self.price = price
    self.resolution = resolution
  }
}

/// What executing an order does to the price, as fractions of the mid, signed like the order.
///
/// A buy's fractions are positive, a sell's negative: `side.sign * temporary` is a cost to the order. With m the
/// mid without any trading of ours the order pays m · (1 + D) · (1 + temporary), and later mids are
/// m · (1 + D + lasting): a law stated in fractions of m divides what an order pays by 1 + D.
public struct ImpactQuote: Sendable, Hashable {
  /// Paid by this order on average, a fraction of the mid as displaced before it; 0 for quantity 0.
  public var temporary: Double
  /// The change of the lasting displacement, a fraction of the mid without us: what later mids carry.
  public var lasting: Double

  /// States a quote.
  public init(temporary: Double, lasting: Double) {
    self.temporary = temporary
    self.lasting = lasting
  }

  /// No impact.
  public static let zero = ImpactQuote(temporary: 0, lasting: 0)
}

/// How far our own trading moves the price: at once, afterwards, and how it fades.
///
/// The displacement D multiplies the path's later open, high, low and mid by 1 + D. Order of calls for one
/// path, on a copy: ``begin(_:)``, then any mix of ``quote(_:in:)`` (pure), ``apply(_:in:)`` after an
/// execution, and ``decay(resolution:into:)`` (pure) and ``decay(steps:resolution:)`` once for every step that
/// passes while ``isIdle`` is false. A model may let what was applied act over the rest of the step: then
/// ``displacement`` moves with the next ``decay(steps:resolution:)`` and ``isIdle`` is false until it has; the row
/// after an execution shows the first element of the preview. Laws must be odd in quantity, zero at zero and non-decreasing, and no
/// round trip may earn. Calls may not allocate or throw.
public protocol ImpactModel: Model {
  /// The lasting displacement now, a signed fraction of the mid.
  var displacement: Double { get }

  /// Whether displacement is zero and stays so until the next execution.
  var isIdle: Bool { get }

  /// Whether the model never displaces anything, so that the engine may skip it.
  var isNone: Bool { get }

  /// What a reader of the result should know, and how many executions of this path it concerns.
  ///
  /// Each completes "so many executions were …"; read once, when the path has ended.
  var remarks: [String: Int] { get }

  /// Forgets every trace of an earlier path.
  mutating func begin(_ path: PathContext)

  /// What executing a signed quantity in base units would do now.
  func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote

  /// Executes a signed quantity: the same answer as ``quote(_:in:)``, and the displacement moves.
  @discardableResult
  mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote

  /// The displacement after 1, 2, 3 … further steps, without moving on.
  func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>)

  /// Lets a number of steps pass: the state after the k-th equals element k − 1 of the preview, to the bit.
  mutating func decay(steps: Int, resolution: SimDuration)
}

extension ImpactModel {
  /// Most models displace something.
  public var isNone: Bool { false }
  /// Nothing to say.
  public var remarks: [String: Int] { [:] }
}
