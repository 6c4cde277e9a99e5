// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Glosten & Milgrom 1985: quotes of a market maker who learns from trades.
public enum GlostenMilgromExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "glosten-milgrom"
  /// What is run.
  public static let summary =
    "Quotes of a market maker some of whose traders know the value, before and after one of them has bought."
  /// Where it was published.
  public static let source =
    "Glosten & Milgrom 1985, Bid, ask and transaction prices in a specialist market, J. Financial Economics 14:71-100"
  /// Informed share, prior, the two values.
  public static let parameters = [
    ParameterSchema(
      "mu", unit: .fraction, minimum: 0, maximum: 1, default: .number(0.3),
      "Share of traders who know the value; the others buy or sell with probability ½."),
    ParameterSchema(
      "prior", unit: .fraction, minimum: 0, maximum: 1, default: .number(0.5),
      "Probability that the value is the high one."),
    ParameterSchema(
      "low", unit: .price, minimum: -1e12, maximum: 1e12, default: .number(0), "The low value."),
    ParameterSchema(
      "high", unit: .price, minimum: -1e12, maximum: 1e12, default: .number(1), "The high value."),
  ]

  /// Follows every course of two trades; Bayes' rule beside it.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (low, high) = (parameters.number("low"), parameters.number("high"))
    let (mu, prior) = (parameters.number("mu"), parameters.number("prior"))
    guard low < high else {
      throw MMSError(
        .invalidValue, "low (\(low)) is not below high (\(high))", path: "param.low",
        hint: "give two different values, the smaller as low")
    }
    let market = SequentialTrades(low: low, high: high, prior: prior, informed: mu)
    let bought = market.after(.buy)
    guard let ask = market.quote(.buy), let bid = market.quote(.sell), let higherAsk = bought.quote(.buy),
      let higherBid = bought.quote(.sell)
    else {
      throw MMSError(
        .invalidValue,
        "with mu \(mu) and prior \(prior) some trade can never happen, and what never happens has no quote",
        path: "param.mu", hint: "give mu below 1, so that some traders do not know the value")
    }
    /// Bayes' rule after buys and sells, by the odds of the high value.
    func value(buys: Int, sells: Int) -> Double {
      var (up, down) = (prior, 1 - prior)
      for _ in 0..<buys { (up, down) = (up * (1 + mu), down * (1 - mu)) }
      for _ in 0..<sells { (up, down) = (up * (1 - mu), down * (1 + mu)) }
      return low + (high - low) * up / (up + down)
    }
    let tolerance = 1e-6 * (high - low) + 4 * max(low.magnitude, high.magnitude).ulp
    return [
      ExperimentResult("ask", ask, expected: value(buys: 1, sells: 0), tolerance: tolerance),
      ExperimentResult("bid", bid, expected: value(buys: 0, sells: 1), tolerance: tolerance),
      ExperimentResult("ask_after_buy", higherAsk, expected: value(buys: 2, sells: 0), tolerance: tolerance),
      ExperimentResult("bid_after_buy", higherBid, expected: value(buys: 1, sells: 1), tolerance: tolerance),
    ]
  }
}
