// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

extension ScenarioReader {
  /// The largest maintenance margin: at one half a position may be no larger than twice the equity.
  static let marginRange = 0...0.5
  /// The most a position may be of the equity.
  static let leverageRange = 0...1000.0
  /// A band reaches no price of 0.
  static let bandLimit = 0.99
  /// One payment; venues cap theirs at a few per cent.
  static let fundingRange = -0.1...0.1

  static func perpetual(_ map: YAMLMap) -> PerpetualRules {
    var rules = PerpetualRules(
      maintenanceMargin: map.require("maintenance_margin", .fraction(in: marginRange)),
      liquidationFee: map.optional("liquidation_fee", .fraction(in: 0...0.5), default: 0),
      leverageCap: map.require("leverage_cap", .number(in: leverageRange)))
    if rules.maintenanceMargin == 0, map.has("maintenance_margin") {
      map.fault("a maintenance margin of 0 asks for none; write one such as 0.5 %", at: "maintenance_margin")
    }
    if rules.leverageCap == 0, map.has("leverage_cap") {
      map.fault("a leverage_cap of 0 lets nothing be held; write one such as 10", at: "leverage_cap")
    }
    if rules.leverageCap * rules.maintenanceMargin >= 1, map.has("leverage_cap") {
      map.fault(
        "a position of \(rules.leverageCap) times the equity would be liquidated at once at a maintenance margin of"
          + " \(rules.maintenanceMargin); lower one of them", at: "leverage_cap")
    }
    if let funding = map.optionalSection("funding") {
      let rate = funding.require("rate", .fraction(in: fundingRange))
      rules.funding = FundingRule(
        rate: rate, stressRate: funding.optional("stress_rate", .fraction(in: fundingRange)),
        interval: funding.optional("interval", .duration(in: .minutes(1) ... .days(7)), default: .hours(8)))
    }
    return rules
  }

  static func priceBand(_ map: YAMLMap) -> PriceBand {
    let band = PriceBand(
      width: map.require("width", .fraction(in: 0...bandLimit)),
      around: map.optional("around", .choice(.start, .fair), default: .start))
    if band.width == 0, map.has("width") {
      map.fault("a band of width 0 lets nothing trade; write one such as 5 %", at: "width")
    }
    return band
  }

  static func outage(_ map: YAMLMap) -> Outage {
    Outage(
      anchor: map.require("at", .anchor), duration: map.require("for", .span),
      mode: map.optional("mode", .choice(.refuse, .delay), default: .refuse),
      coversCancels: map.optional("cancels", .bool, default: true))
  }
}
