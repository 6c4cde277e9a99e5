// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSYAML

extension YAMLKind<String> {
  /// Lower-case letters, digits and dashes, a letter first.
  static var pluginName: YAMLKind {
    YAMLKind(fallback: "plugin") { (node, path) throws(MMSError) in
      let text = try YAMLKind.text.read(node, path)
      let isName =
        text.first.map { $0.isASCII && $0.isLowercase } == true && text.utf8.count <= 60
        && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
      guard isName else {
        throw node.mismatch(
          expected: "a name of lower-case letters, digits and dashes, a letter first", path: path)
      }
      return text
    }
  }

  /// `PLUGIN/Name-vN`.
  static func modelID(of plugin: String) -> YAMLKind {
    YAMLKind(fallback: "\(plugin)/Model-v1") { (node, path) throws(MMSError) in
      let text = try YAMLKind.text.read(node, path)
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let name = parts.count == 2 ? parts[1] : ""
      let version = name.split(separator: "-").last.map(String.init) ?? ""
      let isID =
        parts.count == 2 && parts[0] == plugin && version.hasPrefix("v") && Int(version.dropFirst()) != nil
        && name.utf8.count > version.utf8.count + 1
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
      guard isID else {
        throw node.mismatch(
          expected: "an id of the form \(plugin)/Name-v1", path: path,
          remedy: "begin with the plugin's name and end with the model's version")
      }
      return text
    }
  }

  /// The name of a file beside the manifest.
  static var fileName: YAMLKind {
    YAMLKind(fallback: "library.so") { (node, path) throws(MMSError) in
      let text = try YAMLKind.text.read(node, path)
      guard !text.isEmpty, !text.contains("/"), text != ".", text != ".." else {
        throw node.mismatch(
          expected: "the name of a file beside the manifest, without '/'", path: path,
          remedy: "copy or build the library into the plugin's folder")
      }
      return text
    }
  }

  /// A SHA-256 digest.
  static var digest: YAMLKind {
    YAMLKind(fallback: "") { (node, path) throws(MMSError) in
      let text = node.scalar?.text ?? ""
      guard text.utf8.count == 64, text.allSatisfy({ "0123456789abcdef".contains($0) }) else {
        throw node.mismatch(
          expected: "a SHA-256 digest of 64 lower-case hexadecimal digits", path: path,
          remedy: "'mms plugin inspect FOLDER' prints it")
      }
      return text
    }
  }
}

extension YAMLKind<PluginVersion> {
  /// `1.4.0`.
  static var pluginVersion: YAMLKind {
    YAMLKind(fallback: .zero) { (node, path) throws(MMSError) in
      guard let version = PluginVersion(node.scalar?.text ?? "") else {
        throw node.mismatch(expected: "a version such as 1.0.0", path: path)
      }
      return version
    }
  }
}
