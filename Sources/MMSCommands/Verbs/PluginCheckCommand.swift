// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSConformance
import MMSCore
import MMSRuntime

extension PluginCommand {
  /// `mms plugin check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Try every contract of the interface on a plugin.",
      discussion: """
        Examples:
          mms plugin check my-impact
          mms plugin check my-impact --only numbers --only state
          mms plugin check my-impact --reproduce 77

        Each check runs in a process of its own with a time limit, so a plugin that crashes,
        hangs or calls exit fails that check and no other. A check that depends on a failed
        one is not shown. Exit status: 0 nothing failed, 65 something did.
        """)

    @Argument(help: "The plugin's folder, with its plugin.yaml.", completion: .directory) var path: String
    @Option(
      help: ArgumentHelp(
        "Only a group: manifest, elf, load, parameters, numbers, determinism, state, fuzz; repeatable.",
        valueName: "group"))
    var only: [String] = []
    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("The seed of everything drawn. (default: 1)", valueName: "n"),
      transform: seedNumber)
    var seed: UInt64?
    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "Ask only the random question of this seed, as a failure names it.", valueName: "seed"),
      transform: seedNumber)
    var reproduce: UInt64?
    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("Random questions to each model. (default: 200)", valueName: "n"),
      transform: { try whole($0, 1...10_000_000, "a number of questions") })
    var cases: Int?
    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("How long one check may take. (default: 20)", valueName: "seconds"),
      transform: { try whole($0, 1...86_400, "a number of seconds") })
    var timeout: Int?
    @Option(help: ArgumentHelp("An order for a child of the check.", visibility: .private)) var alone: String?
    @OptionGroup var global: GlobalOptions

    func run() throws {
      if let alone {
        try ProbeChild.answer(alone)
        // The plugin's own end of the process is none of the check's business.
        return
      }
      let folder = try existingFolder()
      var settings = PluginCheck.Settings()
      for word in only {
        guard let group = CheckGroup(rawValue: word) else {
          let all = CheckGroup.allCases.map(\.rawValue)
          throw MMSError(
            .invalidValue, "there is no group of checks '\(word)'", path: "only",
            hint: Suggestion.hint(for: word, among: all) ?? "there are \(all.joined(separator: ", "))")
        }
        settings.groups.insert(group)
      }
      if let seed { settings.seed = seed }
      if let cases { settings.cases = cases }
      if let timeout { settings.seconds = Double(timeout) }
      settings.reproduce = reproduce
      let check = PluginCheck(
        folder: folder, executable: global.configuration().workerExecutable, settings: settings)
      var lines = CheckLines()
      let report = check.run { result in
        if !global.json { try? Standard.write(lines.text(result)) }
      }
      if global.json { try Standard.write(report.json) } else { try Standard.write(CheckLines.end(report)) }
      if !report.isGreen { throw ExitCode(MMSError.Code.invalidData.exitStatus) }
    }

    private func existingFolder() throws -> String {
      let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      if Surroundings.isFolder(folder) { return folder }
      throw MMSError(
        .notFound, "there is no plugin's folder '\(path)'",
        hint: "name the folder that holds plugin.yaml; 'mms plugin new' writes one")
    }
  }
}

/// Results as lines of text, each model under its id.
private struct CheckLines {
  private var model: String?
  private var hasBegun = false

  mutating func text(_ result: CheckResult) -> String {
    var text = ""
    if hasBegun, result.model != model { text += "\n" + (result.model.map { Style.bold($0) + "\n" } ?? "") }
    (model, hasBegun) = (result.model, true)
    let mark =
      switch result.outcome {
      case .passed: "ok  "
      case .warned: Style.warning("warn")
      case .failed: Style.warning("FAIL")
      case .skipped: Style.dim("–   ")
      }
    let name = result.name.padding(22)
    let detail = result.outcome == .skipped ? Style.dim(result.detail) : result.detail
    text += "  \(mark)  \(name)  \(detail)\n"
    if let seed = result.reproduce { text += "        " + "".padding(22) + "  again: --reproduce \(seed)\n" }
    return text
  }

  static func end(_ report: CheckReport) -> String {
    var parts = ["\(report.count(.passed)) passed"]
    for (outcome, word) in [
      (CheckOutcome.warned, "with a warning"), (.failed, "failed"), (.skipped, "had nothing to check"),
    ] where report.count(outcome) > 0 {
      parts.append("\(report.count(outcome)) \(word)")
    }
    let verdict = report.isGreen ? "green" : "not green"
    return
      "\n\(report.plugin ?? report.folder): \(verdict); \(parts.joined(separator: ", ")). Seed \(report.seed).\n"
  }
}

extension String {
  /// The text and as many blanks as make it so long.
  fileprivate func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
