// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore

/// Which verb the arguments name, found before they are parsed.
struct CommandPath {
  /// The words that name the verb: `["data", "import"]`.
  let words: [String]
  /// The command they lead to.
  let command: any ParsableCommand.Type

  /// Walks down the verbs.
  ///
  /// - Throws: ``MMSError/Code/usage`` with the nearest verb when a word is none.
  init(_ arguments: [String]) throws(MMSError) {
    var words: [String] = []
    var command: any ParsableCommand.Type = MMSCommand.self
    for argument in arguments {
      let verbs = command.configuration.subcommands
      if verbs.isEmpty || argument.hasPrefix("-") || (words.isEmpty && argument == "help") { break }
      guard let next = verbs.first(where: { Self.name(of: $0) == argument }) else {
        let place = (["mms"] + words).joined(separator: " ")
        throw MMSError(
          .usage, "'\(place)' has no verb '\(argument)'",
          hint: Suggestion.hint(for: argument, among: verbs.map { Self.name(of: $0) })
            ?? "'\(place) --help' lists them")
      }
      words.append(argument)
      command = next
    }
    self.words = words
    self.command = command
  }

  private static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? ""
  }
}
