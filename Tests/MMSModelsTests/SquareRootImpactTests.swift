// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

struct SquareRootImpactTests {
  static let conditions = ImpactConditions(
    volatility: 0.02, volume: 10_000, liquidity: 1, price: 100, resolution: .minutes(1))
  static let path = PathContext(seed: 1, path: 0, isCentral: false)

  static func model(_ law: String, halfLife: String = "30 min") throws -> SquareRootImpact {
    try make(SquareRootImpact.self, [("law", .text(law)), ("halfLife", .text(halfLife))])
  }

  @Test func `one per cent of a day at two per cent volatility peaks at 14 bp and pays two thirds of it`()
    throws
  {
    let average = try Self.model("average").quote(100, in: Self.conditions)
    #expect(abs(average.lasting - 14.0e-4) < 1e-13)
    #expect(abs(average.temporary - 2.0 / 3 * 14.0e-4) < 1e-13)
    #expect(abs(average.temporary * 1e4 - 9.333_333_333) < 1e-9)
    let marginal = try Self.model("marginal").quote(100, in: Self.conditions)
    #expect(abs(marginal.temporary - 14.0e-4) < 1e-13)
  }

  @Test(arguments: ["average", "marginal"])
  func `the law is odd, zero at zero and never falls with size`(law: String) throws {
    let fresh = try Self.model(law)
    #expect(fresh.quote(0, in: Self.conditions) == .zero)
    var displaced = fresh
    displaced.apply(-40, in: Self.conditions)
    var mirrored = fresh
    mirrored.apply(40, in: Self.conditions)
    var last = ImpactQuote.zero
    var size = 1e-9
    while size < 1e5 {
      let buy = displaced.quote(size, in: Self.conditions)
      let sell = mirrored.quote(-size, in: Self.conditions)
      // What is paid is told over the displaced mid, which is not the same on both sides.
      let paid = buy.temporary * (1 + displaced.displacement)
      let received = sell.temporary * (1 + mirrored.displacement)
      #expect(abs(paid + received) <= 1e-15 * paid && buy.lasting == -sell.lasting)
      #expect(buy.temporary >= last.temporary && buy.lasting >= last.lasting)
      #expect(paid >= 0 && paid <= buy.lasting * (1 + 1e-15))
      last = buy
      size *= 1.31
    }
  }

  @Test func `an order costs the same whole or split`() throws {
    var whole = try Self.model("average")
    var split = whole
    whole.apply(70, in: Self.conditions)
    let once = try Self.model("average").quote(70, in: Self.conditions).temporary * 70
    var pieces = 0.0
    for piece in [5.0, 0.001, 30, 34.999] {
      let before = split.displacement
      pieces += ((1 + before) * (1 + split.apply(piece, in: Self.conditions).temporary) - 1) * piece
    }
    #expect(abs(pieces - once) < 1e-12)
    #expect(abs(split.displacement - whole.displacement) < 1e-15)
  }

  @Test(arguments: ["average", "marginal"], [0, 1, 2, 3, 4, 5, 6, 7])
  func `a round trip never earns`(law: String, seed: UInt64) throws {
    var numbers = TestNumbers(seed + 11)
    for _ in 0..<200 {
      var model = try Self.model(law, halfLife: "\(1 + numbers.below(60)) min")
      var position = 0.0
      var cost = 0.0
      func trade(_ quantity: Double) {
        let before = model.displacement
        let quote = model.apply(quantity, in: Self.conditions)
        cost += quantity * ((1 + before) * (1 + quote.temporary) - 1)
        position += quantity
      }
      for _ in 0..<(1 + numbers.below(12)) {
        trade((numbers.next() - 0.5) * (numbers.next() < 0.3 ? 1 : 1000))
        model.decay(steps: numbers.below(40), resolution: .minutes(1))
      }
      trade(-position)
      #expect(abs(position) < 1e-9)
      #expect(cost >= -1e-12)
    }
  }

  @Test func `the preview equals stepping, to the bit and however the steps are grouped`() throws {
    var model = try Self.model("average", halfLife: "7 min")
    model.apply(-500, in: Self.conditions)
    var preview = [Double](repeating: 0, count: 400)
    var span = preview.mutableSpan
    model.decay(resolution: .minutes(1), into: &span)
    var (one, many) = (model, model)
    for step in 0..<400 {
      one.decay(steps: 1, resolution: .minutes(1))
      #expect(one.displacement.bitPattern == preview[step].bitPattern)
    }
    for (steps, end) in [(1, 1), (6, 7), (93, 100), (300, 400)] {
      many.decay(steps: steps, resolution: .minutes(1))
      #expect(many.displacement.bitPattern == preview[end - 1].bitPattern)
    }
    #expect(one.displacement == 0 && one.isIdle)
  }

  @Test func `half of the displacement is gone after the half-life`() throws {
    var model = try Self.model("average")
    model.apply(100, in: Self.conditions)
    model.decay(steps: 30, resolution: .minutes(1))
    #expect(abs(model.displacement - 7e-4) < 1e-15)
  }

  @Test func `half of the liquidity doubles the impact`() throws {
    let model = try Self.model("average")
    var thin = Self.conditions
    thin.liquidity = 0.5
    let ratio = model.quote(10, in: thin).lasting / model.quote(10, in: Self.conditions).lasting
    #expect(abs(ratio - 2) < 1e-14)
  }

  @Test func `a market without a known volume or volatility has no impact`() throws {
    let model = try Self.model("average")
    var unknown = Self.conditions
    unknown.volume = 0
    #expect(model.quote(10, in: unknown) == .zero)
    unknown.volume = 1
    unknown.volatility = 0
    #expect(model.quote(10, in: unknown) == .zero)
  }

  @Test func `a new path begins without displacement`() throws {
    var model = try Self.model("average")
    model.apply(100, in: Self.conditions)
    model.begin(Self.path)
    #expect(model.isIdle && model.displacement == 0)
  }

  @Test func `no impact is none`() throws {
    var model = try make(NoImpact.self)
    #expect(model.isNone && model.apply(1e9, in: Self.conditions) == .zero && model.isIdle)
    #expect(try make(SquareRootImpact.self, [("Y", .number(0))]).isNone)
  }

  @Test(arguments: ["average", "marginal"])
  func `parameters out of range are refused`(law: String) {
    for bad in [
      ("Y", ParameterInput.number(-1)), ("Y", .number(.nan)), ("halfLife", .text("0 min")),
      ("law", .text("linear")),
    ] {
      #expect(throws: MMSError.self) { _ = try make(SquareRootImpact.self, [bad]) }
    }
  }

  @Test func `the reference output is met`() throws {
    var rows: [[Double]] = []
    for (number, law) in ["average", "marginal"].enumerated() {
      var model = try Self.model(law)
      var numbers = TestNumbers(5)
      for step in 0..<60 {
        var conditions = Self.conditions
        conditions.liquidity = 0.3 + 0.7 * numbers.next()
        let quantity = step % 3 == 0 ? (numbers.next() - 0.5) * 200 : 0
        let quote = model.apply(quantity, in: conditions)
        rows.append([
          Double(number), Double(step), conditions.liquidity, quantity, quote.temporary, quote.lasting,
          model.displacement,
        ])
        model.decay(steps: 1, resolution: .minutes(1))
      }
    }
    try checkReference(
      "Impact/SquareRoot",
      header: ["law", "step", "liquidity", "quantity", "temporary", "lasting", "displacement"], rows: rows)
  }

  @Test func `the reference output of no impact is met`() throws {
    var model = try make(NoImpact.self)
    let rows = [-100.0, 0, 1e-9, 250].map { quantity in
      let quote = model.apply(quantity, in: Self.conditions)
      return [quantity, quote.temporary, quote.lasting, model.displacement]
    }
    try checkReference(
      "Impact/None", header: ["quantity", "temporary", "lasting", "displacement"], rows: rows)
  }
}
