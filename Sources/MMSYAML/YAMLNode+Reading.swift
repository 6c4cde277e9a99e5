// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension YAMLNode {
  /// Parses one YAML document.
  ///
  /// Throws `.invalidData` with file, line and column for malformed text and for what is not
  /// accepted here: duplicate or non-text keys, tags, merge keys, several documents, an empty one,
  /// tabs, more than 64 levels, 4 MiB, 100,000 values or 10,000 values behind aliases. Faults that
  /// do not hide what follows are reported together, in ``MMSError/others``.
  ///
  /// - Parameters:
  ///   - text: The document.
  ///   - file: The name that stands in locations.
  public init(text: String, file: String) throws(MMSError) {
    self = try YAMLBuilder.build(YAMLSource(bytes: text.utf8, file: file))
  }

  /// Parses one YAML document from bytes, which must be UTF-8.
  public init(bytes: some Collection<UInt8>, file: String) throws(MMSError) {
    self = try YAMLBuilder.build(YAMLSource(bytes: bytes, file: file))
  }

  /// Reads and parses a file.
  ///
  /// Throws `.notFound` when there is no such file, `.invalidValue` for a folder, `.unavailable`
  /// when it cannot be read, and whatever ``init(text:file:)`` throws.
  public init(contentsOf path: String) throws(MMSError) {
    try self.init(bytes: YAMLFile.read(path), file: path)
  }
}
