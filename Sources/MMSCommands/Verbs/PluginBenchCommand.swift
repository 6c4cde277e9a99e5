// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime

extension PluginCommand {
  /// `mms plugin bench`.
  struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "bench", abstract: "Measure what a plugin's models cost beside built-in ones.",
      discussion: """
        Examples:
          mms plugin bench my-impact
          mms plugin bench Plugins/flash-crash --json

        Nanoseconds for each row, order or bar in calls of 1, 16 and 1024, on the bundled
        month of BTCUSDT, in turns with the built-in model of the same name, else with the
        usual one of the same kind. The plugin runs in a child process.
        """)

    @Argument(help: "The plugin's folder, with its plugin.yaml.", completion: .directory) var path: String
    @Option(help: ArgumentHelp("Only the model of this id.", valueName: "id")) var model: String?
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      guard Surroundings.isFolder(folder) else {
        throw MMSError(
          .notFound, "there is no plugin's folder '\(path)'", hint: "name the folder that holds plugin.yaml")
      }
      let bench = try global.runtime().bench(pluginIn: folder, only: model)
      if global.json {
        try Standard.write(["models": bench.json])
      } else {
        try Standard.write(Self.text(bench))
      }
    }

    private static func text(_ bench: PluginBench) -> String {
      var table = TextTable(.left, .right, .right, .right, .right, .left)
      table.head("model", "in a call", "ns", "built in", "ratio", "beside")
      for model in bench.models {
        for (index, reading) in model.readings.enumerated() {
          table.add(
            index == 0 ? model.id : "", "\(reading.size)", Figures.plain(reading.plugin, 2),
            Figures.plain(reading.builtIn, 2), Figures.plain(reading.ratio, 3),
            index == 0 ? (model.builtIn ?? "") + (model.isTwin ? ", the same law" : "") : "")
        }
        if let costs = model.function {
          for (name, value) in [("thunk", costs.thunk), ("libffi", costs.libffi), ("batch", costs.batch)] {
            if let value { table.add("", name, Figures.plain(value, 2), "", "", "") }
          }
        }
        if let problem = model.problem { table.add(model.id, "–", "", "", "", problem) }
      }
      return table.text
    }
  }
}
