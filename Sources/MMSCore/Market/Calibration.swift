// SPDX-License-Identifier: Apache-2.0

/// What calibration says about one symbol in one scenario: a row of `calibration_params`.
public struct Calibration: Sendable, Hashable {
  /// Cost of a small marketable order, a fraction of the mid: no delay, no size impact, no fee.
  public var baseSlippage: Double
  /// Volatility relative to a reference market.
  public var volatilityFactor: Double
  /// Liquidity relative to a reference market.
  public var liquidityFactor: Double

  /// Makes a row.
  public init(baseSlippage: Double, volatilityFactor: Double, liquidityFactor: Double) {
    self.baseSlippage = baseSlippage
    self.volatilityFactor = volatilityFactor
    self.liquidityFactor = liquidityFactor
  }
}

/// How far a scenario stands from normal: the ratios one stress level drives.
///
/// Ratios, not factors, so that "normal" leaves history alone whatever its own row says.
public struct StressRatios: Sendable, Hashable {
  /// V: volatility of the scenario over volatility in normal.
  public var volatility: Double
  /// L: liquidity of the scenario over liquidity in normal.
  public var liquidity: Double
  /// Base cost in normal, a fraction.
  public var normalCost: Double
  /// Base cost in the scenario at full stress, a fraction.
  public var stressedCost: Double

  /// Relates a scenario's calibration to normal's.
  public init(scenario: Calibration, normal: Calibration) {
    volatility = scenario.volatilityFactor / normal.volatilityFactor
    liquidity = scenario.liquidityFactor / normal.liquidityFactor
    normalCost = normal.baseSlippage
    stressedCost = scenario.baseSlippage
  }

  /// L^w: liquidity at a stress level.
  public func liquidity(at stress: Double) -> Double {
    stress == 0 ? 1 : MMSMath.pow(liquidity, stress)
  }

  /// b_normal^(1−w) · b_scenario^w: cost of a small marketable order at a stress level, a fraction.
  public func baseCost(at stress: Double) -> Double {
    if stress == 0 || normalCost == stressedCost { return normalCost }
    if normalCost <= 0 || stressedCost <= 0 {
      // The geometric path has no meaning through zero: go straight.
      return normalCost + (stressedCost - normalCost) * stress
    }
    return normalCost * MMSMath.pow(stressedCost / normalCost, stress)
  }
}
