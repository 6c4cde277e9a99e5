// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What every number of a report means, and its unit.
enum Definitions {
  static let all: [(name: String, unit: String, text: String)] = [
    (
      "slippage", "fraction of the decision's mid",
      "Σ side · (fill − m₀) · q ÷ Σ m₀ q over all fills; m₀ is the mid at the decision, for a stop "
        + "its trigger. Positive is a cost."
    ),
    (
      "fill_probability", "0 to 1",
      "Expected share of the wanted quantity that fills: per parent 1 − Π(1 − φ), φ the expected "
        + "share of the remainder filled in a step given it is alive; weighted by quantity."
    ),
    (
      "price_impact", "fraction of the mid",
      "Temporary plus lasting displacement our orders caused at their last fill, weighted by "
        + "notional. A part of slippage, not beside it."
    ),
    (
      "total_return", "fraction",
      "Last equity over first, minus one; mean over paths."
    ),
    (
      "max_drawdown", "fraction, zero or below",
      "Lowest equity over its running maximum, minus one, per path; then the mean over paths."
    ),
    (
      "sharpe_ratio", "per square root of a year",
      "Mean over standard deviation (n − 1) of simple returns per step, times the root of the steps "
        + "in a year of 365 days. No risk-free rate is subtracted."
    ),
    (
      "standard error", "as its number",
      "Of the reported value. Over paths: standard deviation ÷ √n, and for pooled ratios √(n/(n−1) "
        + "· Σ(Nᵢ − R Dᵢ)²) ÷ ΣD. With few paths: clustered by parent, or a stationary bootstrap of "
        + "hourly summaries. With resampled paths it is conditional on this history."
    ),
    (
      "parent", "—",
      "One intention to trade; its reposts, conversions and partial fills are its children."
    ),
    (
      "half_spread", "quote currency",
      "Half of the quoted spread, paid by fills that take liquidity."
    ),
    (
      "calibrated_excess", "quote currency",
      "What a small market order costs beyond the quoted half spread, by calibration."
    ),
    (
      "delay", "quote currency",
      "Move of the mid, without our own displacement, from decision to fill."
    ),
    (
      "temporary_impact", "quote currency",
      "Impact paid at the moment of the fill."
    ),
    (
      "lasting_impact", "quote currency",
      "Our own earlier displacement still in the mid at the fill."
    ),
    (
      "stop_overshoot", "quote currency",
      "How far past its trigger a stop was filled."
    ),
    (
      "fees", "quote currency",
      "Fees less rebates."
    ),
    (
      "opportunity", "quote currency",
      "What the part that did not fill has missed."
    ),
    (
      "shortfall", "quote currency, or bp of the notional traded",
      "Implementation shortfall: the sum of the eight parts above."
    ),
    (
      "predicted, realised", "0 to 1",
      "Fill probability of a parent as the model saw it, and the share of its quantity that did "
        + "fill, by tenths of the former."
    ),
    (
      "time to fill", "steps",
      "From the decision's close to the first fill; 1 is the next bar."
    ),
    (
      "markout", "fraction of the mid",
      "Side · (mid k steps later ÷ mid at the fill − 1), weighted by notional; for a resting order "
        + "the mid at the fill is its limit price. Below zero the market moved against us: adverse "
        + "selection. Our own displacement is in it."
    ),
    (
      "order size", "share of a day's volume",
      "Mean notional of a parent ÷ what the first path's market trades in a day. Participation beside it: mean of "
        + "quantity ÷ volume of the bar over fills, which the venue's volume cap bounds."
    ),
    (
      "impact law", "—",
      "price impact = c · (order size)^δ, a least-squares line in logarithms through the sizes tried, with the standard "
        + "error of δ."
    ),
    (
      "capacity", "quote currency",
      "The equity at which the mean return has fallen to half of the smallest size's, and to zero; "
        + "interpolated in the logarithm."
    ),
    (
      "VaR", "fraction",
      "Value at risk: minus the 5 % (1 %) quantile of returns."
    ),
    (
      "CVaR", "fraction",
      "Mean loss of the worst 5 % (1 %) of returns."
    ),
    (
      "volatility_per_day", "fraction per √day",
      "Standard deviation of the log returns of the mid per step, scaled to a day."
    ),
    (
      "tail_index", "—",
      "Hill estimate over the largest 1 % of absolute returns; near 3 in real markets."
    ),
    (
      "return_memory", "—",
      "Autocorrelation of returns at one step; near 0 in real markets."
    ),
    (
      "volatility memory", "—",
      "Autocorrelation of absolute returns; decays slowly in real markets."
    ),
    (
      "stress", "0 to 1",
      "How far the scenario stands from the market as recorded; shaded in the charts."
    ),
    (
      "buy and hold", "fraction",
      "From the first open to the last mid, without costs."
    ),
  ]

  static var json: JSONValue {
    .array(
      all.map { ["name": .string($0.name), "unit": .string($0.unit), "definition": .string($0.text)] })
  }
}
