// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSModels
import Testing

@testable import MMSCommands

/// Market making over levels beside what hftbacktest 2.4.4 finds in the same feed.
struct LevelFeedTests {
  static let events = LevelFeed.events(count: 200_000)

  @Test func `the feed is the published one to the number`() {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(40 * Self.events.count)
    for event in Self.events {
      let update = event.update
      let flags = Int64(update.isTrade ? 8 : 4) + (update.side == .buy ? 1 : 0)
      for value in [event.exchangeTime, event.localTime, update.price, update.quantity, flags] {
        for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> Int64(8 * byte))) }
      }
    }
    var digest = SHA256()
    digest.update(bytes)
    #expect(digest.finalize() == "9826c42ac529caa9fa71359bd746d6b53f9b63d5122f0102ed75e98072117466")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var model: String
    var n = 0.0
    var form = "sum"
    var step: Int64 = 100
    var sent: UInt64
    var fills: Int
    var balance: Double
    var fee: Double
    var testDescription: String { "\(model) \(n) \(form) every \(step) ms" }
  }

  /// hftbacktest: no partial fills, 1 ms each way; the first 200,000 events, a position of 0.05 at the end.
  static let cases = [
    Case(model: "risk", sent: 7993, fills: 3685, balance: -2501.195, fee: -460.58922974999643),
    Case(model: "power", n: 1, sent: 8095, fills: 3767, balance: -2500.95, fee: -470.8385319999959),
    Case(model: "power", n: 1.5, sent: 8066, fills: 3739, balance: -2501.055, fee: -467.3386307499962),
    Case(model: "power", n: 2, sent: 8061, fills: 3737, balance: -2501.06, fee: -467.0886479999961),
    Case(model: "power", n: 3, sent: 8051, fills: 3727, balance: -2501.09, fee: -465.8388719999961),
    Case(
      model: "power", n: 2, form: "total", sent: 8164, fills: 3817, balance: -2500.81, fee: -477.0880809999958
    ),
    Case(
      model: "power", n: 2, form: "complement", sent: 8012, fills: 3697, balance: -2501.165,
      fee: -462.08905574999636),
    Case(model: "log", sent: 8099, fills: 3769, balance: -2500.96, fee: -471.0885249999958),
    Case(model: "log", form: "total", sent: 8026, fills: 3711, balance: -2501.115, fee: -463.83889674999637),
    Case(
      model: "power", n: 2, step: 10, sent: 10676, fills: 4527, balance: -2501.39, fee: -565.8310790000011),
  ]

  private static func model(_ wanted: Case) throws -> any QueueFillModel {
    func values(_ schema: [ParameterSchema], _ inputs: [(name: String, input: ParameterInput)]) throws
      -> ParameterValues
    { try ParameterResolver.resolve(inputs, schema: schema, owner: "test", path: "params") }
    switch wanted.model {
    case "risk": return try RiskAverseQueueFill(values([], []))
    case "log":
      return try LogQueueFill(values(LogQueueFill.descriptor.parameters, [("form", .text(wanted.form))]))
    default:
      return try PowerQueueFill(
        values(
          PowerQueueFill.descriptor.parameters, [("n", .number(wanted.n)), ("form", .text(wanted.form))]))
    }
  }

  @Test(arguments: cases)
  func `orders, fills, balance and fees are hftbacktest's`(wanted: Case) throws {
    let settings = L2Settings(
      tick: LevelFeed.tick, lot: LevelFeed.lot, entryLatency: 1_000_000, responseLatency: 1_000_000,
      fills: .whole, makerFee: -0.00005, takerFee: 0.0007)
    var market = try L2Market(settings, events: Self.events, model: try Self.model(wanted))
    LevelQuoter().run(&market, every: wanted.step * 1_000_000)
    #expect(market.sent == wanted.sent)
    #expect(market.fills == wanted.fills)
    #expect(market.position == 50)
    // A tick times a lot is 1/10,000: the balance is exact where theirs has the noise of sums.
    #expect(market.cash == Int128((wanted.balance * 10_000).rounded()))
    #expect(abs(market.fees - wanted.fee) < 1e-9)
  }
}
