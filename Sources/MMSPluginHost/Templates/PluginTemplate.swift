// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The folders that `mms plugin new` writes: each builds with `make` alone.
public enum PluginTemplate {
  /// A language that templates exist for.
  public enum Language: String, Sendable, Hashable, CaseIterable {
    /// C11.
    case c
    /// C++17.
    case cpp
    /// Rust, without crates.
    case rust
    /// Swift 6.3, against the C header.
    case swift
    /// Fortran 2003; bare functions only.
    case fortran
  }

  /// The languages and kinds a folder can be written for, bare or behind the C ABI.
  public static func kinds(_ language: Language, bare: Bool) -> [ModelKind] {
    if bare { return language == .swift ? [] : [.scenario, .fill, .impact] }
    return language == .fortran ? [] : ModelKind.pluggable
  }

  /// The files of a new plugin folder, by their paths inside it.
  ///
  /// - Parameters:
  ///   - name: The plugin's name: lower-case letters, digits and dashes, a letter first.
  ///   - language: What its source is written in.
  ///   - kind: What its model does.
  ///   - bare: Whether it is one function without the header.
  /// - Throws: ``MMSError/Code/invalidValue`` when the name is not of this form, or nobody offers the combination.
  public static func files(
    name: String, language: Language, kind: ModelKind, bare: Bool
  ) throws(MMSError) -> [(path: String, contents: String)] {
    guard isName(name) else {
      throw MMSError(
        .invalidValue, "'\(name)' is no name of a plugin",
        hint: "lower-case letters, digits and dashes, a letter first, at most 30 in all: my-impact")
    }
    let offered = kinds(language, bare: bare)
    guard offered.contains(kind) else {
      let door = bare ? "bare function" : "plugin"
      let remedy =
        if offered.isEmpty {
          bare
            ? "leave --bare away, or choose c, cpp, rust or fortran"
            : "add --bare, or choose c, cpp, rust or swift"
        } else {
          "there is \(offered.map(\.rawValue).joined(separator: ", "))"
        }
      throw MMSError(
        .invalidValue, "there is no template of a \(door) in \(language.rawValue) for a \(kind) model",
        hint: remedy)
    }
    return TemplateParts(name: name, language: language, kind: kind, bare: bare).files
  }

  /// The words after `mms` that simulate with a new plugin, in the folder that holds its own.
  public static func trial(name: String, language: Language, kind: ModelKind, bare: Bool) -> [String] {
    TemplateParts(name: name, language: language, kind: kind, bare: bare).trial(folder: name)
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isASCII, first.isLowercase, text.utf8.count <= 30 else {
      return false
    }
    return !text.hasSuffix("-")
      && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
  }
}
