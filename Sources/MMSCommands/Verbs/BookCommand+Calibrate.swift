// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore
import MMSRuntime
import MMSStudy

extension BookCommand {
  /// `mms book calibrate`.
  struct Calibrate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "calibrate",
      abstract: "Estimate the rates of order flow from recordings, with standard errors.",
      discussion: """
        Examples:
          mms book calibrate AMZN_message_5.csv.gz --model ContStoikovTalreja-v1
          mms book calibrate monday_message_5.csv.gz tuesday_message_5.csv.gz --model QueueReactive-v1 --yaml

        Files are LOBSTER's message files; the orderbook file of the same rows lies beside each, with 'orderbook' where
        its name has 'message'. Rates are per second, sizes in shares.
        """)

    /// A model whose rates are estimated.
    enum Model: String, CaseIterable {
      case contStoikovTalreja = "ContStoikovTalreja-v1"
      case zeroIntelligence = "ZeroIntelligence-v1"
      case queueReactive = "QueueReactive-v1"
    }

    @Argument(help: "Message files, plain or .gz.", completion: .file())
    var files: [String] = []
    @Option(
      help: ArgumentHelp(
        "Whose rates: \(Model.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "model"))
    var model = Model.contStoikovTalreja.rawValue
    @Option(
      help: ArgumentHelp("Distances from the other side's best price, or the width.", valueName: "ticks"))
    var distances = 5
    @Option(help: ArgumentHelp("Queues of a side.", valueName: "count"))
    var queues = 3
    @Option(help: ArgumentHelp("Sizes of a queue, in its mean event size.", valueName: "count"))
    var sizes = 10
    @Flag(help: "Print YAML for a scenario's models.flow.")
    var yaml = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let name = model.split(separator: "/").last.map(String.init) ?? model
      guard let model = Model(rawValue: name) else {
        throw MMSError(
          .invalidValue, "there is no calibration of '\(model)'", path: "model",
          hint: Suggestion.hint(for: name, among: Model.allCases.map(\.rawValue)))
      }
      if files.isEmpty { throw MMSError(.usage, "name one message file or more") }
      for (name, value, most) in [
        ("distances", distances, 1000), ("queues", queues, 100), ("sizes", sizes, 1000),
      ]
      where value < 1 || value > most {
        throw MMSError(.invalidValue, "--\(name) is \(value), not within 1 to \(most)", path: name)
      }
      var calibration = FlowCalibration(distances: distances, queues: queues, sizes: sizes)
      for file in files {
        let bar = ProgressBar("Observing \(file)", isOn: !global.quiet)
        defer { bar.end() }
        try calibration.observe(messages: file, orderbook: try Self.orderbook(beside: file)) {
          bar.show($0, of: $1)
        }
      }
      let parameters: [FlowParameter]
      switch model {
      case .contStoikovTalreja: parameters = calibration.contStoikovTalreja()
      case .zeroIntelligence: parameters = calibration.zeroIntelligence()
      case .queueReactive: parameters = calibration.queueReactiveShapes() + calibration.queueReactive()
      }
      let report = Report(
        model: model.rawValue, seconds: calibration.seconds, counts: calibration.counts, parameters)
      if global.json {
        try Standard.write(report.json)
      } else {
        let entry = try global.runtime().registry.entry("flow/\(model.rawValue)", kind: .flow, path: "model")
        try Standard.write(yaml ? report.yaml(entry.descriptor.parameters) : report.table)
      }
    }

    private static func orderbook(beside path: String) throws(MMSError) -> String {
      let url = URL(fileURLWithPath: path)
      let name = url.lastPathComponent.replacingOccurrences(of: "message", with: "orderbook")
      let found = url.deletingLastPathComponent().appendingPathComponent(name).path
      if name == url.lastPathComponent || !FileManager.default.fileExists(atPath: found) {
        throw MMSError(
          .notFound, "there is no orderbook file beside '\(path)'; its name has 'orderbook' for 'message'")
      }
      return found
    }
  }

  /// What a calibration found.
  struct Report {
    let model: String
    let seconds: Double
    let counts: (limits: Int, cancels: Int, markets: Int)
    let parameters: [FlowParameter]

    init(
      model: String, seconds: Double, counts: (limits: Int, cancels: Int, markets: Int),
      _ parameters: [FlowParameter]
    ) {
      self.model = model
      self.seconds = seconds
      self.counts = counts
      self.parameters = parameters
    }

    /// For programs.
    var json: JSONValue {
      let rows = parameters.map { (parameter) -> JSONValue in
        [
          "name": .string(parameter.name), "value": .number(parameter.value),
          "standard_error": parameter.standardError.map { .number($0) } ?? .null,
          "n": .integer(Int64(parameter.count)),
        ]
      }
      return [
        "model": .string(model), "seconds": .number(seconds),
        "limit_orders": .integer(Int64(counts.limits)), "cancellations": .integer(Int64(counts.cancels)),
        "market_orders": .integer(Int64(counts.markets)), "parameters": .array(rows),
      ]
    }

    /// For a scenario's `spec`: what the model takes as its parameters, what else was found as comments.
    ///
    /// A value that the model does not take is a comment too, so that the scenario is valid as it is printed.
    func yaml(_ schemas: [ParameterSchema]) -> String {
      let known = Set(schemas.map(\.name))
      let refused = schemas.filter { schema in
        parameters.contains { $0.name == schema.name && !schema.isInRange($0.value) }
      }
      let fits = parameters.contains { parameter in
        known.contains(parameter.name) && !refused.contains { $0.name == parameter.name }
      }
      var text = "models:\n  flow:\n    use: flow/\(model)\n    params:" + (fits ? "\n" : " {}\n")
      if parameters.contains(where: { !known.contains($0.name) }) {
        text += "      # Lines that are comments were measured and are no parameters of the model.\n"
      }
      for parameter in parameters {
        let (name, value) = (parameter.name, parameter.value)
        let isWhole = value == value.rounded() && value.magnitude < 1e15
        let limits = refused.first { $0.name == name }?.rangeText
        text += known.contains(name) && limits == nil ? "      " : "      # "
        text += "\(name): " + (isWhole ? "\(Int64(value))" : "\(value)")
        if let error = parameter.standardError {
          text += "  # ± \(Figures.significant(error, 3)), n \(parameter.count)"
        }
        if let limits { text += "; the model takes \(limits): its default stays" }
        text += "\n"
      }
      return text
    }

    /// For people.
    var table: String {
      var table = TextTable(.left, .right, .right, .right)
      table.add("parameter", "value", "error", "n")
      for parameter in parameters {
        table.add(
          parameter.name, Figures.significant(parameter.value, 5),
          parameter.standardError.map { Figures.significant($0, 3) } ?? "", Figures.count(parameter.count))
      }
      return "\(model): \(Figures.plain(seconds, 1)) s, \(Figures.count(counts.limits, "limit order")),"
        + " \(Figures.count(counts.cancels, "cancellation")), \(Figures.count(counts.markets, "market order"))\n"
        + table.text
    }
  }
}
