// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Orders of ours at the exchange: what arrives, and what is answered.
extension L2Exchange {
  /// Does what has arrived.
  ///
  /// - Parameter next: How many events of the feed came before it.
  mutating func receive(_ request: L2Request, after next: Int) {
    if request.isCancel { return cancel(request) }
    let isBuy = request.side == .buy
    let edge = isBuy ? book.askEdge : book.bidEdge
    let isEmpty = edge == (isBuy ? .max : .min)
    let takes = !isEmpty && (isBuy ? request.price >= edge &+ shift : request.price <= edge &+ shift)
    var open = request.quantity
    if takes {
      if request.timeInForce == .postOnly { return respond(.rejected, request, request.arrival) }
      open = take(request)
      if open == 0 { return }
      if open < 0 { return respond(.rejected, request, request.arrival) }
    }
    switch request.timeInForce {
    case .goodTilCancelled, .postOnly:
      var request = request
      request.quantity = open
      join(request, after: next)
      respond(.accepted, request, request.arrival)
    case .immediateOrCancel, .fillOrKill: respond(.cancelled, request, request.arrival)
    }
  }

  /// Lets an order rest behind what stands at its price, even where what it could have taken is swept already.
  mutating func join(_ request: L2Request, after next: Int) {
    let place = QueuePlace(
      ahead: Double(book.quantity(request.side, at: request.price &- shift)) * settings.lot)
    insert(
      Resting(
        id: request.id, side: request.side, price: request.price, open: request.quantity, place: place,
        joined: next),
      request.side)
  }

  /// Leaves a resting order fewer lots at its place.
  mutating func reduce(_ id: UInt64, _ side: Side, to lots: Int64) {
    if side == .buy {
      if let index = buys.firstIndex(where: { $0.id == id }) {
        buys[index].open = min(buys[index].open, lots)
      }
    } else if let index = sells.firstIndex(where: { $0.id == id }) {
      sells[index].open = min(sells[index].open, lots)
    }
  }

  /// Takes what the book shows.
  ///
  /// - Returns: Lots left, or −1 when the order had to fill whole and could not.
  private mutating func take(_ request: L2Request) -> Int64 {
    let isBuy = request.side == .buy
    let other = request.side.opposite
    if settings.fills == .whole {
      let edge = (isBuy ? book.askEdge : book.bidEdge) &+ shift
      report(request.id, request.side, edge, request.quantity, request.arrival, isMaker: false)
      taken &+= isBuy ? request.quantity : -request.quantity
      return 0
    }
    var levels: [(price: Int64, lots: Int64)] = []
    var open = request.quantity
    var price = book.nextPrice(other, behind: nil)
    while open > 0, let at = price, isBuy ? at &+ shift <= request.price : at &+ shift >= request.price {
      let lots = min(open, book.quantity(other, at: at) - (swept[at] ?? 0))
      if lots > 0 {
        levels.append((at, lots))
        open -= lots
      }
      price = book.nextPrice(other, behind: at)
    }
    if open > 0, request.timeInForce == .fillOrKill { return -1 }
    for level in levels {
      swept[level.price, default: 0] += level.lots
      report(request.id, request.side, level.price &+ shift, level.lots, request.arrival, isMaker: false)
    }
    hasSwept = !swept.isEmpty
    taken &+= isBuy ? request.quantity - open : open - request.quantity
    return open
  }

  private mutating func cancel(_ request: L2Request) {
    let found: Bool
    if request.side == .buy {
      let index = buys.firstIndex { $0.id == request.id }
      if let index { buys.remove(at: index) }
      found = index != nil
    } else {
      let index = sells.firstIndex { $0.id == request.id }
      if let index { sells.remove(at: index) }
      found = index != nil
    }
    bound()
    respond(found ? .cancelled : .cancelRejected, request, request.arrival)
  }

  private mutating func insert(_ order: Resting, _ side: Side) {
    if side == .buy {
      buys.insert(order, at: Self.place(of: order.price, in: buys))
    } else {
      sells.insert(order, at: Self.place(of: order.price, in: sells))
    }
    bound()
  }

  /// The place behind all orders of a price and below.
  private static func place(of price: Int64, in orders: [Resting]) -> Int {
    var index = orders.count
    while index > 0, orders[index - 1].price > price { index -= 1 }
    return index
  }

  /// Moves the market we meet; orders of ours that it comes to fill, others wait behind what stands where they are.
  ///
  /// - Parameter next: How many events of the feed came before.
  mutating func displace(to ticks: Int64, after next: Int, _ time: Int64) {
    shift = ticks
    let (bid, ask) = (book.bidEdge, book.askEdge)
    for index in sells.indices {
      var order = sells[index]
      if !isHalted, bid != .min, order.price <= bid &+ shift {
        fill(&order, order.open, time)
      } else {
        order.place = place(of: order)
        order.joined = next
      }
      sells[index] = order
    }
    sells.removeAll { $0.open == 0 }
    for index in buys.indices.reversed() {
      var order = buys[index]
      if !isHalted, ask != .max, order.price >= ask &+ shift {
        fill(&order, order.open, time)
      } else {
        order.place = place(of: order)
        order.joined = next
      }
      buys[index] = order
    }
    buys.removeAll { $0.open == 0 }
    bound()
  }

  /// Fills orders of ours that the market has come to while they waited for a halt or a band, at their price.
  mutating func meet(_ time: Int64) {
    if isHalted { return }
    let (bid, ask) = (book.bidEdge, book.askEdge)
    for index in sells.indices where bid != .min && sells[index].price <= bid &+ shift {
      var order = sells[index]
      fill(&order, order.open, time)
      sells[index] = order
    }
    sells.removeAll { $0.open == 0 }
    for index in buys.indices.reversed() where ask != .max && buys[index].price >= ask &+ shift {
      var order = buys[index]
      fill(&order, order.open, time)
      buys[index] = order
    }
    buys.removeAll { $0.open == 0 }
    bound()
  }

  private func place(of order: Resting) -> QueuePlace {
    QueuePlace(ahead: Double(book.quantity(order.side, at: order.price &- shift)) * settings.lot)
  }

  /// The middle of the recorded best prices in ticks; of one side alone that side's price, else 0.
  var mid: Double {
    switch (book.bestBid, book.bestAsk) {
    case (let bid?, let ask?): (Double(bid) + Double(ask)) / 2
    case (let price?, nil), (nil, let price?): Double(price)
    case (nil, nil): 0
    }
  }

  mutating func bound() {
    if buys.isEmpty {
      lowestBuy = .max
      highestBuy = .min
    } else {
      lowestBuy = buys[0].price &- shift
      highestBuy = buys[buys.count - 1].price &- shift
    }
    if sells.isEmpty {
      lowestSell = .max
      highestSell = .min
    } else {
      lowestSell = sells[0].price &- shift
      highestSell = sells[sells.count - 1].price &- shift
    }
  }

  // MARK: - Answers

  mutating func fill(_ order: inout Resting, _ lots: Int64, _ time: Int64) {
    order.open &-= lots
    report(order.id, order.side, order.price, lots, time, isMaker: true)
  }

  private mutating func report(
    _ id: UInt64, _ side: Side, _ price: Int64, _ lots: Int64, _ time: Int64, isMaker: Bool
  ) {
    send(
      L2Response(
        time: time, arrival: time, id: id, side: side, kind: .filled, isMaker: isMaker, price: price,
        quantity: lots))
  }

  private mutating func respond(_ kind: L2Response.Kind, _ request: L2Request, _ time: Int64) {
    send(
      L2Response(
        time: time, arrival: time, id: request.id, side: request.side, kind: kind, isMaker: false,
        price: request.price,
        quantity: 0))
  }

  /// Answers arrive in the order they were sent.
  private mutating func send(_ response: L2Response) {
    var response = response
    response.arrival = max(response.arrival &+ settings.responseLatency, responses.last?.arrival ?? .min)
    responses.append(response)
  }
}
