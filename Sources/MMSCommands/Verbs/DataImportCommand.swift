// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSData
import MMSRuntime
import MMSStore

extension DataCommand {
  /// `mms data import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Import files of bars; importing again changes nothing.",
      discussion: """
        Examples:
          mms data import BTCUSDT-1m-2025-07.csv.gz
          mms data import prices.csv --symbol ACMEUSD --source acme --resolution 1m

        Each file is one transaction: a bad row is named by its line, and nothing of its file is stored.
        """)

    @Argument(help: "CSV files, plain or .gz.", completion: .file(extensions: ["csv", "gz"])) var files:
      [String]
    @OptionGroup var series: SeriesOptions
    @Option(help: ArgumentHelp("auto, binance (kline files) or csv (with a header).", valueName: "format"))
    var format = "auto"
    @Flag(help: "Replace stored bars that have other values, instead of refusing the file.") var replace =
      false
    @OptionGroup var global: GlobalOptions

    func run() throws {
      var options = CSVOptions(symbol: series.symbol, source: series.source, resolution: try series.span())
      guard let format = CSVOptions.Format(rawValue: format) else {
        throw MMSError(
          .invalidValue, "there is no format '\(format)'", path: "format",
          hint: Suggestion.hint(for: format, among: CSVOptions.Format.allCases.map(\.rawValue)))
      }
      options.format = format
      guard let store = try global.runtime().store() else { return }
      let importer = DataImporter(store: store)
      var documents: [JSONValue] = []
      for file in files {
        let bar = ProgressBar("Importing \(file)", isOn: !global.quiet)
        defer { bar.end() }
        let summary = try importer.importFile(file, options: options, replace: replace) { progress in
          bar.show(progress.bytesRead, of: progress.byteCount)
        }
        bar.end()
        documents.append(summary.json)
        if !global.json { try Standard.write(summary.text) }
      }
      if global.json { try Standard.write(["imports": .array(documents)]) }
    }
  }

  /// `mms data export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write bars as CSV, to a file or to standard output.",
      discussion: "Example:\n  mms data export --symbol BTCUSDT --from 2025-07-19 --output bars.csv.gz")

    @OptionGroup var series: SeriesOptions
    @Option(help: ArgumentHelp("The first bar opens at or after this time.", valueName: "time")) var from:
      String?
    @Option(help: ArgumentHelp("The last bar closes at or before this time.", valueName: "time")) var to:
      String?
    @Option(
      help: ArgumentHelp("Where to write; .csv or .csv.gz. (default: standard output)", valueName: "file"),
      completion: .file(extensions: ["csv", "gz"]))
    var output: String?
    @OptionGroup var global: GlobalOptions

    func run() throws {
      guard let symbol = series.symbol else {
        throw MMSError(.usage, "--symbol is missing; 'mms data list' shows what there is")
      }
      if global.json, output == nil {
        throw MMSError(.usage, "--json and bars cannot share standard output; give --output FILE")
      }
      let file = try output.map { path throws(MMSError) in try WholeFile(path, what: "export") }
      guard let store = try global.runtime().store() else { return }
      let bars = try store.bars(
        BarRequest(
          symbol: symbol, resolution: try series.span() ?? .minutes(1), source: series.source,
          start: try from.map { text throws(MMSError) in try instant(text, option: "--from") },
          end: try to.map { text throws(MMSError) in try instant(text, option: "--to") }))
      guard let file else {
        try DataExporter.emit(bars) { bytes throws(MMSError) in try Standard.write(bytes) }
        return
      }
      try DataExporter.write(bars, to: file.path)
      if global.json {
        try Standard.write([
          "file": .string(file.absolutePath), "symbol": .string(bars.symbol), "source": .string(bars.source),
          "resolution": .string(bars.resolution.description), "bars": .integer(Int64(bars.count)),
        ])
      } else {
        try Standard.write("\(Figures.count(bars.count, "bar")) of \(bars.symbol) written to \(file.path).\n")
      }
    }
  }
}

extension DataImporter.Summary {
  private var missing: Int { gaps.reduce(0) { $0 + $1.missingBars } }

  /// What was imported, for people.
  fileprivate var text: String {
    var text =
      "\(path): \(Figures.count(rows, "bar")) of \(symbol) (\(source), \(resolution)), \(start) to \(end): "
    text +=
      "\(Figures.count(new)) new, \(Figures.count(unchanged)) unchanged, \(Figures.count(replaced)) replaced"
    if !gaps.isEmpty {
      text += "; \(Figures.count(missing, "bar")) missing in \(Figures.count(gaps.count, "gap"))"
    }
    return text + "\n"
  }

  /// What was imported, for programs.
  fileprivate var json: JSONValue {
    [
      "file": .string(path), "symbol": .string(symbol), "source": .string(source),
      "resolution": .string(resolution.description), "start": .string(start.description),
      "end": .string(end.description), "rows": .integer(Int64(rows)), "new": .integer(Int64(new)),
      "unchanged": .integer(Int64(unchanged)), "replaced": .integer(Int64(replaced)),
      "gaps": .integer(Int64(gaps.count)), "missing_bars": .integer(Int64(missing)),
    ]
  }
}
