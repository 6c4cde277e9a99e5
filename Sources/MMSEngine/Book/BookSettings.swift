// SPDX-License-Identifier: Apache-2.0

/// What happens when an order would trade with one of the same owner.
public enum SelfTradePrevention: UInt8, BitwiseCopyable, Sendable, Hashable, CaseIterable {
  /// They trade; owners are not kept.
  case allow
  /// The resting order is cancelled and matching goes on.
  case cancelResting
  /// What is left of the incoming order is cancelled.
  case cancelIncoming
  /// Both are cancelled.
  case cancelBoth
}

/// What a book is made for; a feature that is off costs nothing.
public struct BookSettings: Sendable, Hashable {
  /// What happens between orders of one owner; owner 0 is nobody.
  public var selfTrade: SelfTradePrevention
  /// Whether orders sent with ``BookOperation/isTracked`` know what is ahead of them in their queue.
  public var tracksQueues: Bool
  /// The lowest price taken, in ticks.
  public var lowestPrice: Int64
  /// The highest price taken, in ticks.
  public var highestPrice: Int64
  /// Levels the ladder begins with; it moves and grows with the prices.
  public var levels: Int
  /// Levels the ladder may grow to, 16 bytes each.
  ///
  /// An order farther from all others than this is refused.
  public var maximumLevels: Int
  /// How many ids, from 0, are found without hashing, 4 bytes each; 0 when ids are arbitrary.
  public var denseIDs: Int

  /// Prices are in ±2⁶⁰ ticks.
  public static let priceLimit: Int64 = 1 << 60
  /// Quantities are at most 2⁴⁰ lots, so that no sum over a book overflows.
  public static let quantityLimit: Int64 = 1 << 40
  /// Orders that may rest at once.
  public static let orderLimit = 1 << 22

  /// Makes settings; values out of range are brought into it.
  public init(
    selfTrade: SelfTradePrevention = .allow, tracksQueues: Bool = false, lowestPrice: Int64 = 1,
    highestPrice: Int64 = BookSettings.priceLimit, levels: Int = 4096, maximumLevels: Int = 1 << 22,
    denseIDs: Int = 0
  ) {
    self.selfTrade = selfTrade
    self.tracksQueues = tracksQueues
    self.lowestPrice = max(-Self.priceLimit, min(lowestPrice, Self.priceLimit))
    self.highestPrice = max(-Self.priceLimit, min(highestPrice, Self.priceLimit))
    self.levels = Self.powerOfTwo(levels)
    self.maximumLevels = max(self.levels, Self.powerOfTwo(maximumLevels))
    self.denseIDs = max(0, min(denseIDs, 1 << 28))
  }

  /// The power of two at or above a count, in 64 … 2²⁶.
  static func powerOfTwo(_ count: Int) -> Int {
    let bounded = max(64, min(count, 1 << 26))
    return 1 << (Int.bitWidth - (bounded - 1).leadingZeroBitCount)
  }
}
