// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSScenario

/// A side of a comparison as it is written: `normal?models.impact.params.Y=0.9&strategy=twap`.
struct SideText {
  /// The scenario's name or file.
  var scenario: String
  /// `PATH=VALUE` overrides of it.
  var overrides: [String] = []
  /// The strategy, when the side names one.
  var strategy: String?
  /// Parameters of the strategy.
  var parameters: [(name: String, input: ParameterInput)] = []
  private let path: String

  /// Takes a text apart.
  ///
  /// - Parameter path: `a` or `b`, for errors.
  /// - Throws: ``MMSError/Code/invalidValue`` when it has not that form.
  init(_ text: String, path: String) throws(MMSError) {
    self.path = path
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    scenario = parts[0]
    guard !scenario.isEmpty else {
      throw MMSError(.invalidValue, "side \(path) names no scenario; write one, such as normal", path: path)
    }
    guard parts.count == 2 else { return }
    for item in parts[1].split(separator: "&", omittingEmptySubsequences: false) {
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, !pair[0].isEmpty, !pair[1].isEmpty else {
        throw MMSError(
          .invalidValue, "'\(item.prefix(100))' in side \(path) is no override; write path=value", path: path,
          hint: "such as normal?models.impact.params.Y=0.9&execution.latency=0")
      }
      let (key, value) = (Self.decoded(pair[0]), Self.decoded(pair[1]))
      if key == "strategy" {
        strategy = value
      } else if key.hasPrefix("strategy_params.") {
        parameters.append(
          (String(key.dropFirst("strategy_params.".count)), ParameterInput(commandLine: value)))
      } else {
        overrides.append("\(key)=\(value)")
      }
    }
  }

  /// The side: what both have in common, changed by what it says.
  func side(over base: SimulationRequest, isRemote: Bool) throws(MMSError) -> ComparisonRequest.Side {
    if isRemote {
      for text in overrides {
        let key = String(text.prefix { $0 != "=" })
        do throws(MMSError) { try ScenarioOverride.checkServiceOverride(path: key) } catch {
          var error = error
          error.path = path
          throw error
        }
      }
    }
    for text in overrides {
      do throws(MMSError) { _ = try ScenarioOverride(text, origin: path) } catch {
        throw MMSError(.invalidValue, "side \(path): \(error.message)", path: path, hint: error.hint)
      }
    }
    var request = base
    request.scenario = scenario
    request.overrides = base.overrides + overrides
    if let strategy, strategy != base.strategy {
      // Another strategy has other parameters.
      request.strategy = strategy
      request.strategyParameters = []
    }
    for (name, input) in parameters {
      request.strategyParameters.removeAll { $0.name == name }
      request.strategyParameters.append((name, input))
    }
    return ComparisonRequest.Side(label: label, request: request)
  }

  private var label: String {
    var parts = overrides
    if let strategy { parts.append("strategy=\(strategy)") }
    for (name, input) in parameters {
      let value = input.json
      parts.append("strategy_params.\(name)=\(value.stringValue ?? value.write(pretty: false))")
    }
    return parts.isEmpty ? scenario : scenario + "?" + parts.joined(separator: "&")
  }

  /// Percent escapes undone where they are some: `50 %` stays what it is.
  private static func decoded(_ text: Substring) -> String {
    guard text.contains("%") else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(text)
  }
}
