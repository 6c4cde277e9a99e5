// SPDX-License-Identifier: Apache-2.0

/// What is fixed for all paths of a simulation, known before the first.
public struct MarketContext: Sendable {
  /// The trading pair.
  public var symbol: String
  /// The length of a step.
  public var resolution: SimDuration
  /// How many steps the period has.
  public var steps: Int
  /// How far the scenario stands from normal.
  public var stress: StressRatios

  /// Describes a simulation's market.
  public init(symbol: String, resolution: SimDuration, steps: Int, stress: StressRatios) {
    self.symbol = symbol
    self.resolution = resolution
    self.steps = steps
    self.stress = stress
  }

  /// Steps in one day.
  public var stepsPerDay: Double { 86_400e9 / Double(resolution.nanoseconds) }

  /// The nearest whole number of steps in a span, at least one.
  public func steps(in span: SimDuration) -> Int {
    Swift.max(1, Int((Double(span.nanoseconds) / Double(resolution.nanoseconds)).rounded()))
  }
}

/// What is fixed for one path.
public struct PathContext: Sendable {
  /// The simulation's seed.
  public var seed: UInt64
  /// The path's number, from 0; 2⁴⁷ more on a mirrored path, see ``RandomSource``.
  public var path: Int
  /// Whether this is the one path of a single-path simulation, which draws every size at its centre.
  public var isCentral: Bool

  /// Identifies a path.
  public init(seed: UInt64, path: Int, isCentral: Bool) {
    self.seed = seed
    self.path = path
    self.isCentral = isCentral
  }

  /// Whether the path is the mirror image of another: its draws are, and so should be what is spread by number.
  public var isMirrored: Bool { path >= Int(RandomSource.mirror) }

  /// The number of the path, or of the one it mirrors.
  public var unmirrored: Int { isMirrored ? path - Int(RandomSource.mirror) : path }

  /// Mirrors a path, or brings it back.
  public static func mirror(of path: Int) -> Int { path ^ Int(RandomSource.mirror) }

  /// The path's draws for one role.
  public func random(_ role: RandomRole) -> RandomSource {
    RandomSource(seed: seed, path: UInt64(path), role: role)
  }
}
