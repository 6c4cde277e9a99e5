// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore

/// The process around the command line: signals, errors and exit statuses.
public enum MMSProgram {
  /// Parses the process's arguments, runs the verb and ends the process.
  public static func run() -> Never {
    Signals.install()
    ProcessMemory.keep()
    exit(status(of: Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs the verb and reports what went wrong; the one place where errors become text and status.
  private static func status(of arguments: [String]) -> Int32 {
    do {
      try execute(arguments)
      return 0
    } catch let error as MMSError {
      report(error)
      return error.code.exitStatus
    } catch let code as ExitCode {
      return code.rawValue
    } catch {
      // What is left comes from the parser: help and version on one side, wrong usage on the other.
      let text = MMSCommand.fullMessage(for: error)
      let code = MMSCommand.exitCode(for: error)
      if code == .success {
        do throws(MMSError) {
          try Standard.write(text.hasSuffix("\n") ? text : text + "\n")
          return 0
        } catch {
          report(error)
          return error.code.exitStatus
        }
      }
      Standard.complain(Self.withNearestOption(text, arguments))
      return code == .validationFailure ? MMSError.Code.usage.exitStatus : MMSError.Code.internal.exitStatus
    }
  }

  /// Replaces the parser's guess at a misspelt option by ours, which also knows swapped letters.
  private static func withNearestOption(_ text: String, _ arguments: [String]) -> String {
    let mark = "error: Unknown option '"
    guard text.hasPrefix(mark), let words = try? CommandPath(arguments).words,
      let options = try? OptionCatalogue().options(of: words)
    else { return text }
    let name = String(text.dropFirst(mark.count).prefix { $0 != "'" })
    let spellings = options.flatMap(\.spellings).filter { $0.hasPrefix("--") }
    let near = Suggestion.nearest(to: name, among: spellings, limit: 1).map { " Did you mean '\($0)'?" }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[0] = "\(mark)\(name)'.\(near.first ?? "")"
    return lines.joined(separator: "\n")
  }

  private static func execute(_ arguments: [String]) throws {
    let path = try CommandPath(arguments)
    let injection = try SettingsInjection(path: path, arguments: arguments)
    var command: any ParsableCommand
    do {
      command = try MMSCommand.parseAsRoot(injection.arguments)
    } catch {
      if MMSCommand.exitCode(for: error) != .success { injection.explain() }
      throw error
    }
    try command.run()
  }

  /// Prints an error and those found with it, each on a line that begins with `error:`.
  static func report(_ error: MMSError) {
    var text = "error: "
    if let location = error.location { text += "\(location): " }
    text += sentence(error.message)
    if let hint = error.hint { text += " \(sentence(capitalised(hint)))" }
    Standard.complain(text)
    for other in error.others { report(other) }
  }

  private static func sentence(_ text: String) -> String {
    guard let last = text.last, !".?!".contains(last) else { return text }
    return text + "."
  }

  private static func capitalised(_ text: String) -> String {
    // Names, options and file names keep their spelling.
    let first = text.prefix { $0.isLetter }
    let isWord =
      !first.isEmpty && first.allSatisfy { $0.isLowercase } && text.dropFirst(first.count).first == " "
    return isWord ? text.prefix(1).uppercased() + text.dropFirst() : text
  }
}
