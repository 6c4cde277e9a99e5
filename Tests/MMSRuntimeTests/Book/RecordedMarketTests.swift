// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSEngine
import MMSReport
import MMSRuntime
import MMSScenario
import Testing

/// Simulations whose market is recorded order flow: `market: book`, `path: recorded_flow`.
struct RecordedMarketTests {
  /// A made-up minute: bids of 100 at 100.00, asks of 100 at 100.10, and a share sold to the bid each second.
  private func recording(halt: Range<Int>? = nil) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "replay-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var (messages, rows) = ("34200.1,1,1,100,1000000,1\n", "1001000,100,1000000,100\n")
    for second in 1..<60 {
      if second == halt?.lowerBound { messages += "\(34200 + second).2,7,0,0,-1,-1\n" }
      if second == halt?.upperBound { messages += "\(34200 + second).2,7,0,0,1,-1\n" }
      if second == halt?.lowerBound || second == halt?.upperBound {
        rows += "1001000,100,1000000,\(101 - second)\n"
      }
      messages += "\(34200 + second).5,4,1,1,1000000,1\n"
      rows += "1001000,100,1000000,\(100 - second)\n"
    }
    let stem = "\(path)/XYZ_2012-06-21_34200000_34260000_"
    try Data(messages.utf8).write(to: URL(filePath: stem + "message_1.csv"))
    try Data(rows.utf8).write(to: URL(filePath: stem + "orderbook_1.csv"))
    return path
  }

  private func request(_ data: String?, _ strategy: String = "buy_and_hold", symbol: String = "XYZ")
    -> SimulationRequest
  {
    var request = SimulationRequest(symbol: symbol, period: "30s", scenario: "lobster_replay")
    request.strategy = strategy
    request.data = data
    return request
  }

  @Test("What we buy costs the recorded ask, and an impact model moves what comes later")
  func takes() throws {
    let path = try recording()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let runtime = try Checkout.runtime()
    var request = request("lobster:\(path)")
    request.overrides = ["spec.execution.initial_equity=5000"]
    let prepared = try runtime.prepare(request)
    #expect(prepared.plan.recording?.tick == 0.01 && prepared.plan.flow == nil)
    var plan = prepared.plan
    plan.recordsFills = true
    var runner = try PathRunner(plan)
    let fills = try runner.run(path: 0).fills
    let first = try #require(fills.first)
    #expect(abs(first.price - 100.1) < 1e-9 && first.quantity >= 1 && !first.isMaker)
    let summary = try runtime.simulate(request)
    #expect(summary.provenance.models.map(\.slot) == ["scenario", "fill", "impact", "strategy"])
    #expect(summary.resultDigest == (try runtime.simulate(request)).resultDigest)
  }

  @Test("A halt in the recording halts the rows it touches: what was sent arrives after it")
  func halts() throws {
    let path = try recording(halt: 30..<36)
    defer { try? FileManager.default.removeItem(atPath: path) }
    var request = request("lobster:\(path)")
    request.overrides = ["spec.execution.initial_equity=5000"]
    var plan = try Checkout.runtime().prepare(request).plan
    #expect(plan.recording?.halts == [34_230_200_000_000..<34_236_200_000_000])
    plan.recordsFills = true
    var runner = try PathRunner(plan)
    #expect(try runner.run(path: 0).fills.first?.step == 7)
    let market = try runner.market(path: 0)
    for step in 0..<7 { #expect(market.halted[step] == 1 && market.volume[step] == 0) }
    #expect(market.halted[7] == 0 && market.volume[7] == 1)
  }

  @Test("Without data, with bars only, with several paths or with other ticks it says what is missing")
  func refusals() throws {
    let path = try recording()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let runtime = try Checkout.runtime()
    var several = request("lobster:\(path)")
    several.paths = 2
    var ticks = request("lobster:\(path)")
    ticks.overrides = ["spec.execution.tick=0.05"]
    var estimated = request("lobster:\(path)")
    estimated.overrides = ["spec.models.fill.use=fill/QueuePosition-v1"]
    for (request, text) in [
      (request(nil), "no data are named"),
      (request("synthetic:?symbol=XYZ&resolution=1s&days=1"), "holds bars only"),
      (several, "a recording is one path"), (ticks, "ticks of 0.01"),
      (estimated, "follows no place in a queue"),
      (self.request("lobster:\(path)", symbol: "XYY"), "holds no bars of 'XYY'"),
    ] {
      let error = #expect(throws: MMSError.self) { try runtime.simulate(request) }
      #expect(error?.message.contains(text) == true, "\(error?.message ?? "no error")")
    }
  }

  @Test(
    "A recorded hour of AMZN: strategies run unchanged, twice the same, whatever the block size",
    .enabled(if: Checkout.sharedData != nil, "no ../shared/data beside the checkout"))
  func recorded() throws {
    let folder = try #require(Checkout.sharedData)
    let runtime = try Checkout.runtime()
    var request = request("lobster:\(folder)/lobster?level=1", "avellaneda_stoikov", symbol: "AMZN")
    request.period = "1h"
    request.strategyParameters = [("quantity", .number(10))]
    let prepared = try runtime.prepare(request)
    var plan = prepared.plan
    var runner = try PathRunner(plan)
    let reference = try runner.run(path: 0)
    #expect(reference.fillCount > 0)
    plan.blockSize = 7
    var other = try PathRunner(plan)
    #expect(try other.run(path: 0) == reference)
    #expect(try runner.run(path: 0) == reference)
    // What the book shows is the recording.
    let market = try runner.market(path: 0)
    let warm = plan.base.warmUpRows
    var differing = 0
    for row in 0..<market.count
    where abs(market.mid[row] - plan.base.block.mid[warm + row]) > 1e-9 { differing += 1 }
    #expect(differing == 0)
  }
}
