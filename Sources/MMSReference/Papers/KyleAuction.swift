// SPDX-License-Identifier: Apache-2.0

/// One auction of Kyle 1985: an informed trader, noise, and a market maker who sees their sum only.
///
/// The value v has variance Σ₀ around a known price p₀ = 0, the noise u has standard deviation σ_u. The trader asks
/// for x = β(v − p₀); the market maker sets p = p₀ + λ(x + u).
struct KyleAuction {
  let valueVariance: Double
  let noiseDeviation: Double
  /// β: how much the trader asks for per unit of the value's distance from p₀.
  var intensity: Double
  /// λ: how far the price moves per unit of the order flow.
  var priceSlope: Double

  /// The market maker's answer to a trader: the regression of the value on the flow.
  static func priceSlope(against intensity: Double, _ valueVariance: Double, _ noiseDeviation: Double)
    -> Double
  {
    let covariance = intensity * valueVariance
    return covariance / (intensity * covariance + noiseDeviation * noiseDeviation)
  }

  /// The trader's answer to a market maker: maximizes (v − p₀ − λx) x.
  static func intensity(against priceSlope: Double) -> Double { 1 / (2 * priceSlope) }

  /// The equilibrium, found by letting each answer the other until neither moves.
  init(valueVariance: Double, noiseDeviation: Double) {
    self.valueVariance = valueVariance
    self.noiseDeviation = noiseDeviation
    var (beta, lambda) = (1.0, 0.0)
    // The two answers together are Newton's iteration for a square root: half of it per turn, then quadratic.
    for _ in 0..<256 {
      lambda = Self.priceSlope(against: beta, valueVariance, noiseDeviation)
      let next = Self.intensity(against: lambda)
      let isSettled = (next - beta).magnitude <= 1e-15 * next
      beta = next
      if isSettled { break }
    }
    intensity = beta
    priceSlope = lambda
  }

  /// What the market maker still does not know after the auction: Var(v | x + u).
  var posteriorVariance: Double { valueVariance * (1 - priceSlope * intensity) }

  /// Clears one auction.
  func clear(value: Double, noise: Double) -> (flow: Double, price: Double, profit: Double) {
    let demand = intensity * value
    let flow = demand + noise
    let price = priceSlope * flow
    return (flow, price, (value - price) * demand)
  }
}
