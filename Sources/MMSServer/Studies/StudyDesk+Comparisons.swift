// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import MMSStore

extension StudyDesk {
  private static let comparisonFile = "comparison.json"

  /// Keeps a comparison.
  func keep(_ documents: ComparisonDocuments, of request: ComparisonRequest) throws(MMSError) -> Study {
    let now = Store.now()
    var facts = JSONObject()
    for key in ["a", "b", "primary", "verdict"] { facts[key] = documents.answer[key] }
    let row = documents.answer["metrics"]?.arrayValue?.first { $0["metric"] == documents.answer["primary"] }
    for key in ["difference", "standard_error", "interval"] { facts[key] = row?[key] ?? .null }
    facts["symbol"] = .string(request.a.request.symbol)
    facts["period"] = .string(request.a.request.period)
    return try store.add(
      { id in
        Study(
          id: id, kind: .comparison, status: .completed, request: request.json, facts: facts,
          size: request.paths, done: request.paths, createdAt: now, startedAt: now, completedAt: now)
      }, kind: .comparison, files: [(Self.comparisonFile, documents.json.write(pretty: false))])
  }

  /// The latest comparisons, the newest first.
  func comparisons(limit: Int) -> [Study] { store.recent(.comparison, limit: limit) }

  /// A comparison and its documents.
  ///
  /// - Throws: ``MMSError/Code/notFound`` with the nearest ids.
  func comparison(_ id: String) throws(MMSError) -> (study: Study, documents: ComparisonDocuments) {
    let study = try store.study(id, .comparison)
    guard let text = store.read(Self.comparisonFile, of: id) else {
      throw MMSError(.notFound, "the files of comparison \(id) are gone", path: "id")
    }
    return (study, try ComparisonDocuments(json: JSONValue(parsing: text)))
  }
}

#endif
