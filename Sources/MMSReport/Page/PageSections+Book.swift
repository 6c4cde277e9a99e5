// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension PageSections {
  /// What metaorders did to the book they met; nil where orders meet quotes, or nothing is known.
  var bookImpact: String? {
    let impact = answer("details", "metaorder_impact")
    guard let sizes = impact["sizes"]?.arrayValue, !sizes.isEmpty else { return nil }
    var lead =
      "How far the book had moved in the direction of a metaorder (a parent order) when so much of it was filled, against the "
      + "book's own price; two standard errors. "
    if let exponent = impact["exponent"]?.doubleValue, let prefactor = impact["prefactor"]?.doubleValue {
      lead +=
        "Impact ≈ \(Wording.significant(1e4 * prefactor, 3)) bp × quantity to the power "
        + "<b>\(Wording.fixed(exponent, 3))</b> ± \(Wording.fixed(impact["standard_error"]?.doubleValue ?? 0, 3)): "
        + "\(Markup.escape(impact["law"]?.stringValue ?? ""))."
    } else {
      lead += "Fewer than three sizes moved it beyond two standard errors, so no law is fitted."
    }
    let rows = sizes.map { size in
      let number = { (key: String) in size[key]?.doubleValue ?? 0 }
      return [
        Wording.significant(number("quantity"), 4), Wording.fixed(number("metaorders"), 0),
        Wording.fixed(1e4 * number("mean"), 4) + " bp",
        number("metaorders") > 1 ? Wording.fixed(1e4 * number("standard_error"), 4) + " bp" : "unknown",
      ]
    }
    let isDrawn = sizes.contains {
      ($0["mean"]?.doubleValue ?? 0) > 0 && ($0["quantity"]?.doubleValue ?? 0) > 0
    }
    return Markup.section(
      "impact", "Impact and capacity", lead: lead,
      (isDrawn ? Markup.chart("c-metaorders", "Move of the book against quantity filled, bp") : "")
        + Markup.table(
          ["Quantity", "Metaorders", "Moved", "Standard error"], rows, numbers: [0, 1, 2, 3], isLong: true))
  }
}
