// SPDX-License-Identifier: Apache-2.0
#if Service

import HTTPTypes
import MMSCore
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
        + "`cannot tell`. It is kept under `comparison_id`, and `report_url` is a page of it. Closing the connection "
        + "gives the comparison up.",
      fields: ComparisonBody.fields,
      answers: [
        Answer(
          status: 200, summary: "How they differ.",
          content: [("application/json", AnswerSchemas.comparison)])
      ],
      problems: [400, 413, 415, 422, 429, 499, 503], handler: compare),
    Route(
      method: .get, template: "/comparisons", name: "listComparisons", tag: "Studies",
      summary: "List the latest comparisons.", parameters: [limit],
      answers: [
        Answer(
          status: 200, summary: "The newest first.",
          content: [("application/json", AnswerSchemas.comparisons)])
      ],
      problems: [422], handler: comparisons),
    Route(
      method: .get, template: "/comparisons/{id}", name: "getComparison", tag: "Studies",
      summary: "What a comparison found.",
      parameters: [
        Parameter(
          name: "id", place: "path", summary: "The comparison's id.", schema: ["type": "string"],
          example: "cmp_20241201_001")
      ],
      answers: [
        Answer(
          status: 200, summary: "What POST /compare answered.",
          content: [("application/json", AnswerSchemas.comparison)])
      ],
      problems: [404], handler: comparison),
  ]

  static let limit = Parameter(
    name: "limit", place: "query", summary: "How many at most.",
    schema: ["type": "integer", "minimum": 1, "maximum": 1000, "default": 20], example: 20)

  private static func compare(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let body = try await RequestBodyText.object(of: request.request, limit: door.configuration.bodyLimit)
    let host = door.host
    let wanted = try ComparisonBody.request(body, runtime: host.runtime)
    return Reply(try await request.context.whileClientWaits { try await host.compare(wanted) })
  }

  private static func comparisons(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let rows = door.host.studies.comparisons(limit: try request.limit)
    return Reply(["comparisons": .array(rows.map { .object($0.comparisonFacts) })])
  }

  private static func comparison(_ door: Door, _ request: DoorRequest) async throws -> Reply {
    let id = request.parameter("id")
    let studies = door.host.studies
    let (study, documents) = try await door.blocking { () throws(MMSError) in try studies.comparison(id) }
    return Reply(study.answer(documents, reportURL: door.host.reportURL(id)))
  }
}

extension DoorRequest {
  /// How many rows a list shall have.
  var limit: Int {
    get throws(MMSError) {
      guard let text = query("limit") else { return 20 }
      guard let number = Int(text), (1...1000).contains(number) else {
        throw MMSError(
          .invalidValue, "limit is '\(text.prefix(100))'; it has to be a whole number from 1 to 1000",
          path: "limit")
      }
      return number
    }
  }
}

extension Study {
  /// What lists say of a comparison.
  var comparisonFacts: JSONObject {
    var object: JSONObject = ["comparison_id": .string(id)]
    for member in facts { object[member.key] = member.value }
    object["paths"] = .integer(Int64(size))
    object["created_at"] = .string(createdAt.description)
    object["report"] = .string("/reports/\(id)")
    return object
  }
}

extension AnswerSchemas {
  /// What GET /comparisons answers.
  static let comparisons = object([
    (
      "comparisons",
      list(
        object([
          ("comparison_id", text), ("a", text), ("b", text), ("primary", text), ("verdict", text),
          ("difference", described(numberOrNull, "Of the primary metric, the first side less the second.")),
          ("standard_error", numberOrNull), ("interval", ["type": ["array", "null"], "items": number]),
          ("symbol", text), ("period", text), ("paths", count), ("created_at", text), ("report", text),
        ]))
    )
  ])

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
      ("comparison_id", described(text, "Its id, such as cmp_20241201_001.")),
      ("a", described(text, "The first side, as it was run.")), ("b", text),
      ("paths", described(count, "Pairs of paths.")), ("metrics", list(row)), ("primary", text),
      ("verdict", described(verdict, "What the primary metric says.")),
      ("method", described(text, "What was resampled: paths, time, or none.")), ("seed", seed),
      ("provenance", described(anyObject, "Of each side, enough to make it again.")),
      ("warnings", described(list(text), "What a reader should know.")),
      ("result_digest", text), ("execution_time", number),
      ("report_url", described(text, "Where its page is.")), ("created_at", text),
    ])
  }()
}

#endif
