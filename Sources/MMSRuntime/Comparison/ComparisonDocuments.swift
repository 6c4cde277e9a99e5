// SPDX-License-Identifier: Apache-2.0

public import MMSCore
public import MMSReport

/// What is kept of a comparison: the answer, and what its page is made of.
public struct ComparisonDocuments: Sendable {
  /// A page shows this many pairs of paths at most; the others count in its numbers.
  static let pairLimit = 10_000

  /// The object that `mms compare --json` prints.
  public let answer: JSONValue
  /// The object that a page is made of: the answer with the values of paths.
  public let report: JSONValue

  /// Writes down a comparison.
  public init(_ summary: ComparisonSummary) {
    answer = summary.json()
    report = Self.thinned(summary.json(withPaths: true))
  }

  /// Both as one document.
  public var json: JSONValue { ["answer": answer, "report": report] }

  /// Reads what ``json`` wrote.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidData`` when it is something else.
  public init(json: JSONValue) throws(MMSError) {
    guard let answer = json["answer"], answer.objectValue != nil, let report = json["report"],
      report.objectValue != nil
    else { throw MMSError(.invalidData, "a stored comparison lacks its answer or its report") }
    self.answer = answer
    self.report = report
  }

  private static func thinned(_ document: JSONValue) -> JSONValue {
    guard var whole = document.objectValue, var values = whole["path_values"]?.objectValue else {
      return document
    }
    for side in values.keys {
      var metrics = values[side]?.objectValue ?? JSONObject()
      for metric in metrics.keys {
        guard let numbers = metrics[metric]?.arrayValue, numbers.count > pairLimit else { continue }
        metrics[metric] = .array(Array(numbers.prefix(pairLimit)))
      }
      values[side] = .object(metrics)
    }
    whole["path_values"] = .object(values)
    return .object(whole)
  }
}
