// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSModels
import Testing

/// An impact model with parameters, to be held to what is promised of all of them.
struct ImpactCase: Sendable, CustomTestStringConvertible {
  var name: String
  /// Whether its displacement fades to nothing without a trade against it.
  var fades = true
  var make: @Sendable () throws -> any ImpactModel

  var testDescription: String { name }

  init<M: ImpactModel & NativeModel>(
    _ type: M.Type, fades: Bool = true, _ inputs: [(name: String, input: ParameterInput)] = []
  ) {
    name = ([M.descriptor.id] + inputs.map { "\($0.name) \($0.input.description)" }).joined(separator: ", ")
    self.fades = fades
    make = { try MMSModelsTests.make(type, inputs) }
  }

  static func propagator(
    _ kernel: String, _ law: String, delta: Double = 1, gamma: Double = 0.5, permanent: Double = 0
  ) -> ImpactCase {
    ImpactCase(
      PropagatorImpact.self, fades: permanent == 0,
      [
        ("kernel", .text(kernel)), ("law", .text(law)), ("delta", .number(delta)), ("gamma", .number(gamma)),
        ("permanent", .number(permanent)),
      ])
  }

  static let all: [ImpactCase] = [
    ImpactCase(NoImpact.self), ImpactCase(SquareRootImpact.self),
    ImpactCase(SquareRootImpact.self, [("law", .text("marginal"))]),
    ImpactCase(LinearImpact.self, fades: false), ImpactCase(LinearImpact.self, [("permanent", .number(0))]),
    ImpactCase(LinearImpact.self, fades: false, [("temporary", .number(0))]),
    ImpactCase(Almgren2005Impact.self, fades: false),
    ImpactCase(Almgren2005Impact.self, [("gamma", .number(0)), ("horizon", .text("2 h"))]),
    ImpactCase(ObizhaevaWangImpact.self, fades: false),
    ImpactCase(ObizhaevaWangImpact.self, [("permanent", .number(0)), ("q", .number(4_000))]),
    ImpactCase(
      ObizhaevaWangImpact.self, fades: false, [("permanent", .number(0.3)), ("rho", .number(2_000))]),
    propagator("exponential", "linear"), propagator("exponential", "linear", permanent: 1),
    propagator("power", "linear", gamma: 0.2), propagator("power", "power", delta: 0.5),
    propagator("power", "power", delta: 0.585, gamma: 0.415037),
    propagator("power", "power", delta: 0.3, gamma: 0.8, permanent: 0.5),
  ]
}

struct ImpactModelTests {
  static let conditions = ImpactConditions(
    volatility: 0.02, volume: 10_000, liquidity: 1, price: 100, resolution: .minutes(1))
  static let path = PathContext(seed: 1, path: 0, isCentral: false)

  /// The market in which an order meets a model's displacement: the mid without us stays at 100.
  static func market(_ model: any ImpactModel) -> ImpactConditions {
    var conditions = conditions
    conditions.price = 100 * (1 + model.displacement)
    return conditions
  }

  @Test(arguments: ImpactCase.all)
  func `a law is odd, zero at zero, and never falls with size`(test: ImpactCase) throws {
    // From rest; displaced with the step passed; displaced within the same step.
    for (earlier, steps) in [(0.0, 0), (-40.0, 3), (-40.0, 0), (25.0, 0)] {
      var model = try test.make()
      var mirror = model
      model.apply(earlier, in: Self.conditions)
      model.decay(steps: steps, resolution: .minutes(1))
      mirror.apply(-earlier, in: Self.conditions)
      mirror.decay(steps: steps, resolution: .minutes(1))
      #expect(model.displacement == -mirror.displacement)
      #expect(model.quote(0, in: Self.conditions) == .zero)
      var last = -Double.infinity
      var lastLasting = -Double.infinity
      let sizes = (0..<60).map { 1e-4 * MMSMath.exp(0.25 * Double($0)) }
      for quantity in sizes.reversed().map({ -$0 }) + sizes {
        let quote = model.quote(quantity, in: Self.market(model))
        let opposite = mirror.quote(-quantity, in: Self.market(mirror))
        let paid = (1 + model.displacement) * (1 + quote.temporary) - 1
        let paidOpposite = (1 + mirror.displacement) * (1 + opposite.temporary) - 1
        // Prices are 1 + D: what is left of a rounding of them is no asymmetry.
        #expect(abs(paid + paidOpposite) < 4e-16)
        #expect(abs(quote.lasting + opposite.lasting) <= 1e-15 * abs(quote.lasting))
        #expect(paid >= last - 4e-16 && quote.lasting >= lastLasting)
        if earlier == 0 { #expect(quote.temporary * quantity >= 0 && quote.lasting * quantity >= 0) }
        (last, lastLasting) = (paid, quote.lasting)
      }
    }
  }

  @Test(arguments: ImpactCase.all)
  func `a quote is what applying gives, and changes nothing`(test: ImpactCase) throws {
    var model = try test.make()
    var numbers = TestNumbers(9)
    for _ in 0..<50 {
      let quantity = (numbers.next() - 0.5) * 400
      let before = model.displacement
      let quote = model.quote(quantity, in: Self.conditions)
      #expect(model.displacement == before)
      #expect(model.apply(quantity, in: Self.conditions) == quote)
      model.decay(steps: numbers.below(3), resolution: .minutes(1))
    }
  }

  @Test(arguments: ImpactCase.all)
  func `lasting is what the next step shows more of`(test: ImpactCase) throws {
    var model = try test.make()
    model.apply(120, in: Self.conditions)
    model.decay(steps: 7, resolution: .minutes(1))
    var idle = model
    idle.decay(steps: 1, resolution: .minutes(1))
    let quote = model.apply(80, in: Self.conditions)
    let now = model.displacement
    model.decay(steps: 1, resolution: .minutes(1))
    // A law that acts at once has faded for a step by then; one that acts over the step has not.
    let difference = model.displacement - idle.displacement
    #expect(difference <= quote.lasting * (1 + 1e-12) + 1e-16)
    #expect(difference >= quote.lasting * 0.2)
    #expect(quote.lasting == 0 || max(now, model.displacement) > 0)
  }

  @Test(arguments: ImpactCase.all, [1, 60, 1_500])
  func `the preview equals stepping, to the bit and however steps are grouped`(
    test: ImpactCase, seconds: Int64
  ) throws {
    var model = try test.make()
    let resolution = SimDuration.seconds(seconds)
    var conditions = Self.conditions
    conditions.resolution = resolution
    model.apply(-500, in: conditions)
    model.decay(steps: 2, resolution: resolution)
    model.apply(130, in: conditions)
    model.apply(-3, in: conditions)
    var preview = [Double](repeating: 0, count: 300)
    var span = preview.mutableSpan
    model.decay(resolution: resolution, into: &span)
    var (one, many) = (model, model)
    for step in 0..<300 {
      one.decay(steps: 1, resolution: resolution)
      #expect(one.displacement.bitPattern == preview[step].bitPattern)
    }
    for (steps, end) in [(1, 1), (0, 1), (6, 7), (93, 100), (200, 300)] {
      many.decay(steps: steps, resolution: resolution)
      #expect(many.displacement.bitPattern == preview[end - 1].bitPattern)
    }
  }

  @Test(arguments: ImpactCase.all)
  func `what fades is forgotten, and a new path begins at rest`(test: ImpactCase) throws {
    var model = try test.make()
    model.apply(300, in: Self.conditions)
    if test.fades {
      // The slowest term of a power law takes thousands of years.
      model.decay(steps: 4_000, resolution: .days(5_000))
      #expect(model.isIdle && model.displacement == 0)
    } else {
      model.apply(-300, in: Self.conditions)
      model.decay(steps: 100, resolution: .days(1_000))
      #expect(model.isIdle && model.displacement == 0)
    }
    model.apply(300, in: Self.conditions)
    model.begin(Self.path)
    #expect(model.isIdle && model.displacement == 0)
    var fresh = try test.make()
    fresh.apply(20, in: Self.conditions)
    model.apply(20, in: Self.conditions)
    fresh.decay(steps: 1, resolution: .minutes(1))
    model.decay(steps: 1, resolution: .minutes(1))
    #expect(model.displacement.bitPattern == fresh.displacement.bitPattern)
  }

  /// 100 sequences of up to 12 trades for each of 4 seeds, sizes over four decades, waits of up to 40 steps.
  @Test(arguments: ImpactCase.all, [0, 1, 2, 3])
  func `a round trip never earns`(test: ImpactCase, seed: UInt64) throws {
    var numbers = TestNumbers(seed + 11)
    let fresh = try test.make()
    for round in 0..<100 {
      var model = fresh
      var (position, cost, traded) = (0.0, 0.0, 0.0)
      var conditions = Self.conditions
      conditions.liquidity = 0.2 + 0.8 * numbers.next()
      func trade(_ quantity: Double) {
        let before = model.displacement
        let quote = model.apply(quantity, in: conditions)
        cost += quantity * ((1 + before) * (1 + quote.temporary) - 1)
        position += quantity
        traded += abs(quantity)
      }
      let waits = numbers.below(3) * 20
      for _ in 0..<(1 + numbers.below(12)) {
        conditions.price = 100 * (1 + model.displacement)
        trade((numbers.next() - 0.5) * MMSMath.exp(-9 * numbers.next()) * 2_000)
        model.decay(steps: round % 2 + numbers.below(1 + waits), resolution: .minutes(1))
      }
      conditions.price = 100 * (1 + model.displacement)
      trade(-position)
      #expect(cost >= -1e-12 * traded)
    }
  }

  @Test(arguments: ImpactCase.all)
  func `one per cent of a day's volume in a minute costs a share of a day's volatility`(
    test: ImpactCase
  ) throws {
    let model = try test.make()
    if model.isNone { return }
    let quote = model.quote(100, in: Self.conditions)
    #expect(quote.temporary > 1e-3 * 0.02 && quote.temporary < 0.02)
  }

  @Test(arguments: ImpactCase.all)
  func `half of the liquidity makes an order dearer`(test: ImpactCase) throws {
    let model = try test.make()
    if model.isNone { return }
    var thin = Self.conditions
    thin.liquidity = 0.5
    let ratio =
      model.quote(10, in: thin).temporary / model.quote(10, in: Self.conditions).temporary
    #expect(abs(ratio - 2) < 1e-9)
  }

  @Test(arguments: ImpactCase.all.filter { !$0.name.contains("q 4000") })
  func `a market without a known volume or volatility has no impact`(test: ImpactCase) throws {
    let model = try test.make()
    var unknown = Self.conditions
    unknown.volume = 0
    #expect(model.quote(10, in: unknown) == .zero)
    unknown.volume = 1
    unknown.volatility = 0
    #expect(model.quote(10, in: unknown) == .zero)
    unknown.volume = .nan
    unknown.volatility = .nan
    #expect(model.quote(10, in: unknown) == .zero)
  }

  @Test(arguments: ImpactCase.all)
  func `absurd orders leave finite, positive prices`(test: ImpactCase) throws {
    for quantity in [-1e12, 1e12] {
      var model = try test.make()
      let quote = model.apply(quantity, in: Self.conditions)
      #expect(quote.temporary.isFinite && 1 + quote.temporary > 0)
      model.decay(steps: 1, resolution: .minutes(1))
      #expect(model.displacement.isFinite && 1 + model.displacement > 0)
    }
  }
}
