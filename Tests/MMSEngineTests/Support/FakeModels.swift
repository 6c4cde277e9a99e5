// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// A resting order fills whole with a fixed chance in every row, whatever the price does.
struct CoinFill: FillModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "fill/TestCoin-v1", kind: .fill, summary: "", equations: "", source: "", parameters: [])
  var chance = 0.3

  init(_ parameters: ParameterValues) throws(MMSError) {}
  init(chance: Double) { self.chance = chance }

  func fill(_ query: FillQuery, in row: MarketRow, random: RandomSource) -> FillDecision {
    if query.isMarketable { return takeAvailable(query) }
    let fills = random.uniform(step: Int64(query.step), lane: query.order) < chance
    return FillDecision(quantity: fills ? query.remaining : 0, probability: chance, queueAhead: 0)
  }
}

/// A fixed fraction at once and another for good.
struct FixedImpact: ImpactModel, NativeModel {
  static let descriptor = ModelDescriptor(
    id: "impact/TestFixed-v1", kind: .impact, summary: "", equations: "", source: "", parameters: [])
  var temporary = 0.0
  var lasting = 0.0
  var displacement = 0.0

  init(_ parameters: ParameterValues) throws(MMSError) {}
  init(temporary: Double, lasting: Double = 0) { (self.temporary, self.lasting) = (temporary, lasting) }

  var isIdle: Bool { displacement == 0 }
  mutating func begin(_ path: PathContext) { displacement = 0 }
  func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    let sign: Double = quantity > 0 ? 1 : -1
    return ImpactQuote(temporary: sign * temporary, lasting: sign * lasting)
  }
  @discardableResult
  mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    let quote = quote(quantity, in: conditions)
    displacement += quote.lasting
    return quote
  }
  func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    for index in displacements.indices { displacements[index] = displacement }
  }
  mutating func decay(steps: Int, resolution: SimDuration) {}
}
