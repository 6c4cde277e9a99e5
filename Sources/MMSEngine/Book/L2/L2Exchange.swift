// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// The exchange's side of a recorded market: its book, and our orders where they are thought to stand in it.
///
/// The recorded flow does not react to our orders. A resting order fills when the other side's best price reaches
/// it, when a trade passes it, or when trades at its price have used up what the model says is before it.
struct L2Exchange: ~Copyable {
  /// An order of ours in the book.
  struct Resting: BitwiseCopyable {
    var id: UInt64
    var side: Side
    var price: Int64
    var open: Int64
    var place: QueuePlace
    /// How many events of the feed came before it: orders that came in one of them are ahead.
    var joined: Int
  }

  private(set) var book: DepthBook
  /// Our orders by price, then time.
  var buys: [Resting] = []
  var sells: [Resting] = []
  var responses = L2Queue<L2Response>()
  /// Whether trading is halted: our orders wait, and places in queues are kept.
  var isHalted = false
  /// Ticks that our own trading has moved the market: what we meet is the recorded price and this.
  var shift: Int64 = 0
  /// Lots we have taken since the market was last asked, buys positive.
  var taken: Int64 = 0

  let settings: L2Settings
  private let model: any QueueFillModel
  /// The event that brought the order an event is about; empty when orders are not known.
  private let births: [Int]
  private let knowsOrders: Bool
  /// Lots we took of a level since the feed told it last; partial fills only.
  var swept: [Int64: Int64] = [:]
  var hasSwept = false

  // Recorded prices between which the feed can matter to our orders.
  var lowestBuy = Int64.max
  var highestBuy = Int64.min
  var lowestSell = Int64.max
  var highestSell = Int64.min

  init(_ settings: L2Settings, model: any QueueFillModel, births: [Int], levels: Int) {
    self.settings = settings
    self.model = model
    self.births = births
    knowsOrders = model.knowsOrders
    book = DepthBook(levels: levels)
  }

  // MARK: - Feed

  /// Lets the feed go on, up to and with a time.
  @inline(__always)
  mutating func run(_ events: Span<L2Event>, from next: inout Int, until limit: Int64) {
    var index = next
    while index < events.count {
      let event = unsafe events[unchecked: index]
      if event.exchangeTime > limit { break }
      index &+= 1
      let update = event.update
      if update.isTrade {
        if update.side == .buy ? update.price >= lowestSell : update.price <= highestBuy {
          trade(update, index, event.exchangeTime)
        }
      } else if update.side == .buy {
        if hasSwept { restore(update.price) }
        let edge = book.bidEdge
        let before = book.replace(.buy, update.price, update.quantity)
        if update.price <= highestBuy, update.price >= lowestBuy { change(update, index, before) }
        if update.price > edge, update.price >= lowestSell, update.quantity > 0 {
          cross(update, event.exchangeTime)
        }
      } else {
        if hasSwept { restore(update.price) }
        let edge = book.askEdge
        let before = book.replace(.sell, update.price, update.quantity)
        if update.price <= highestSell, update.price >= lowestSell { change(update, index, before) }
        if update.price < edge, update.price <= highestBuy, update.quantity > 0 {
          cross(update, event.exchangeTime)
        }
      }
    }
    next = index
  }

  /// A trade at our price, or beyond it.
  @inline(never)
  private mutating func trade(_ update: DepthUpdate, _ after: Int, _ time: Int64) {
    if isHalted { return }
    let birth = knowsOrders ? births[after - 1] : 0
    let price = update.price &+ shift
    // What one order of ours has taken of the trade is not there for the next.
    var used: Int64 = 0
    if update.side == .buy {
      var index = 0
      while index < sells.count, sells[index].price <= price {
        var order = sells[index]
        if order.price < price {
          fill(&order, order.open, time)
        } else {
          used &+= advance(&order, update.quantity, birth, used, time)
        }
        sells[index] = order
        index += 1
      }
      sells.removeAll { $0.open == 0 }
    } else {
      var index = buys.count - 1
      while index >= 0, buys[index].price > price {
        var order = buys[index]
        fill(&order, order.open, time)
        buys[index] = order
        index -= 1
      }
      // Of equal prices the earlier order comes first.
      var first = index
      while first >= 0, buys[first].price == price { first -= 1 }
      first += 1
      while first <= index {
        var order = buys[first]
        used &+= advance(&order, update.quantity, birth, used, time)
        buys[first] = order
        first += 1
      }
      buys.removeAll { $0.open == 0 }
    }
    bound()
  }

  /// Lets an order move up by a trade at its price.
  ///
  /// - Returns: Lots it took.
  private mutating func advance(
    _ order: inout Resting, _ quantity: Int64, _ birth: Int, _ used: Int64, _ time: Int64
  ) -> Int64 {
    if !knowsOrders {
      model.trade(Double(quantity) * settings.lot, at: &order.place)
    } else if birth < order.joined {
      order.place.ahead = max(0, order.place.ahead - Double(quantity) * settings.lot)
    } else {
      // Somebody behind us traded: all that was ahead is gone, and the trade would have been ours.
      order.place.ahead = -Double(quantity) * settings.lot
    }
    let beyond = (-order.place.ahead / settings.lot).rounded()
    guard beyond > 0 else { return 0 }
    if settings.fills == .whole {
      fill(&order, order.open, time)
      return 0
    }
    order.place.ahead = 0
    let lots = min(order.open, max(0, Int64(min(beyond, 0x1p62)) - used))
    if lots > 0 { fill(&order, lots, time) }
    return lots
  }

  /// The feed tells a level anew: what we took of it is in what it tells.
  @inline(never)
  private mutating func restore(_ price: Int64) {
    swept[price] = nil
    hasSwept = !swept.isEmpty
  }

  /// The quantity at a price of ours has changed.
  @inline(never)
  private mutating func change(_ update: DepthUpdate, _ after: Int, _ before: Int64) {
    let price = update.price &+ shift
    let (from, to) = (Double(before) * settings.lot, Double(max(0, update.quantity)) * settings.lot)
    let birth = knowsOrders ? births[after - 1] : 0
    func move(_ order: inout Resting) {
      if !knowsOrders {
        model.change(from: from, to: to, at: &order.place)
      } else {
        if birth < order.joined { order.place.ahead = max(0, order.place.ahead - max(0, from - to)) }
        order.place.ahead = min(order.place.ahead, to)
      }
    }
    if update.side == .buy {
      for index in buys.indices where buys[index].price == price { move(&buys[index]) }
    } else {
      for index in sells.indices where sells[index].price == price { move(&sells[index]) }
    }
  }

  /// The other side's best price has come to orders of ours.
  @inline(never)
  private mutating func cross(_ update: DepthUpdate, _ time: Int64) {
    if isHalted { return }
    let price = update.price &+ shift
    if update.side == .buy {
      for index in sells.indices where sells[index].price <= price {
        var order = sells[index]
        fill(&order, order.open, time)
        sells[index] = order
      }
      sells.removeAll { $0.open == 0 }
    } else {
      for index in buys.indices.reversed() where buys[index].price >= price {
        var order = buys[index]
        fill(&order, order.open, time)
        buys[index] = order
      }
      buys.removeAll { $0.open == 0 }
    }
    bound()
  }
}
