// SPDX-License-Identifier: Apache-2.0

/// What trading cost, by cause, in quote currency; positive is a cost to us.
///
/// The parts of a parent sum to its shortfall: side · (fill − m₀) · q over its fills, plus fees, plus what
/// the part that did not fill has missed.
public struct CostSplit: Sendable, Hashable {
  /// Half of the quoted spread.
  public var halfSpread = 0.0
  /// What a small order costs beyond the quoted half spread, by calibration.
  public var calibratedExcess = 0.0
  /// The undisplaced mid's move from decision to fill.
  public var delay = 0.0
  /// Impact paid at the moment of the fill.
  public var temporaryImpact = 0.0
  /// Our own earlier displacement found in the mid at the fill.
  public var lastingImpact = 0.0
  /// How far past its trigger a stop was filled.
  public var stopOvershoot = 0.0
  /// Fees less rebates.
  public var fees = 0.0
  /// What the unfilled part missed.
  public var opportunity = 0.0

  /// No cost.
  public init() {}

  /// The parts by name, in the order of the report.
  public var parts: [(name: String, value: Double)] {
    [
      ("half_spread", halfSpread), ("calibrated_excess", calibratedExcess), ("delay", delay),
      ("temporary_impact", temporaryImpact), ("lasting_impact", lastingImpact),
      ("stop_overshoot", stopOvershoot), ("fees", fees), ("opportunity", opportunity),
    ]
  }

  /// The sum of the parts: the implementation shortfall.
  public var total: Double {
    halfSpread + calibratedExcess + delay + temporaryImpact + lastingImpact + stopOvershoot + fees
      + opportunity
  }

  /// Adds another's parts.
  public static func += (a: inout CostSplit, b: CostSplit) {
    a.halfSpread += b.halfSpread
    a.calibratedExcess += b.calibratedExcess
    a.delay += b.delay
    a.temporaryImpact += b.temporaryImpact
    a.lastingImpact += b.lastingImpact
    a.stopOvershoot += b.stopOvershoot
    a.fees += b.fees
    a.opportunity += b.opportunity
  }
}
