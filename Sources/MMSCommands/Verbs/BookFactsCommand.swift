// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MMSCore
import MMSModels
import MMSRuntime
import MMSStudy

extension BookCommand {
  /// `mms book facts`.
  struct Facts: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "facts", abstract: "Stylised facts of generated books, beside those of a recording.",
      discussion: """
        Examples:
          mms book facts
          mms book facts --messages message_5.csv.gz --orderbook orderbook_5.csv.gz
          mms book facts --model flow/Hawkes-v1 --seconds 7200 --json
          mms book facts --model flow/LatentLiquidity-v1 --param hidden_orders=5 --settling 300

        A book is looked at once a second. Metaorders are market orders, one a second; impact is the move of the mid
        from before the first to a second after the last, and the exponent is fitted to its growth with their number.
        """)

    @Option(help: ArgumentHelp("A flow model; more than once for several, all by default.", valueName: "id"))
    var model: [String] = []
    @Option(
      help: ArgumentHelp(
        "A parameter of the one model named; more than once for several.", valueName: "name=value"),
      transform: { try ParameterArgument($0) })
    var param: [ParameterArgument] = []
    @Option(help: ArgumentHelp("How long each flow is watched.", valueName: "seconds")) var seconds = 7200
    @Option(
      help: ArgumentHelp("How long a book may forget between two metaorders.", valueName: "seconds"))
    var settling = 60
    @Option(help: ArgumentHelp("Metaorders of each size.", valueName: "count")) var metaorders = 320
    @Option(help: ArgumentHelp("The seed of every draw.", valueName: "number")) var seed: UInt64 = 0
    @Option(help: ArgumentHelp("LOBSTER's messages.", valueName: "file"), completion: .file())
    var messages: String?
    @Option(
      help: ArgumentHelp("LOBSTER's orderbook file of the same rows.", valueName: "file"), completion: .file()
    )
    var orderbook: String?
    @OptionGroup var global: GlobalOptions

    func run() throws {
      guard (200...1_000_000).contains(seconds), (32...100_000).contains(metaorders),
        (1...100_000).contains(settling)
      else {
        throw MMSError(
          .invalidValue,
          "--seconds \(seconds), --metaorders \(metaorders), --settling \(settling): one of them is out of range",
          hint: "200 to 1000000 seconds, 32 to 100000 metaorders, 1 to 100000 seconds of settling")
      }
      guard (messages == nil) == (orderbook == nil) else {
        throw MMSError(.usage, "--messages and --orderbook go together: the two files of one recording")
      }
      guard model.count <= Self.most else {
        throw MMSError(
          .usage, "--model is given \(model.count) times; a table holds \(Self.most) models at most")
      }
      guard param.isEmpty || model.count == 1 else {
        throw MMSError(
          .usage, "--param belongs to one model, and \(model.count) are named", hint: "write --model once")
      }
      let runtime = try global.runtime()
      let (registry, threads) = (runtime.registry, runtime.configuration.threads)
      let ids = model.isEmpty ? registry.entries(of: .flow).map(\.descriptor.id) : model
      var columns: [Column] = []
      for id in ids {
        let entry = try registry.entry(id, kind: .flow, path: "model")
        let values = try ParameterResolver.resolve(
          param.map { ($0.name, $0.input) }, schema: entry.descriptor.parameters, owner: "model '\(id)'",
          path: "params")
        guard case .flow(let make) = entry.factory else { continue }
        let found = try FlowFacts(
          make(values), seconds: seconds, metaorders: metaorders, settling: Double(settling), seed: seed,
          threads: threads)
        columns.append(Column(name: id, facts: found.facts, flow: found))
      }
      if let messages, let orderbook {
        columns.append(
          Column(
            name: "recording", facts: try BookFacts(lobsterMessages: messages, orderbook: orderbook),
            flow: nil))
      }
      if global.json {
        try Standard.write(JSONValue.array(columns.map(\.json)))
      } else {
        try Standard.write(Self.table(columns))
      }
    }

    /// How many models a table has room for.
    private static let most = 5

    private static func table(_ columns: [Column]) -> String {
      var table = TextTable(.left, .right, .right, .right, .right, .right, .right)
      func add(_ label: String, _ cell: (Column) -> String) { table.add([label] + columns.map(cell)) }
      add("") { $0.name.hasPrefix("flow/") ? String($0.name.dropFirst(5)) : $0.name }
      add("seconds") { Figures.count($0.facts.seconds) }
      add("taking orders") { Figures.count($0.facts.trades) }
      add("sd of 1 s moves, ticks") { Figures.plain($0.facts.deviation, 2) }
      add("excess kurtosis") { Figures.plain($0.facts.excessKurtosis, 2) }
      add("memory of moves, 1 s") { Figures.plain($0.facts.returnMemory, 3) }
      add("memory of |moves|, 1, 10, 60 s") { figures($0.facts.volatilityMemory, 3) }
      add("spread, ticks: mean") { Figures.plain($0.facts.spread[0], 2) }
      add("  10, 50, 90 %") { figures(Array($0.facts.spread.dropFirst()), 0) }
      add("best queue, lots: mean") { Figures.plain($0.facts.depth[0], 1) }
      add("  10, 50, 90 % ÷ mean") { figures(Array($0.facts.depth.dropFirst()), 2) }
      add("memory of signs, 1, 10, 100") { figures($0.facts.signMemory, 3) }
      add("impact of 1, 8, 32, 128 orders, ticks") { column in
        column.flow.map { flow in
          figures([1, 8, 32, 128].map { size in flow.impacts.first { $0.orders == size }?.mean ?? 0 }, 2)
        } ?? ""
      }
      add("impact ∝ size to the") { column in
        guard let flow = column.flow else { return "" }
        guard let law = flow.law else { return "no significant impact" }
        return "\(Figures.plain(law.exponent, 2)) ± \(Figures.plain(law.standardError, 2))"
      }
      add("law") { $0.flow?.law?.name ?? "" }
      return table.text
    }

    private static func figures(_ values: [Double], _ digits: Int) -> String {
      values.map { Figures.plain($0, digits) }.joined(separator: " ")
    }
  }
}

/// The facts of one book.
private struct Column {
  let name: String
  let facts: BookFacts
  let flow: FlowFacts?

  var json: JSONValue {
    func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
    let impacts = flow?.impacts.map { impact -> JSONValue in
      [
        "orders": .integer(Int64(impact.orders)), "mean": .number(impact.mean),
        "standard_error": .number(impact.standardError),
      ]
    }
    let law = flow?.law
    return [
      "name": .string(name), "seconds": .integer(Int64(facts.seconds)),
      "trades": .integer(Int64(facts.trades)),
      "deviation": .number(facts.deviation), "excess_kurtosis": .number(facts.excessKurtosis),
      "return_memory": .number(facts.returnMemory), "volatility_memory": numbers(facts.volatilityMemory),
      "spread": numbers(facts.spread), "depth": numbers(facts.depth),
      "sign_memory": numbers(facts.signMemory),
      "impacts": impacts.map { .array($0) } ?? .null,
      "impact_exponent": law.map { .number($0.exponent) } ?? .null,
      "impact_exponent_error": law.map { .number($0.standardError) } ?? .null,
      "impact_law": law.map { .string($0.name) } ?? .null,
    ]
  }
}
