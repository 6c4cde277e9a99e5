// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension TemplateParts {
  /// The manifest beside the library.
  var manifest: String {
    let model = TemplateModel(kind: kind, bare: bare)
    var lines = [
      "apiVersion: mms/v1", "kind: Plugin", "metadata:", "  name: \(name)", "  version: 1.0.0",
      "  summary: \"\(model.summary)\"", "  source: The example that MMS writes; no measurement.", "spec:",
      "  library: \(library)", "  models:", "    - id: \(id)", "      kind: \(kind)",
      "      summary: \"\(model.summary)\"", "      equations: |", "        \(model.equations)",
    ]
    if bare {
      lines += binding.map { "      \($0)" }
    } else {
      lines.append("      parameters:")
      lines += model.parameters.map { "        \($0)" }
      lines += ["      tests:", "        \(model.test)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What stands in the manifest of a bare function instead of parameters.
  private var binding: [String] {
    switch kind {
    case .scenario:
      [
        "function: \"void spread(int64_t rows, double factor, double *half_spread)\"",
        "bind: {rows: block.rows, factor: 2, half_spread: market.half_spread}",
        "tests:",
        "  - {bind: {rows: 2, factor: 3, half_spread: [0.001, 0.4]}, expect: {half_spread: [0.003, 0.5]}, rtol: 1e-12}",
      ]
    case .fill:
      [
        "function: \"double fill(double volume, double remaining, double share)\"",
        "bind: {volume: market.volume, remaining: order.remaining, share: 0.1}",
        "result: {unit: probability, range: [0, 1]}",
        "tests:",
        "  - {bind: {volume: 20, remaining: 10, share: 0.1}, expect: 0.2, rtol: 1e-12}",
      ]
    default:
      [
        "function: \"double impact(double quantity, double volatility, double adv)\"",
        "bind: {quantity: order.quantity, volatility: market.volatility, adv: market.adv}",
        "result: {unit: fraction, range: [0, 0.5]}",
        "tests:",
        "  - {bind: {quantity: 10000, volatility: 0.02, adv: 1000000}, expect: 0.0014, rtol: 1e-9}",
      ]
    }
  }
}
