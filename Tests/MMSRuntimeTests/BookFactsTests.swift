// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import MMSRuntime
import MMSStudy
import Testing

/// Stylised facts of books, generated and recorded.
struct BookFactsTests {
  static func facts(
    _ id: String, seconds: Int, metaorders: Int = 16, threads: Int = 2
  ) throws -> FlowFacts {
    var registry = ModelRegistry()
    try BuiltInModels.register(in: &registry)
    let entry = try registry.entry(id, kind: .flow)
    let values = try ParameterResolver.resolve(
      [], schema: entry.descriptor.parameters, owner: id, path: "params")
    guard case .flow(let make) = entry.factory else { throw MMSError(.internal, "'\(id)' makes no flow") }
    return try FlowFacts(make(values), seconds: seconds, metaorders: metaorders, seed: 4, threads: threads)
  }

  @Test func `figures worked out by hand`() throws {
    // Moves +1, −1, +1 …: memory −1 at one second, |moves| constant; kurtosis of two points is −2.
    let mids = (0..<401).map { Double($0 % 2) }
    let facts = try BookFacts(
      mids: mids, spreads: [1, 1, 2, 4], depths: [2, 2, 2, 2, 6], signs: (0..<400).map { $0 % 4 < 2 ? 1 : -1 }
    )
    #expect((facts.deviation - 1).magnitude < 1e-12)
    #expect((facts.excessKurtosis + 2).magnitude < 1e-12)
    #expect((facts.returnMemory + 1).magnitude < 1e-12)
    #expect(facts.volatilityMemory == [0, 0, 0])
    #expect(facts.spread == [2, 1, 1, 2])
    #expect((facts.depth[0] - 2.8).magnitude < 1e-12 && (facts.depth[3] - 2 / 2.8).magnitude < 1e-12)
    // ++−−++−−: neighbours are alike as often as not, at 100 all are alike.
    #expect(facts.signMemory[0].magnitude < 0.01 && (facts.signMemory[2] - 1).magnitude < 1e-12)
    #expect(throws: MMSError.self) { try BookFacts(mids: [1], spreads: [1], depths: [1], signs: [1]) }
  }

  @Test func `signs of excited orders have memory, those of independent ones have none`() throws {
    let hawkes = try Self.facts("flow/Hawkes-v1", seconds: 1500)
    let independent = try Self.facts("flow/ContStoikovTalreja-v1", seconds: 1500)
    // About 1,300 orders and more: four standard errors are .11.
    #expect(hawkes.facts.signMemory[0] > 0.2, "\(hawkes.facts.signMemory)")
    #expect(independent.facts.signMemory[0].magnitude < 0.11, "\(independent.facts.signMemory)")
    #expect(hawkes.facts.volatilityMemory[0] > 0.05, "\(hawkes.facts.volatilityMemory)")
    for found in [hawkes, independent] {
      #expect(found.impacts.map(\.orders) == [1, 2, 4, 8, 16, 32, 64, 128])
      #expect(found.impacts[5].mean > found.impacts[0].mean)
    }
  }

  @Test func `patient liquidity makes impact concave, and signs and volatility remember`() throws {
    var registry = ModelRegistry()
    try BuiltInModels.register(in: &registry)
    let entry = try registry.entry("flow/LatentLiquidity-v1", kind: .flow)
    let values = try ParameterResolver.resolve(
      [("cancel_rate", .number(0.001)), ("window", .number(20))], schema: entry.descriptor.parameters,
      owner: "",
      path: "params")
    guard case .flow(let make) = entry.factory else { throw MMSError(.internal, "no flow") }
    let found = try FlowFacts(
      make(values), seconds: 3000, metaorders: 32, settling: 60, seed: 4, threads: 2)
    let law = try #require(found.law)
    #expect(law.exponent + 2 * law.standardError < 1 && law.exponent > 0.3, "\(law)")
    #expect(found.facts.signMemory[0] > 0.4 && found.facts.signMemory[1] > 0.05, "\(found.facts.signMemory)")
    #expect(found.facts.volatilityMemory[1] > 0.03, "\(found.facts.volatilityMemory)")
  }

  @Test func `threads do not change a bit of facts`() throws {
    let both = try [1, 3].map { try Self.facts("flow/QueueReactive-v1", seconds: 300, threads: $0) }
    #expect(both[0].facts == both[1].facts)
    #expect(both[0].impacts == both[1].impacts)
  }

  @Test(.enabled(if: Checkout.sharedData != nil, "no ../shared/data beside the checkout"))
  func `a LOBSTER day has the known facts of stocks`() throws {
    let folder = try #require(Checkout.sharedData)
    let stem = "\(folder)/lobster/AMZN_2012-06-21_34200000_57600000_"
    let facts = try BookFacts(
      lobsterMessages: "\(stem)message_1.csv.gz", orderbook: "\(stem)orderbook_1.csv.gz")
    // 09:30 to 16:00, and 8,974 executions of visible orders, some of them of one taking order.
    #expect((23_300...23_400).contains(facts.seconds))
    #expect((4_000...8_974).contains(facts.trades))
    #expect(facts.signMemory[0] > 0.3 && facts.excessKurtosis > 3)
    // It fades slowly; 23,399 seconds have a standard error of .0065.
    #expect(facts.volatilityMemory[0] > 0.1 && facts.volatilityMemory[1] > 0.026)
    #expect(facts.volatilityMemory == facts.volatilityMemory.sorted(by: >) && facts.volatilityMemory[2] > 0)
  }
}
