// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A data URI taken apart: `scheme:FILE?name=value&…`.
public struct DataURI: Sendable {
  /// The whole URI as the user wrote it.
  public let text: String
  /// What stands between the colon and the `?`; may be empty.
  public let file: String
  /// The parameters; their names are known to the scheme.
  public let parameters: [String: String]

  /// Takes what stands after the colon apart; names must be known and come once.
  ///
  /// `sqlite:` has no parameters, so a `?` belongs to its file.
  init(_ text: String, rest: String, known: [String]) throws(MMSError) {
    self.text = text
    guard !known.isEmpty, let mark = rest.lastIndex(of: "?") else {
      file = rest
      parameters = [:]
      return
    }
    var values: [String: String] = [:]
    for pair in rest[rest.index(after: mark)...].split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard known.contains(sides[0]) else {
        throw MMSError(
          .invalidValue, "'\(text)' has the unknown parameter '\(sides[0])'", path: sides[0],
          hint: Suggestion.hint(for: sides[0], among: known))
      }
      guard sides.count == 2, !sides[1].isEmpty else {
        throw MMSError(
          .invalidValue, "the parameter '\(sides[0])' of '\(text)' has no value", path: sides[0])
      }
      if values.updateValue(sides[1], forKey: sides[0]) != nil {
        throw MMSError(
          .invalidValue, "the parameter '\(sides[0])' of '\(text)' is given twice", path: sides[0])
      }
    }
    file = String(rest[..<mark])
    parameters = values
  }

  /// The file, which must be named.
  public func requireFile() throws(MMSError) -> String {
    if file.isEmpty { throw MMSError(.invalidValue, "'\(text)' names no file", path: "data") }
    return file
  }

  /// Checks that there is no file, for schemes that have parameters only.
  public func refuseFile() throws(MMSError) {
    if file.isEmpty { return }
    let scheme = text.prefix { $0 != ":" }
    throw MMSError(.invalidValue, "'\(text)' names the file '\(file)'; write \(scheme):?name=value&…")
  }
}
