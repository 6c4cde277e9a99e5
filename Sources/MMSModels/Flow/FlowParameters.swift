// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Parameters that flow models have in common.
enum FlowParameters {
  /// Lots of every order.
  static let lots = ParameterSchema(
    "lots", .integer, minimum: 1, maximum: 1e9, default: .integer(1), "Lots of every order.")

  /// A rate above 0, a second.
  static func rate(_ name: String, _ value: Double, _ summary: String) -> ParameterSchema {
    ParameterSchema(
      name, minimum: 0, maximum: 1e6, minimumIsExclusive: true, default: .number(value), summary)
  }
}
