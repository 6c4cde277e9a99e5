// SPDX-License-Identifier: Apache-2.0

/// Money and position of one path, as the strategy sees them.
public struct Account: Sendable {
  /// Cash in quote currency.
  public var cash: Double
  /// Base units held, negative when short.
  public var position: Double
  /// Average price of the position in quote currency; 0 when flat.
  public var averageEntry: Double
  /// Orders pending or working, in order of arrival.
  public var orders: [WorkingOrder]
  /// What happened to orders since the strategy was last asked.
  public var events: [OrderEvent]
  /// The smallest order quantity and its step, base units; 0 for any.
  public var lot: Double
  /// The smallest price step in quote currency; 0 for any.
  public var tick: Double

  /// Opens an account.
  public init(cash: Double, lot: Double = 0, tick: Double = 0) {
    self.cash = cash
    self.lot = lot
    self.tick = tick
    position = 0
    averageEntry = 0
    orders = []
    events = []
    orders.reserveCapacity(16)
    events.reserveCapacity(16)
  }

  /// Cash plus position at a mid.
  @inlinable
  public func equity(at mid: Double) -> Double { cash + position * mid }
}

/// Where a strategy puts what it wants done; emptied by the engine after each call.
public struct OrderSink: Sendable {
  /// One wish, in the order it was made.
  @frozen
  public enum Action: Sendable, Hashable {
    /// Send an order under the number it was promised.
    case submit(OrderID, OrderRequest)
    /// Cancel one order.
    case cancel(OrderID)
    /// Cancel every order of ours, protective stops excepted.
    case cancelAll
  }

  /// What was asked since the last call.
  public private(set) var actions: [Action]
  private var nextID: OrderID = 1

  /// An empty sink.
  public init() {
    actions = []
    actions.reserveCapacity(16)
  }

  /// Whether nothing was asked.
  public var isEmpty: Bool { actions.isEmpty }

  /// The number the next submitted order gets.
  public var nextOrder: OrderID { nextID }

  /// Sends an order and returns its number.
  @discardableResult
  public mutating func submit(_ request: OrderRequest) -> OrderID {
    let id = nextID
    nextID += 1
    actions.append(.submit(id, request))
    return id
  }

  /// Cancels an order; one that is gone is ignored.
  public mutating func cancel(_ id: OrderID) { actions.append(.cancel(id)) }

  /// Cancels every order of ours, protective stops excepted.
  public mutating func cancelAll() { actions.append(.cancelAll) }

  /// Forgets what was asked; numbers go on.
  public mutating func removeAll() { actions.removeAll(keepingCapacity: true) }

  /// Goes on with another number: that of the engine's sink, on the far side of a plugin's edge.
  package mutating func continueNumbers(at id: OrderID) { nextID = id }

  /// Takes the next number for an order the engine makes itself.
  public mutating func takeID() -> OrderID {
    defer { nextID += 1 }
    return nextID
  }
}
