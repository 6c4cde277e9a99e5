// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// Events in the order they happened, in a buffer the caller owns, empties and uses again.
///
/// The buffer grows when it is full and never shrinks: once it is as large as the largest batch needs, no
/// operation allocates.
public struct BookEvents: ~Copyable {
  /// What a caller wants to know.
  public enum Detail: UInt8, BitwiseCopyable, Sendable, Hashable {
    /// Everything.
    case all
    /// Trades, and refusals; not what follows from one's own orders.
    case trades
  }

  /// How many events there are.
  public private(set) var count = 0
  /// Whether more than trades and refusals is wanted.
  let isComplete: Bool
  private var storage: Slab<BookEvent>

  /// Makes an empty buffer.
  ///
  /// - Parameters:
  ///   - detail: Which events are kept.
  ///   - capacity: Events it holds before it grows.
  public init(_ detail: Detail = .all, capacity: Int = 1024) {
    isComplete = detail == .all
    storage = Slab(count: max(16, capacity), filling: Self.blank)
  }

  /// An event, from 0.
  ///
  /// - Complexity: O(1).
  public subscript(index: Int) -> BookEvent {
    precondition(index >= 0 && index < count, "there is no event \(index) of \(count)")
    return storage[index]
  }

  /// Forgets all events and keeps the memory.
  public mutating func removeAll() { count = 0 }

  /// Calls a function with all events, without copying them.
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<BookEvent>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withSpan(first: count, body)
  }

  @inline(always)
  mutating func append(_ event: BookEvent) {
    if count == storage.count { grow() }
    storage[count] = event
    count &+= 1
  }

  @inline(never)
  private mutating func grow() { storage.grow(to: storage.count * 2, filling: Self.blank) }

  private static var blank: BookEvent { BookEvent(.accepted, side: .buy, id: 0, price: 0, quantity: 0) }
}
