// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import MMSCore
import MMSReport
import MMSRuntime

extension Route {
  /// Studies of more than one simulation.
  static let studies: [Route] = [
    Route(
      method: .post, template: "/compare", name: "compare", tag: "Studies",
      summary: "Compare two scenarios, models or strategies on the same draws.",
      details:
        "Both sides share everything but what they say themselves, path by path, so that only differences count. "
        + "The primary metric decides at 5 %; `equal` means that no pair differs, and what may be chance is "
        + "`cannot tell`. Closing the connection gives the comparison up.",
      fields: ComparisonBody.fields,
      answers: [
        Answer(
          status: 200, summary: "How they differ.",
          content: [("application/json", AnswerSchemas.comparison)])
      ],
      problems: [400, 413, 415, 422, 429, 499, 503], handler: compare)
  ]

  private static func compare(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let body = try await RequestBodyText.object(of: request.request, limit: door.configuration.bodyLimit)
    let host = door.host
    let wanted = try ComparisonBody.request(body, runtime: host.runtime)
    let summary = try await request.context.whileClientWaits { try await host.compare(wanted) }
    return Reply(summary.json())
  }
}

extension AnswerSchemas {
  /// What POST /compare answers.
  static let comparison: JSONValue = {
    let interval: JSONValue = [
      "anyOf": [["type": "array", "items": number, "minItems": 2, "maxItems": 2], ["type": "null"]]
    ]
    let verdict: JSONValue = ["enum": ["A", "B", "cannot tell", "equal"]]
    let row = object([
      ("metric", text), ("a", described(number, "The first side's value.")),
      ("b", described(number, "The second side's value.")),
      ("difference", described(number, "The first less the second.")),
      ("standard_error", described(numberOrNull, "Of the difference.")),
      ("interval", described(interval, "95 % interval of the difference, not corrected for other metrics.")),
      ("p_value", described(numberOrNull, "Two-sided; null when nothing differs or nothing can be tested.")),
      (
        "adjusted_p_value",
        described(numberOrNull, "After Holm's correction; the primary metric stands alone.")
      ),
      ("ties", described(share, "The share of pairs without a difference.")),
      ("share_a_better", share), ("share_b_better", share),
      ("effect_size", described(numberOrNull, "Mean over standard deviation of the paired differences.")),
      (
        "variance_saved",
        described(numberOrNull, "The share of the difference's variance that pairing has saved.")
      ),
      (
        "paths_for_80_power",
        described(
          ["type": ["integer", "null"]], "Paths that show a difference of this size 80 % of the time.")
      ),
      ("verdict", verdict),
    ])
    return object([
      ("a", described(text, "The first side, as it was run.")), ("b", text),
      ("paths", described(count, "Pairs of paths.")), ("metrics", list(row)), ("primary", text),
      ("verdict", described(verdict, "What the primary metric says.")),
      ("method", described(text, "What was resampled: paths, time, or none.")), ("seed", seed),
      ("provenance", described(anyObject, "Of each side, enough to make it again.")),
      ("warnings", described(list(text), "What a reader should know.")),
      ("result_digest", text), ("execution_time", number),
    ])
  }()
}

#endif
