// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Opens a data source by its URI, the one way every command and every request names one.
///
/// A value without hidden state: it starts with the schemes of this module, the program adds those of
/// modules above (`binance:`), and hands it to the runtime.
public struct DataSourceFactory: Sendable {
  /// A way to open sources, chosen by what stands before the colon.
  public struct Scheme: Sendable {
    /// What stands before the colon.
    public let name: String
    /// The form of a URI, for messages.
    public let form: String
    /// The parameters a URI may have after its `?`.
    public let parameters: [String]
    /// Opens the source.
    public let open: @Sendable (DataURI) throws(MMSError) -> any DataSource

    /// Describes a scheme.
    public init(
      name: String, form: String, parameters: [String],
      open: @escaping @Sendable (DataURI) throws(MMSError) -> any DataSource
    ) {
      self.name = name
      self.form = form
      self.parameters = parameters
      self.open = open
    }
  }

  /// The schemes known, in the order in which they were registered.
  public private(set) var schemes: [Scheme] = [.csv, .sqlite, .lobster, .synthetic]

  /// Makes a factory of the built-in schemes.
  ///
  /// - `sqlite:FILE`: a database of MMS, opened for reading.
  /// - `csv:FILE`: a CSV file, plain or gzip; after a `?` what the file does not say itself.
  /// - `lobster:DIR`: a folder of LOBSTER files; see ``LobsterSource``.
  /// - `synthetic:?…`: generated bars; see ``SyntheticSource``.
  public init() {}

  /// Adds a scheme; one of the same name is replaced.
  public mutating func register(_ scheme: Scheme) {
    schemes.removeAll { $0.name == scheme.name }
    schemes.append(scheme)
  }

  /// Opens a source.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` for an unknown scheme or parameter, and what opening throws.
  public func open(_ uri: String) throws(MMSError) -> any DataSource {
    guard let colon = uri.firstIndex(of: ":") else { throw unknown(uri, scheme: nil) }
    let name = String(uri[..<colon])
    guard let scheme = schemes.first(where: { $0.name == name }) else { throw unknown(uri, scheme: name) }
    return try scheme.open(
      DataURI(uri, rest: String(uri[uri.index(after: colon)...]), known: scheme.parameters))
  }

  private func unknown(_ uri: String, scheme: String?) -> MMSError {
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
}

extension DataSourceFactory.Scheme {
  /// A database of MMS.
  fileprivate static let sqlite = Self(name: "sqlite", form: "sqlite:FILE", parameters: []) {
    (uri) throws(MMSError) in
    try SQLiteSource(path: uri.requireFile())
  }

  /// A CSV file.
  fileprivate static let csv = Self(
    name: "csv", form: "csv:FILE[?symbol=S&source=NAME&resolution=1m]",
    parameters: ["symbol", "source", "resolution"]
  ) { (uri) throws(MMSError) in
    let file = try uri.requireFile()
    var options = CSVOptions(symbol: uri.parameters["symbol"], source: uri.parameters["source"])
    if let text = uri.parameters["resolution"] {
      guard let resolution = SimDuration(text) else {
        throw MMSError(
          .invalidValue, "resolution '\(text)' in '\(uri.text)' is no duration such as 1m or 1h",
          path: "resolution")
      }
      options.resolution = resolution
    }
    return try CSVSource(path: file, options: options)
  }

  /// A folder of recorded order flow.
  fileprivate static let lobster = Self(
    name: "lobster", form: "lobster:DIR[?level=N]", parameters: ["level"]
  ) { (uri) throws(MMSError) in
    let folder = try uri.requireFile()
    let level = uri.parameters["level"].map { Int($0) ?? 0 }
    if let level, level < 1 {
      throw MMSError(.invalidValue, "level in '\(uri.text)' is no number from 1 on", path: "level")
    }
    return try LobsterSource(folder: folder, level: level)
  }

  /// Generated bars.
  fileprivate static let synthetic = Self(
    name: "synthetic",
    form: "synthetic:?" + SyntheticSource.Parameters.names.map { "\($0)=…" }.joined(separator: "&"),
    parameters: SyntheticSource.Parameters.names
  ) { (uri) throws(MMSError) in
    try uri.refuseFile()
    return try SyntheticSource(SyntheticSource.Parameters(uri.parameters))
  }
}
