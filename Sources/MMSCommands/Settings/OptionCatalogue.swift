// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore

/// An option of some verb, with the variable and the configuration key that set it.
struct OptionEntry {
  /// The long name without dashes: `scenario-path`.
  let name: String
  /// Every spelling on the command line: `--quiet`, `-q`.
  var spellings: [String]
  /// Whether it takes no value.
  let isFlag: Bool
  /// Whether it may be given several times.
  let isRepeating: Bool

  /// The key in a configuration file: `scenario_path`.
  var key: String { name.replacing("-", with: "_") }
  /// The variable: `MMS_SCENARIO_PATH`.
  var variable: String { "MMS_" + key.uppercased() }
  /// What stands between several values of the variable: ':' between folders, else ';'.
  var separator: Character { name.hasSuffix("-path") ? ":" : ";" }
}

/// Every option of every verb, read from the parser's own description of itself.
struct OptionCatalogue {
  private var byVerb: [[String]: [OptionEntry]] = [:]

  /// The keys a configuration file may hold.
  var keys: [String] {
    Set(byVerb.values.joined().map(\.key)).subtracting(["config"]).sorted()
  }

  /// The options of a verb.
  func options(of words: [String]) -> [OptionEntry] { byVerb[words] ?? [] }

  /// Asks the parser.
  init() throws(MMSError) {
    let description = try JSONValue(parsing: MMSCommand._dumpHelp())
    if let root = description["command"] { collect(root, words: []) }
  }

  private mutating func collect(_ command: JSONValue, words: [String]) {
    var options: [OptionEntry] = []
    for argument in command["arguments"]?.arrayValue ?? [] {
      guard let entry = Self.entry(argument) else { continue }
      // `--no-quiet` is another way to speak about `quiet`.
      if entry.name.hasPrefix("no-"),
        let index = options.firstIndex(where: { $0.name == entry.name.dropFirst(3) })
      {
        options[index].spellings += entry.spellings
      } else {
        options.append(entry)
      }
    }
    byVerb[words] = options
    for child in command["subcommands"]?.arrayValue ?? [] {
      guard let name = child["commandName"]?.stringValue, name != "help" else { continue }
      collect(child, words: words + [name])
    }
  }

  private static func entry(_ argument: JSONValue) -> OptionEntry? {
    guard let kind = argument["kind"]?.stringValue, kind != "positional" else { return nil }
    var long: String?
    var spellings: [String] = []
    for name in argument["names"]?.arrayValue ?? [] {
      guard let text = name["name"]?.stringValue else { continue }
      if name["kind"]?.stringValue == "long" {
        long = long ?? text
        spellings.append("--\(text)")
      } else {
        spellings.append("-\(text)")
      }
    }
    guard let long, long != "help", long != "version" else { return nil }
    return OptionEntry(
      name: long, spellings: spellings, isFlag: kind == "flag",
      isRepeating: argument["isRepeating"]?.boolValue ?? false)
  }
}
