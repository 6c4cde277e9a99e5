// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore

/// Puts what variables and the configuration file say in front of what the user typed.
///
/// The one place where flag, variable, file and default are ordered: an option that is absent from the
/// command line is added from its variable, else from the file, and is then parsed and checked like any
/// other. What nobody set keeps its default.
struct SettingsInjection {
  /// What the parser shall parse.
  private(set) var arguments: [String]
  private var notes: [String] = []

  /// Completes the arguments of a verb.
  ///
  /// - Throws: What reading the configuration throws.
  init(path: CommandPath, arguments: [String]) throws(MMSError) {
    self.arguments = arguments
    let typed = Array(arguments.dropFirst(path.words.count).prefix { $0 != "--" })
    let isQuestion = typed.contains { ["--help", "-h", "--version", "--help-hidden"].contains($0) }
    guard path.command.configuration.subcommands.isEmpty, !isQuestion else { return }
    let file = Self.file(typed)
    let hasVariables = ProcessInfo.processInfo.environment.keys.contains {
      $0.hasPrefix("MMS_") && $0 != "MMS_HOME"
    }
    // Asking the parser about itself takes milliseconds that most calls need not spend.
    guard file != nil || hasVariables else { return }
    let catalogue = try OptionCatalogue()
    let settings = try file.map { path throws(MMSError) in try ConfigurationFile(path, keys: catalogue.keys) }
    var added: [String] = []
    for option in catalogue.options(of: path.words) where !Self.isTyped(option, in: typed) {
      if let text = Surroundings.variable(option.variable) {
        let values =
          option.isRepeating ? text.split(separator: option.separator).map(String.init) : [text]
        let new = try Self.words(option, values, origin: option.variable)
        added += new
        notes += new.map { "\($0) comes from the variable \(option.variable)" }
      } else if let setting = settings?[option.key] {
        let new = try Self.words(option, setting.values, origin: setting.location.description)
        added += new
        notes += new.map { "\($0) comes from \(setting.location)" }
      }
    }
    self.arguments.insert(contentsOf: added, at: path.words.count)
  }

  /// Says on stderr what was added, for errors that concern it.
  func explain() {
    for note in notes { Standard.complain("note: \(note)") }
  }

  /// The file of `--config` or `MMS_CONFIG`, else the user's if it is there.
  private static func file(_ typed: [String]) -> String? {
    for (index, word) in typed.enumerated().reversed() {
      if word.hasPrefix("--config=") { return String(word.dropFirst("--config=".count)) }
      if word == "--config", index + 1 < typed.count { return typed[index + 1] }
    }
    if let named = Surroundings.variable("MMS_CONFIG") { return named }
    let own = "\(Surroundings.home)/config.yaml"
    return FileManager.default.fileExists(atPath: own) ? own : nil
  }

  private static func isTyped(_ option: OptionEntry, in typed: [String]) -> Bool {
    typed.contains { word in
      option.spellings.contains { word == $0 || ($0.hasPrefix("--") && word.hasPrefix("\($0)=")) }
    }
  }

  private static func words(
    _ option: OptionEntry, _ values: [String], origin: String
  ) throws(MMSError) -> [String] {
    guard option.isFlag else { return values.map { "--\(option.name)=\($0)" } }
    switch values.first?.lowercased() {
    case "1", "true", "yes", "on": return ["--\(option.name)"]
    case "0", "false", "no", "off": return []
    default:
      throw MMSError(
        .usage,
        "\(origin) is '\(values.joined(separator: " "))'; the switch '\(option.name)' is true or false")
    }
  }
}
