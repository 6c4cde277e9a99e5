// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Opens a data source by its URI, the one way every command and every request names one.
public enum DataSourceFactory {
  /// The schemes this build opens, each with the form of its URI.
  public static let schemes: [(name: String, form: String)] = [
    ("csv", "csv:FILE[?symbol=S&source=NAME&resolution=1m]"),
    ("sqlite", "sqlite:FILE"),
    ("lobster", "lobster:DIR[?level=N]"),
    ("synthetic", "synthetic:?" + SyntheticSource.Parameters.names.map { "\($0)=…" }.joined(separator: "&")),
  ]

  /// Opens a source.
  ///
  /// - `sqlite:FILE`: a database of MMS, opened for reading.
  /// - `csv:FILE`: a CSV file, plain or gzip; after a `?` what the file does not say itself.
  /// - `lobster:DIR`: a folder of LOBSTER files; see ``LobsterSource``.
  /// - `synthetic:?…`: generated bars; see ``SyntheticSource``.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for an unknown scheme or parameter, and what opening throws.
  public static func open(_ uri: String) throws(MMSError) -> any DataSource {
    guard let colon = uri.firstIndex(of: ":") else { throw unknown(uri, scheme: nil) }
    let rest = String(uri[uri.index(after: colon)...])
    switch uri[..<colon] {
    case "sqlite":
      try requireFile(rest, in: uri)
      return try SQLiteSource(path: rest)
    case "csv":
      let (file, query) = try parameters(of: rest, uri, known: ["symbol", "source", "resolution"])
      try requireFile(file, in: uri)
      var options = CSVOptions(symbol: query["symbol"], source: query["source"])
      if let text = query["resolution"] {
        guard let resolution = SimDuration(text) else {
          throw MMSError(
            .invalidValue, "resolution '\(text)' in '\(uri)' is no duration such as 1m or 1h",
            path: "resolution")
        }
        options.resolution = resolution
      }
      return try CSVSource(path: file, options: options)
    case "lobster":
      let (folder, query) = try parameters(of: rest, uri, known: ["level"])
      if folder.isEmpty { throw MMSError(.invalidValue, "'\(uri)' names no folder", path: "data") }
      let level = query["level"].map { Int($0) ?? 0 }
      if let level, level < 1 {
        throw MMSError(.invalidValue, "level in '\(uri)' is no number from 1 on", path: "level")
      }
      return try LobsterSource(folder: folder, level: level)
    case "synthetic":
      let (file, query) = try parameters(of: rest, uri, known: SyntheticSource.Parameters.names)
      if !file.isEmpty {
        throw MMSError(.invalidValue, "'\(uri)' names the file '\(file)'; write synthetic:?name=value&…")
      }
      return try SyntheticSource(SyntheticSource.Parameters(query))
    case let scheme:
      throw unknown(uri, scheme: String(scheme))
    }
  }

  private static func requireFile(_ file: String, in uri: String) throws(MMSError) {
    if file.isEmpty { throw MMSError(.invalidValue, "'\(uri)' names no file", path: "data") }
  }

  private static func unknown(_ uri: String, scheme: String?) -> MMSError {
    let forms = schemes.map(\.form).joined(separator: ", ")
    let near = Suggestion.nearest(to: scheme ?? "", among: schemes.map(\.name)).first
    var hint = near.map { "did you mean '\($0):'?" }
    if scheme == nil || near == nil {
      if uri.hasSuffix(".csv") || uri.hasSuffix(".csv.gz") { hint = "did you mean 'csv:\(uri)'?" }
      if uri.hasSuffix(".sqlite") || uri.hasSuffix(".db") { hint = "did you mean 'sqlite:\(uri)'?" }
    }
    return MMSError(
      .invalidValue,
      "'\(uri)' \(scheme.map { "has the unknown scheme '\($0)'" } ?? "has no scheme"); a data source is \(forms)",
      path: "data", hint: hint)
  }

  /// Splits `FILE?name=value&…`; names must be known and come once.
  private static func parameters(
    of rest: String, _ uri: String, known: [String]
  ) throws(MMSError) -> (file: String, values: [String: String]) {
    guard let mark = rest.lastIndex(of: "?") else { return (rest, [:]) }
    var values: [String: String] = [:]
    for pair in rest[rest.index(after: mark)...].split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard known.contains(sides[0]) else {
        throw MMSError(
          .invalidValue, "'\(uri)' has the unknown parameter '\(sides[0])'", path: sides[0],
          hint: Suggestion.hint(for: sides[0], among: known))
      }
      guard sides.count == 2, !sides[1].isEmpty else {
        throw MMSError(.invalidValue, "the parameter '\(sides[0])' of '\(uri)' has no value", path: sides[0])
      }
      if values.updateValue(sides[1], forKey: sides[0]) != nil {
        throw MMSError(
          .invalidValue, "the parameter '\(sides[0])' of '\(uri)' is given twice", path: sides[0])
      }
    }
    return (String(rest[..<mark]), values)
  }
}
