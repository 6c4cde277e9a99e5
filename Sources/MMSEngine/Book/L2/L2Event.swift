// SPDX-License-Identifier: Apache-2.0

/// An update of a feed of levels with the two times that matter: when it happened, and when we learn of it.
public struct L2Event: BitwiseCopyable, Sendable, Hashable {
  /// When it happened at the exchange, in nanoseconds.
  public var exchangeTime: Int64
  /// When it reaches us, in nanoseconds.
  public var localTime: Int64
  /// What happened; of a trade, ``DepthUpdate/side`` is the taker's.
  public var update: DepthUpdate

  /// Names an event.
  public init(exchangeTime: Int64, localTime: Int64, _ update: DepthUpdate) {
    self.exchangeTime = exchangeTime
    self.localTime = localTime
    self.update = update
  }
}
