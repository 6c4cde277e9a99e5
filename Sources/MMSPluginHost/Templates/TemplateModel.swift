// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The model that the template of a kind holds: the same in every language.
struct TemplateModel {
  let kind: ModelKind
  let bare: Bool

  /// One sentence.
  var summary: String {
    switch kind {
    case .scenario: "A spread that is wider than recorded by a factor."
    case .fill: "Fills resting orders with a share of the volume at their price."
    case .impact: "The square-root law: what an order pays grows with the root of its size."
    case .source: "A slow wave of prices, minute by minute, for one symbol."
    default: "Buys after a fall between two closes and sells after a rise."
    }
  }

  /// The law in plain text.
  var equations: String {
    switch kind {
    case .scenario where bare: "s = k s_rec: the half spread of a row, at most 0.5."
    case .scenario:
      "s = k s_rec exp(e Z): the half spread of a row, at most 0.5; Z standard normal, one for each step."
    case .fill where bare:
      "f = a V / Q, at most 1: the probability that a resting order fills in a row of volume V."
    case .fill:
      "q = min(Q, A, max(0, a V - U)) once the price has gone through the limit: V volume of the row, U what we used of it."
    case .impact:
      "I = Y s sqrt(|Q| / V) / L: a fraction of the mid; s volatility per root day, V volume per day."
    case .source: "p(t) = p0 (1 + 0.05 sin(2 pi t / 1 day)), closes of minutes."
    default: "Buy when m(t) <= (1 - d) m(t - 1) and flat; sell when m(t) >= (1 + d) m(t - 1) and long."
    }
  }

  /// The parameters as lines of the manifest, without indentation.
  var parameters: [String] {
    switch kind {
    case .scenario:
      [
        "- {name: factor, type: number, default: 2, minimum: 1, maximum: 100, summary: k}",
        "- {name: noise, type: number, default: 0.1, minimum: 0, maximum: 1, summary: e}",
      ]
    case .fill:
      [
        "- {name: share, type: number, unit: fraction, default: 0.1, minimum: 0, maximum: 1, minimum_exclusive: true, summary: a}"
      ]
    case .impact:
      [
        "- {name: Y, type: number, default: 0.7, minimum: 0, maximum: 10, minimum_exclusive: true, summary: of order 1}"
      ]
    case .source:
      [
        "- {name: price, type: number, unit: price, default: 100, minimum: 0, minimum_exclusive: true, summary: p0}"
      ]
    default:
      [
        "- {name: size, type: number, unit: base_units, default: 0.1, minimum: 0, minimum_exclusive: true, summary: bought at once}",
        "- {name: dip, type: number, unit: fraction, default: 0.002, minimum: 0, maximum: 1, minimum_exclusive: true, summary: d}",
      ]
    }
  }

  /// A row of tests that holds.
  var test: String {
    switch kind {
    case .scenario:
      "- {params: {factor: 3, noise: 0}, inputs: {market.half_spread: 0.001}, expect: {market.half_spread: 0.003}, rtol: 1e-12}"
    case .fill:
      "- {params: {share: 0.5}, inputs: {order.side: 0, order.limit_price: 99, order.remaining: 10, "
        + "market.low: 98, market.volume: 8}, expect: {fill.quantity: 4, fill.probability: 0.4}, rtol: 1e-12}"
    case .impact:
      "- {params: {Y: 1}, inputs: {order.quantity: 10000, market.volatility: 0.02, market.adv: 1000000}, "
        + "expect: {impact.temporary: 0.002, impact.lasting: 0}, rtol: 1e-12}"
    case .source: "- {params: {price: 50}, expect: {source.close: 50}, rtol: 0.05}"
    default: "- {params: {size: 2}, inputs: {market.mid: 100}, expect: {strategy.actions: 0}}"
    }
  }
}
