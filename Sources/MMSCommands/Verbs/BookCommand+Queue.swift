// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSRuntime

extension BookCommand {
  /// `mms book queue`.
  struct Queue: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "queue", abstract: "Compare queue models of levels with known places.",
      discussion: """
        Example:
          mms book queue --messages message_5.csv.gz --orderbook orderbook_5.csv.gz

        Orders of one lot are sent to both best prices of a LOBSTER recording, which tells when each would have
        traded; the models see the same recording as levels and trades.
        """)

    @Option(
      help: ArgumentHelp("LOBSTER's message file, plain or .gz.", valueName: "file"), completion: .file())
    var messages: String
    @Option(
      help: ArgumentHelp("The orderbook file of the same rows.", valueName: "file"), completion: .file())
    var orderbook: String
    @Option(help: ArgumentHelp("Time between two pairs of orders.", valueName: "duration"))
    var every = "5s"
    @Option(help: ArgumentHelp("How long an order is left.", valueName: "duration"))
    var lifetime = "60s"
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let interval = try Self.duration(every, "every")
      let life = try Self.duration(lifetime, "lifetime")
      let feed = try LobsterFeed.read(messages: messages, orderbook: orderbook)
      let result = try QueueStudy.run(feed, interval: interval.nanoseconds, lifetime: life.nanoseconds)
      if global.json { try Standard.write(result.json) } else { try Standard.write(result.table) }
    }

    private static func duration(_ text: String, _ path: String) throws -> SimDuration {
      guard let value = SimDuration(text), value.nanoseconds > 0 else {
        throw MMSError(
          .invalidValue, "'\(text)' is no span of time above 0; write it like '5s' or '1 min'", path: path)
      }
      return value
    }
  }
}

extension QueueStudy.Result {
  /// For programs.
  fileprivate var json: JSONValue {
    [
      "orders": .integer(Int64(orders)), "filled": .number(filled), "mean_wait": .number(meanWait),
      "models": .array(
        rows.map { row in
          [
            "model": .string(row.name), "filled": .number(row.filled), "false_fills": .number(row.falseFills),
            "missed": .number(row.missed), "bias": .number(row.bias), "mean_error": .number(row.meanError),
            "median_error": .number(row.medianError),
          ]
        }),
    ]
  }

  /// For people.
  fileprivate var table: String {
    var table = TextTable(.left, .right, .right, .right, .right, .right, .right)
    table.add("model", "filled", "false fills", "missed", "bias s", "mean error s", "median s")
    for row in rows {
      table.add(
        row.name, Figures.percent(row.filled), Figures.percent(row.falseFills), Figures.percent(row.missed),
        Figures.plain(row.bias, 3), Figures.plain(row.meanError, 3), Figures.plain(row.medianError, 3))
    }
    return "\(Figures.count(orders, "order")); \(Figures.percent(filled)) traded, after"
      + " \(Figures.plain(meanWait, 2)) s in the mean\n" + table.text
  }
}
