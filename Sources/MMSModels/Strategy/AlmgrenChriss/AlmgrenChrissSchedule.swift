// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The trajectory of Almgren & Chriss 2000 between trading fast at a cost and trading slowly at a risk.
///
/// x_j = X·sinh(κ(T − t_j)) ÷ sinh(κT), written without growing exponentials: neither κ → 0 nor a large κT
/// loses digits. The fixed cost ε is the same for every schedule and does not enter.
public struct AlmgrenChrissSchedule: Sendable, Hashable {
  /// X: base units to execute.
  public let quantity: Double
  /// N: how many trades.
  public let periods: Int
  /// κ: how fast the trajectory falls, per day; 0 is the uniform schedule.
  public let kappa: Double
  /// κτ: the same per period.
  private let perPeriod: Double

  /// Works out the trajectory.
  ///
  /// - Parameters:
  ///   - quantity: Base units to execute, positive.
  ///   - horizon: T, in days.
  ///   - periods: N, at least one.
  ///   - riskAversion: λ, per quote currency.
  ///   - volatility: σ of the price, in quote currency per √day.
  ///   - permanent: γ, quote currency per base unit traded.
  ///   - temporary: η, quote currency per base unit a day.
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` when η̃ = η − γτ ÷ 2 is not positive, or a number makes no sense.
  public init(
    quantity: Double, horizon: Double, periods: Int, riskAversion: Double, volatility: Double,
    permanent: Double, temporary: Double
  ) throws(MMSError) {
    guard quantity > 0, quantity.isFinite, horizon > 0, horizon.isFinite, periods >= 1 else {
      throw MMSError(
        .invalidValue,
        "\(quantity) base units in \(periods) periods over \(horizon) days cannot be scheduled",
        hint: "quantity, horizon and periods must be positive")
    }
    guard riskAversion >= 0, volatility >= 0, (riskAversion * volatility).isFinite else {
      throw MMSError(
        .invalidValue, "lambda (\(riskAversion)) and sigma (\(volatility)) must be finite and at least 0")
    }
    let tau = horizon / Double(periods)
    let net = temporary - 0.5 * permanent * tau
    guard net > 0, net.isFinite else {
      throw MMSError(
        .invalidValue,
        "eta − gamma · tau ÷ 2 = \(net) is not positive (eta \(temporary), gamma \(permanent), tau \(tau) days):"
          + " a fast round trip would earn, and no schedule is best",
        path: "eta", hint: "raise eta above \(0.5 * permanent * tau), lower gamma, or use more periods")
    }
    self.quantity = quantity
    self.periods = periods
    // κτ = arcosh(1 + a) with a = κ̃²τ² ÷ 2: in this form exact for small a.
    let a = 0.5 * riskAversion * volatility * volatility * tau * (tau / net)
    perPeriod = MMSMath.log1p(a + a.squareRoot() * (a + 2).squareRoot())
    kappa = perPeriod / tau
  }

  /// x_j: base units left after j trades.
  public func holding(after trades: Int) -> Double {
    if trades <= 0 { return quantity }
    if trades >= periods { return 0 }
    let left = Double(periods - trades)
    guard perPeriod > 0 else { return quantity * (left / Double(periods)) }
    // sinh(a) ÷ sinh(b) = e^(a − b)·(1 − e^(−2a)) ÷ (1 − e^(−2b))
    let fall = MMSMath.exp(-perPeriod * Double(trades))
    return quantity * fall
      * (MMSMath.expm1(-2 * perPeriod * left) / MMSMath.expm1(-2 * perPeriod * Double(periods)))
  }

  /// x_0 … x_N: base units left, from the whole to nothing.
  public var holdings: [Double] { (0...periods).map { holding(after: $0) } }

  /// n_1 … n_N: base units of each trade.
  public var trades: [Double] { (1...periods).map { holding(after: $0 - 1) - holding(after: $0) } }
}
