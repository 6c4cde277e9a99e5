// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSScenario
import Testing

/// SplitMix64: a fixed sequence for tests.
private struct Sequence64: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

struct ScenarioFuzzTests {
  private static let pieces = [
    "{", "}", "[", "]", ": ", "- ", "\n", "  ", "null", "-1", "0", "1e400", ".nan", "1e-320", "99999999999 d",
    "50 %", "crash +", "crash -9e9 w", "2262-12-31", "&a ", "*a", "\"", "'", "use", "params",
    "extends: [normal]\n",
    "scenario/Stress-v1", "é", "\u{FEFF}", "#", "9223372036854775807", "-9223372036854775808 ns", "median",
    "|\n",
  ]

  @Test(arguments: Samples.bundledNames)
  func `a mutated scenario is read or refused with a place, and never crashes`(name: String) throws {
    let library = try Samples.library()
    let original = Array(
      try String(contentsOfFile: "\(Samples.bundled)/\(name).yaml", encoding: .utf8).unicodeScalars)
    var random = Sequence64(state: UInt64(bitPattern: name.utf8.reduce(7) { $0 &* 31 &+ Int64($1) }))
    var refused = 0
    for round in 0..<400 {
      var text = original
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let start = Int.random(in: 0..<text.count, using: &random)
        let end = min(text.count, start + Int.random(in: 0..<12, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text.removeSubrange(start..<end)
        case 1:
          let piece = Self.pieces.randomElement(using: &random) ?? ""
          text.replaceSubrange(start..<end, with: Array(piece.unicodeScalars))
        default:
          text.insert(contentsOf: text[start..<end], at: text.indices.randomElement(using: &random) ?? 0)
        }
        if text.isEmpty { text = original }
      }
      var string = String.UnicodeScalarView()
      string.append(contentsOf: text)
      do throws(MMSError) {
        let scenario = try library.read(text: String(string), file: "fuzz.yaml")
        #expect(!scenario.render().isEmpty)
      } catch {
        refused += 1
        #expect(error.location != nil && error.code == .invalidData, "round \(round): \(error)")
      }
    }
    #expect(refused > 100)
  }

  @Test func `mutated overrides are read or refused and never crash`() throws {
    let library = try Samples.library()
    let paths = [
      "models.scenario.params.drop", "execution.latency", "events", "events.0", "models.impact.use", "spec",
      "data",
      "calibration.volatility_factor", "targets", "models.scenario", "execution.tick", "data.start",
    ]
    var random = Sequence64(state: 11)
    for _ in 0..<600 {
      let path = paths.randomElement(using: &random) ?? ""
      let value = (0...Int.random(in: 0..<4, using: &random)).map { _ in
        Self.pieces.randomElement(using: &random) ?? ""
      }
      do throws(MMSError) {
        let item = try ScenarioOverride("\(path)=\(value.joined())")
        _ = try library.load("black_swan", overrides: [item])
      } catch {
        #expect(error.code == .usage || error.code == .invalidValue, "\(path)=\(value): \(error)")
      }
    }
  }
}
