// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension ScenarioSchema {
  /// `spec.execution.perpetual`; what a base says may be left out.
  static var perpetual: JSONValue {
    let rate = { (description: String) in
      fraction(
        description,
        [
          "minimum": .number(ScenarioReader.fundingRange.lowerBound),
          "maximum": .number(ScenarioReader.fundingRange.upperBound),
        ])
    }
    let funding = object([
      ("rate", rate("Of the position's value per payment; longs pay shorts when above 0.")),
      ("stress_rate", rate("The same at full stress; without it the rate.")),
      ("interval", duration("Payments fall on its multiples since the Unix epoch.", default: "8h")),
    ])
    var rules = object([
      (
        "maintenance_margin",
        fraction(
          "Share of the position's value that equity has to exceed.",
          ["exclusiveMinimum": 0, "maximum": .number(ScenarioReader.marginRange.upperBound)])
      ),
      (
        "liquidation_fee",
        fraction("Of the notional that the venue closes.", ["minimum": 0, "maximum": 0.5, "default": 0])
      ),
      (
        "leverage_cap",
        [
          "type": "number", "exclusiveMinimum": 0,
          "maximum": .number(ScenarioReader.leverageRange.upperBound),
          "description": "The largest position an order may ask for, as a multiple of equity.",
        ]
      ),
      ("funding", .object(funding)),
    ])
    rules["description"] = "Margin and funding of a perpetual contract; without it the account is spot."
    return .object(rules)
  }

  /// `spec.execution.outage`.
  static var outage: JSONValue {
    var outage = object([
      ("at", anchor), ("for", duration("How long the venue is out of reach.")),
      (
        "mode",
        [
          "enum": words(Outage.Mode.self), "default": "refuse",
          "description": "Whether what is sent meanwhile is refused or arrives when it ends.",
        ]
      ),
      ("cancels", ["type": "boolean", "default": true, "description": "Whether cancels fail as orders do."]),
    ])
    outage["description"] = "A span in which nothing we send reaches the venue."
    return .object(outage)
  }

  /// `spec.execution.price_band`.
  static var priceBand: JSONValue {
    var band = object([
      (
        "width",
        fraction(
          "Half the band, of the reference.",
          ["exclusiveMinimum": 0, "maximum": .number(ScenarioReader.bandLimit)])
      ),
      (
        "around",
        [
          "enum": words(PriceBand.Reference.self), "default": "start",
          "description": "The first open of the path, or the fair price at every row's open.",
        ]
      ),
    ])
    band["description"] = "The prices at which a book trades; with market: book only."
    return .object(band)
  }

  /// When an event or an outage begins.
  static var anchor: JSONValue {
    [
      "type": "string",
      "description": "'crash', 'crash +10 min', a share of the period '50 %', or a time in ISO 8601.",
    ]
  }
}
