// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSRuntime

/// The root of the command line: its verbs in groups, each with an example.
struct MMSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mms",
    abstract: "Simulate trading strategies on real market data, in calm and in stress.",
    discussion: """
      Examples:
        mms simulate --symbol BTCUSDT --period 30d --scenario black_swan
        mms compare normal high_volatility --symbol BTCUSDT --period 7d
        mms replay sim_20250817_001
        mms report sim_20250817_001 --output report.json
        mms experiment run thresholds.yaml --output thresholds
        mms scenario render black_swan
        mms model show impact/SquareRoot-v1
        mms strategy show threshold
        mms schema > scenario.schema.json
        mms reference almgren-chriss
        mms plugin new my-impact --language c --kind impact
        mms data import BTCUSDT-1m-2025-07.csv.gz
        mms calibrate --symbol BTCUSDT
        mms book replay --messages message_5.csv.gz --orderbook orderbook_5.csv.gz
        mms bench quotes/threshold
        mms serve
        mms doctor

      Every option can also be set by a variable (--database: MMS_DATABASE) or by a
      line of ~/.mms/config.yaml (database: FILE). A flag wins over a variable, a
      variable over the file.

      Exit status: 0 done, 64 wrong usage or value, 65 bad data or file, 66 no such
      input, 69 a file or service cannot be used, 70 our own fault, 130 interrupted.
      """,
    version: MMSVersion.current,
    groupedSubcommands: [
      CommandGroup(
        name: "Simulate", subcommands: [SimulateCommand.self, ReplayCommand.self, ReportCommand.self]),
      CommandGroup(name: "Study", subcommands: [CompareCommand.self, ExperimentCommand.self]),
      CommandGroup(
        name: "Explore",
        subcommands: [ScenarioCommand.self, ModelCommand.self, StrategyCommand.self, SchemaCommand.self]),
      CommandGroup(name: "Check", subcommands: [ReferenceCommand.self]),
      CommandGroup(name: "Extend", subcommands: [PluginCommand.self]),
      CommandGroup(name: "Serve", subcommands: [ServeCommand.self, WorkerCommand.self]),
      CommandGroup(name: "Data", subcommands: [DataCommand.self, BookCommand.self, CalibrateCommand.self]),
      CommandGroup(
        name: "Machine", subcommands: [BenchCommand.self, DoctorCommand.self]),
    ])

  static var _errorPrefix: String { "error: " }
}
