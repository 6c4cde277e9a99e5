// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

/// Numbers by hand, one law after another.
struct ImpactLawTests {
  static let conditions = ImpactModelTests.conditions

  @Test func `the linear law moves by Kyle's lambda and charges half of it`() throws {
    var model = try make(LinearImpact.self, [("permanent", .number(2)), ("temporary", .number(0.5))])
    // 1 % of a day's volume at 2 % a day: 2 · 0.0002 for good, 0.5 · 0.0002 at once.
    let quote = model.apply(100, in: Self.conditions)
    #expect(abs(quote.lasting - 4e-4) < 1e-18 && abs(quote.temporary - (2e-4 + 1e-4)) < 1e-18)
    // In the same step the flow counts: a second order pays what one of the sum would have paid in all.
    let second = model.quote(100, in: Self.conditions)
    #expect(abs((1 + 4e-4) * (1 + second.temporary) - (1 + 4e-4 + 2e-4 + 3e-4)) < 4e-16)
    model.decay(steps: 1, resolution: .minutes(1))
    let later = model.quote(100, in: Self.conditions)
    #expect(abs((1 + 4e-4) * (1 + later.temporary) - (1 + 4e-4 + 2e-4 + 1e-4)) < 4e-16)
    model.decay(steps: 100_000, resolution: .days(1))
    #expect(model.displacement == quote.lasting)
  }

  /// The IBM example of 2005, X/V = .1: permanent 19.86 bp; realised for T = .1, .2, .5 days.
  @Test(arguments: [(0.1, 32.224), (0.2, 24.638), (0.5, 18.418)])
  func `the published constants give the published costs of IBM`(days: Double, realised: Double) throws {
    let model = try make(Almgren2005Impact.self, [("sharesOutstanding", .number(1_728e6))])
    let quote = model.quote(
      656_100,
      in: ImpactConditions(
        volatility: 0.0157, volume: 6.561e6, liquidity: 1, price: 90,
        resolution: SimDuration(nanoseconds: Int64(days * 86_400e9))))
    #expect(abs(quote.lasting * 1e4 - 19.86) < 5e-3)
    #expect(abs(quote.temporary * 1e4 - realised) < 1e-3)
  }

  @Test func `a horizon replaces the step, and auto takes the days of volume`() throws {
    let steps = try make(Almgren2005Impact.self)
    let span = try make(Almgren2005Impact.self, [("horizon", .text("5 min"))])
    let known = try make(
      Almgren2005Impact.self, [("horizon", .number(5)), ("sharesOutstanding", .number(2_630_000))])
    let quote = span.quote(100, in: Self.conditions)
    #expect(abs(quote.temporary - known.quote(100, in: Self.conditions).temporary) < 1e-17)
    #expect(abs(quote.lasting - known.quote(100, in: Self.conditions).lasting) < 1e-18)
    #expect(steps.quote(100, in: Self.conditions).temporary > quote.temporary)
  }

  @Test func `executions outside the sample are counted by what is outside`() throws {
    var model = try make(Almgren2005Impact.self, [("horizon", .text("2 d"))])
    var wild = Self.conditions
    wild.volatility = 0.2
    for quantity in [10.0, -10, 500, 9_000] { model.apply(quantity, in: Self.conditions) }
    model.apply(500, in: wild)
    let counts = model.remarks.sorted { $0.key < $1.key }
    #expect(counts.map(\.value) == [1, 1, 5, 2])
    #expect(counts.map { String($0.key.prefix(2)) } == ["at", "la", "sl", "sm"])
    model.begin(ImpactModelTests.path)
    #expect(model.remarks.isEmpty)
  }

  @Test func `the book of density q moves by x over q, and its transient part refills`() throws {
    var model = try make(
      ObizhaevaWangImpact.self,
      [("q", .number(5_000)), ("permanent", .number(0.25)), ("rho", .number(2))])
    var conditions = Self.conditions
    let first = model.apply(1_000, in: conditions)
    // 0.2 of quote currency on 100, paid half on average.
    #expect(abs(first.lasting - 0.002) < 1e-17 && abs(first.temporary - 0.001) < 1e-17)
    model.decay(steps: 720, resolution: .minutes(1))
    let left = 0.05 + 0.15 * MMSMath.exp(-1)
    #expect(abs(100 * model.displacement - left) < 1e-12)
    // At a displaced price the same order moves the book as far in quote currency.
    conditions.price = 100 * (1 + model.displacement)
    let second = model.quote(1_000, in: conditions)
    #expect(abs(100 * second.lasting - 0.2) < 1e-14)
    #expect(abs(conditions.price * (1 + second.temporary) - (100 + left + 0.1)) < 1e-12)
  }

  @Test func `a relative book is a linear law of its own market`() throws {
    let quote = try make(ObizhaevaWangImpact.self).quote(100, in: Self.conditions)
    #expect(abs(quote.lasting - 2e-4) < 1e-18 && abs(quote.temporary - 1e-4) < 1e-18)
  }

  @Test(arguments: [0.5, 0.99, 2]) func `a permanent part that is not linear is refused with the reason`(
    power: Double
  ) {
    for error in [
      #expect(throws: MMSError.self) { _ = try make(Almgren2005Impact.self, [("alpha", .number(power))]) },
      #expect(throws: MMSError.self) {
        _ = try make(PropagatorImpact.self, [("permanentDelta", .number(power))])
      },
    ] {
      #expect(error?.code == .invalidValue)
      #expect(error?.message.contains("Huberman") == true && error?.message.contains("\(power)") == true)
    }
  }

  @Test func `parameters out of range are refused`() {
    func refused<M: ImpactModel & NativeModel>(_ type: M.Type, _ name: String, _ input: ParameterInput) {
      #expect(throws: MMSError.self) { _ = try make(type, [(name, input)]) }
    }
    refused(LinearImpact.self, "permanent", .number(-1))
    refused(LinearImpact.self, "temporary", .number(.nan))
    refused(Almgren2005Impact.self, "sharesOutstanding", .number(0))
    refused(Almgren2005Impact.self, "beta", .number(0))
    refused(Almgren2005Impact.self, "horizon", .number(0.5))
    refused(ObizhaevaWangImpact.self, "q", .number(0))
    refused(ObizhaevaWangImpact.self, "permanent", .number(1.1))
    refused(ObizhaevaWangImpact.self, "rho", .number(-1))
    refused(PropagatorImpact.self, "gamma", .number(1))
    refused(PropagatorImpact.self, "delta", .number(1.5))
    refused(PropagatorImpact.self, "kernel", .text("powr"))
  }

  /// The folder of each reference, and the model that wrote it.
  static let references: [(folder: String, test: ImpactCase)] = [
    ("Impact/Linear", ImpactCase(LinearImpact.self)),
    ("Impact/Almgren2005", ImpactCase(Almgren2005Impact.self)),
    ("Impact/ObizhaevaWang", ImpactCase(ObizhaevaWangImpact.self)),
    ("Impact/Propagator", ImpactCase(PropagatorImpact.self)),
  ]

  @Test(arguments: references.indices) func `the reference output is met`(index: Int) throws {
    let (folder, test) = Self.references[index]
    var model = try test.make()
    var numbers = TestNumbers(5)
    var rows: [[Double]] = []
    for step in 0..<60 {
      var conditions = Self.conditions
      conditions.liquidity = 0.3 + 0.7 * numbers.next()
      conditions.price = 100 * (1 + model.displacement)
      // Two orders in every sixth step, one in every third.
      for quantity in step % 6 == 0 ? [0.7, -0.2] : step % 3 == 0 ? [1.0] : [0] {
        let signed = quantity * (numbers.next() - 0.5) * 200
        let quote = model.apply(signed, in: conditions)
        rows.append([
          Double(step), conditions.liquidity, signed, quote.temporary, quote.lasting, model.displacement,
        ])
      }
      model.decay(steps: 1, resolution: .minutes(1))
    }
    try checkReference(
      folder, header: ["step", "liquidity", "quantity", "temporary", "lasting", "displacement"], rows: rows)
  }
}
