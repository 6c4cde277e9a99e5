// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Everything one path has to say; a pure function of plan, seed and path number.
public struct PathResult: Sendable, Hashable {
  /// The path's number.
  public internal(set) var path: Int
  /// Whether it is the mirror image of the path before it: the two are one observation.
  public internal(set) var isMirrored = false
  /// Last equity over first − 1.
  public internal(set) var totalReturn = 0.0
  /// Deepest fall of equity from its running maximum, ≤ 0.
  public internal(set) var maxDrawdown = 0.0
  /// Annualised Sharpe ratio of per-step simple returns.
  public internal(set) var sharpe = 0.0
  /// Annualised Sharpe ratio of daily simple returns.
  public internal(set) var sharpeDaily = 0.0
  /// Equity at the end, quote currency.
  public internal(set) var finalEquity = 0.0
  /// The whole period's returns.
  public internal(set) var returns = ReturnSummary()
  /// Hourly summaries (longer for long periods), for the bootstrap; kept on request.
  public internal(set) var stretches: [ReturnSummary] = []
  /// Steps a year of this data has: 365 days of them.
  public internal(set) var periodsPerYear = 0.0
  /// Steps in one stretch.
  public internal(set) var stepsPerStretch = 0
  /// Σ side · (fill − m₀) · q over Σ m₀ q, clustered by parent.
  public internal(set) var slippage = RatioSums()
  /// Shortfall over Σ m₀ Q, clustered by parent.
  public internal(set) var shortfall = RatioSums()
  /// Σ F · Q over Σ Q, clustered by parent.
  public internal(set) var fillProbability = RatioSums()
  /// The same over parents that rested in the book.
  public internal(set) var passiveFillProbability = RatioSums()
  /// Realised share: Σ filled over Σ Q.
  public internal(set) var realisedFill = RatioSums()
  /// Σ notional · (temporary + lasting) over Σ notional.
  public internal(set) var priceImpact = RatioSums()
  /// The part of it left after 30 minutes.
  public internal(set) var priceImpactAfter30Minutes = RatioSums()
  /// What trading cost, quote currency.
  public internal(set) var costs = CostSplit()
  /// Closed round trips.
  public internal(set) var trades: [Trade] = []
  /// Every fill, when asked for.
  public internal(set) var fills: [FillRecord] = []
  /// Every parent, when fills are asked for.
  public internal(set) var parents: [ParentOutcome] = []
  /// Every marked equity, when asked for: tests of conservation.
  public internal(set) var series: PathSeries?
  /// How many orders were sent.
  public internal(set) var orders = 0
  /// How many fills happened.
  public internal(set) var fillCount = 0
  /// Notional traded, quote currency.
  public internal(set) var turnover = 0.0
  /// Steps with a position over all steps.
  public internal(set) var exposure = 0.0
  /// Holding from the first open to the last mid, without costs.
  public internal(set) var buyAndHold = 0.0
  /// Lowest mid of the path against its highest before, ≤ 0.
  public internal(set) var midDrawdown = 0.0
  /// Base units still held at the end.
  public internal(set) var finalPosition = 0.0
  /// Whether equity reached zero.
  public internal(set) var isLiquidated = false
  /// Steps in which both a stop and a limit of ours could have filled.
  public internal(set) var ambiguousSteps = 0
  /// Orders refused, and why, in the order first seen.
  public internal(set) var refusals: [String: Int] = [:]
  /// What margin and funding did; nil on a spot venue.
  public internal(set) var perpetual: PerpetualOutcome?
  /// What the outage did; nil without one.
  public internal(set) var outage: OutageOutcome?
  /// Every change of cash that is no part of a fill, when fills are asked for.
  public internal(set) var charges: [ChargeRecord] = []
  /// What the impact model has to say about executions, and how many it concerns.
  public internal(set) var remarks: [String: Int] = [:]
  /// How our parents moved a book that reacts; nil elsewhere.
  public internal(set) var impactCurve: ImpactCurve?
  /// Why nothing was traded, when nothing was.
  public internal(set) var idleReason: String?
  /// Reserved for importance sampling: log of the path's weight; 0 for plain Monte Carlo.
  public internal(set) var logWeight = 0.0

  /// Funding paid less received, quote currency: a cost of its own, no part of ``costs``.
  public var funding: Double { perpetual?.funding ?? 0 }

  init(path: Int) { self.path = path }
}
