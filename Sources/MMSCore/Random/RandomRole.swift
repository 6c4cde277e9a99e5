// SPDX-License-Identifier: Apache-2.0

/// What a draw is for: the slot of a run that uses it, never a model's name.
///
/// Roles draw independently, so that exchanging the model in one slot leaves the noise of all others
/// as it was.
public struct RandomRole: RawRepresentable, Hashable, Sendable {
  /// The number that enters the key of the draws; it must never change.
  public let rawValue: UInt32

  /// Makes a role of a number; those below 256 are reserved for the engine.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The market's scenario model.
  public static let scenario = RandomRole(rawValue: 1)
  /// Fills of our orders.
  public static let fill = RandomRole(rawValue: 2)
  /// Market impact.
  public static let impact = RandomRole(rawValue: 3)
  /// Delays of orders and data.
  public static let latency = RandomRole(rawValue: 4)
  /// Order flow of the book market.
  public static let flow = RandomRole(rawValue: 5)
  /// Resampling of history into paths.
  public static let path = RandomRole(rawValue: 6)
  /// Randomized strategies.
  public static let strategy = RandomRole(rawValue: 7)
  /// Studies: optimizers, resampling of results.
  public static let study = RandomRole(rawValue: 8)
  /// The generated history of a synthetic data source.
  public static let data = RandomRole(rawValue: 9)
}
