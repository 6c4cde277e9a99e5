// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSEngine
import MMSRuntime
import MMSStudy
import Testing

@testable import MMSReport

/// A report says what the paths say, and nothing else.
struct ReportTests {
  /// A day in which limit orders trade often, over some paths.
  private static func summary(paths: Int, threads: Int = 2) throws -> SimulationSummary {
    var request = Checkout.example("black_swan", period: "1d")
    request.paths = paths
    request.seed = 5
    request.strategyParameters = [
      ("entry_threshold", .number(0.002)), ("exit_threshold", .number(0.001)), ("order_type", .text("limit")),
    ]
    var summary = try Checkout.runtime(threads: threads).simulate(request, recordsSeries: true)
    summary.executionTime = 0
    return summary
  }

  private static let one = Result { try summary(paths: 1) }
  private static let many = Result { try summary(paths: 24) }

  @Test("The waterfall sums to the shortfall")
  func waterfall() throws {
    for summary in try [Self.one.get(), Self.many.get()] {
      let costs = try #require(summary.report()["costs"])
      let parts = try #require(costs["parts"]?.arrayValue)
      #expect(parts.count == 8)
      let sum = parts.reduce(0) { $0 + ($1["amount"]?.doubleValue ?? .nan) }
      let shortfall = try #require(costs["shortfall"]?.doubleValue)
      #expect(abs(sum - shortfall) <= 1e-9 * abs(shortfall))
      #expect(shortfall > 0)
    }
  }

  @Test("The parents' costs of a path add up to the path's")
  func parents() throws {
    let summary = try Self.one.get()
    let path = try #require(summary.material?.paths.first)
    var costs = CostSplit()
    for parent in path.parents { costs += parent.costs }
    let whole = summary.paths[0].costs.total
    #expect(abs(costs.total - whole) <= 1e-9 * abs(whole))
    #expect(path.fills.count == summary.paths[0].fillCount)
    #expect(path.parents.allSatisfy { ($0.stepsToFill == nil) == ($0.filled == 0) })
    #expect(path.parents.contains { $0.isPassive })
  }

  @Test("Mids after a fill are those of the series")
  func markouts() throws {
    var request = Checkout.example("normal", period: "1d")
    request.strategyParameters = [("entry_threshold", .number(0.001)), ("exit_threshold", .number(0.0005))]
    let summary = try Checkout.runtime().simulate(request, recordsSeries: true)
    let series = try #require(summary.paths[0].series)
    try #require(series.stepsPerBucket == 1)
    let mid = try #require(series["mid"]?.last)
    let fills = summary.material?.paths[0].fills ?? []
    #expect(!fills.isEmpty)
    for fill in fills {
      let reached = FillRecord.markoutSteps.filter { fill.step + $0 < mid.count }
      #expect(fill.later == reached.map { mid[fill.step + $0] })
    }
  }

  @Test("The deepest drawdown is the path's, with its dates")
  func drawdowns() throws {
    let path = try Self.one.get().paths[0]
    let series = try #require(path.series)
    let worst = try #require(series.drawdowns.first)
    #expect(abs(worst.depth - path.maxDrawdown) < 1e-12)
    #expect(series.drawdowns.count <= 5)
    #expect(zip(series.drawdowns, series.drawdowns.dropFirst()).allSatisfy { $0.depth <= $1.depth })
    for fall in series.drawdowns {
      #expect(fall.peak <= fall.trough && fall.trough < fall.recovery ?? .max)
    }
    let falls = try #require(series["drawdown"])
    let index = try #require(falls.low.indices.min { falls.low[$0] < falls.low[$1] })
    #expect(abs(falls.low[index] - worst.depth) < 1e-12)
    let bucket = (index == 0 ? Int64.min : series.time[index - 1])..<series.time[index] + 1
    #expect(bucket.contains(worst.trough))
  }

  @Test("The fan's quantiles are those of the paths, and end where they end")
  func fan() throws {
    let summary = try Self.many.get()
    let fan = try #require(summary.report()["fan"])
    #expect(fan["paths"]?.integerValue == 24)
    let ends = Sample(summary.paths.map(\.finalEquity))
    for (name, share) in [("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)] {
      let band = try #require(fan["equity"]?[name]?.arrayValue)
      #expect(band.count == fan["time"]?.arrayValue?.count)
      #expect(band.count <= ReportMaterial.fanPoints)
      #expect(abs((band.last?.doubleValue ?? .nan) / ends.quantile(share) - 1) < 1e-12, "\(name)")
    }
  }

  @Test("Paths shown one by one are those of the answer, whatever the threads")
  func threads() throws {
    let parallel = try Self.many.get()
    let serial = try Self.summary(paths: 24, threads: 1)
    #expect(parallel.report().write() == serial.report().write())
    let material = try #require(parallel.material)
    for (path, result) in zip(material.paths, parallel.paths) {
      #expect(path.equity.last == result.finalEquity)
      #expect(path.fills.count == result.fillCount)
    }
  }

  @Test("Value at risk and its tail mean follow their definitions")
  func risk() {
    let sample = Sample((1...100).map { Double($0) / 100 - 0.5 })
    #expect(abs(TailRisk.level(0.95, of: sample.sorted).valueAtRisk - 0.4405) < 1e-12)
    // The five lowest are −0.49 … −0.45.
    #expect(abs(TailRisk.level(0.95, of: sample.sorted).expectedShortfall - 0.47) < 1e-12)
    #expect(abs(TailRisk.level(0.99, of: sample.sorted).expectedShortfall - 0.49) < 1e-12)
    #expect(
      TailRisk.level(0.95, of: []).valueAtRisk == 0 && TailRisk.level(0.99, of: []).expectedShortfall == 0)
    let counts = sample.histogram(bins: 7)["counts"]?.arrayValue?.compactMap(\.integerValue) ?? []
    #expect(counts.reduce(0, +) == 100 && counts.count == 7)
    #expect(Sample([2, 2]).histogram(bins: 7)["counts"] == [2])
  }

  @Test("The impact law is found again, with its error")
  func law() throws {
    let points = (0..<6).map {
      (x: Double($0), y: 0.5 * Double($0) - 3 + ($0.isMultiple(of: 2) ? 0.1 : -0.1))
    }
    let fit = try #require(LineFit(points))
    // By hand: Σ(x − 2.5)² = 17.5, Σ(x − 2.5)e = −0.3.
    #expect(abs(fit.slope - (0.5 - 0.3 / 17.5)) < 1e-12)
    let rest = points.reduce(0) { sum, point in
      let miss = point.y - fit.intercept - fit.slope * point.x
      return sum + miss * miss
    }
    #expect(abs(fit.slopeError - (rest / 4 / 17.5).squareRoot()) < 1e-12)
    #expect(LineFit([(1, 1), (1, 2), (1, 3)]) == nil)
  }

  @Test("More equity means larger orders that cost more")
  func sizes() throws {
    var request = Checkout.example("normal", period: "1d")
    request.strategyParameters = [("entry_threshold", .number(0.001)), ("exit_threshold", .number(0.0005))]
    let summary = try Checkout.runtime().simulate(request, recordsSeries: true)
    let impact = try #require(summary.report()["impact"])
    #expect(impact["scales"] == true)
    let sizes = try #require(impact["sizes"]?.arrayValue)
    let orders = sizes.compactMap { $0["parent_notional"]?.doubleValue }
    #expect(orders.count == 9)
    #expect(zip(orders, orders.dropFirst()).allSatisfy { $0 < $1 })
    let returns = sizes.compactMap { $0["total_return"]?.doubleValue }
    // Larger ones meet the volume cap and spread over bars.
    let displaced = sizes.prefix(4).compactMap { $0["price_impact"]?.doubleValue }
    #expect(zip(displaced, displaced.dropFirst()).allSatisfy { $0 < $1 })
    #expect(returns[2] == summary.paths[0].totalReturn, "the third size is the scenario's own")
  }

  @Test(
    "Numbers read well",
    arguments: [
      (1234.5, 1, "1,234.5"), (-0.004, 2, "0.00"), (-0.005, 2, "−0.01"), (1e6, 0, "1,000,000"),
      (.nan, 2, "–"),
    ])
  func wording(value: Double, decimals: Int, text: String) {
    #expect(Wording.fixed(value, decimals) == text)
  }

  @Test("A page escapes what comes from outside")
  func escaping() {
    let report: JSONValue = [
      "request": ["symbol": "<b>&\"'", "scenario": "</script><script>alert(1)</script>"],
      "verdict": "<img src=x onerror=alert(1)>",
      "answer": ["warnings": ["<script>alert(1)</script>"]],
    ]
    let library = ChartLibrary(script: "a</script>\n//# sourceMappingURL=a.map", synchronizer: "", style: "")
    let html = ReportPage(report).html(with: library)
    #expect(!html.contains("alert(1)</script>") && !html.contains("<img src=x"))
    #expect(!html.contains("sourceMappingURL") && html.contains("a<\\/script>"))
    #expect(html.components(separatedBy: "</script>").count == 4)
  }
}
