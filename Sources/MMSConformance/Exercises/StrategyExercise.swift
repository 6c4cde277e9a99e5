// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// A Strategy trades: market orders fill at the next close, others rest until it cancels them.
final class StrategyExercise: Exercise {
  private var model: any Strategy
  private let market: ExerciseMarket
  private var account = Account(cash: 100_000)
  private var sink = OrderSink()

  init(_ model: any Strategy, _ market: ExerciseMarket) {
    self.model = model
    self.market = market
  }

  var instance: ForeignInstance? { (model as? ForeignStrategy)?.instance }
  var steps: Int { ExerciseMarket.steps }

  func begin(path: Int) throws(MMSError) {
    account = Account(cash: 100_000)
    sink = OrderSink()
    model.begin(market.path(path), context: market.context)
    if model.warmUpDuration(resolution: market.context.resolution).nanoseconds > 0 {
      model.warmUp(market.history, rows: 0..<ExerciseMarket.warmUp)
    }
    if let failure = model.failure { throw failure }
  }

  func run(_ steps: Range<Int>, in pieces: Pieces, into transcript: inout Transcript) throws(MMSError) {
    for piece in pieces.cut(steps) {
      let block = market.block(piece)
      var row = 0
      while row < piece.count {
        let acted = model.decide(block, rows: row..<piece.count, account: account, orders: &sink)
        if let failure = model.failure { throw failure }
        // Events are shown once: to the first call after they happened.
        account.events = []
        guard !sink.isEmpty, acted < piece.count else { break }
        note(sink.actions, at: piece.lowerBound + acted, block.mid[acted], &transcript)
        sink.removeAll()
        row = acted + 1
      }
    }
    transcript.add("step \(steps.upperBound), position", account.position)
    transcript.add("step \(steps.upperBound), cash", account.cash)
  }

  private func note(
    _ actions: [OrderSink.Action], at step: Int, _ mid: Double, _ transcript: inout Transcript
  ) {
    for (index, action) in actions.enumerated() {
      let place = "step \(step), action \(index + 1)"
      switch action {
      case .submit(let id, let request):
        transcript.add("\(place), quantity", request.quantity * request.side.sign)
        transcript.add("\(place), price", request.price.isNaN ? .nan : request.price)
        transcript.add("\(place), time to live", Double(request.timeToLive))
        execute(id, request, mid)
      case .cancel(let id):
        transcript.add("\(place), cancels order", Double(id))
        account.orders.removeAll { $0.id == id }
      case .cancelAll:
        transcript.add("\(place), cancels all", 0)
        account.orders.removeAll()
      }
    }
  }

  private func execute(_ id: OrderID, _ request: OrderRequest, _ mid: Double) {
    let parent = request.parent == 0 ? id : request.parent
    guard request.type == .market else {
      account.orders.append(
        WorkingOrder(
          id: id, parent: parent, side: request.side, type: request.type, status: .working,
          price: request.price, remaining: request.quantity))
      return
    }
    let quantity = request.reduceOnly ? min(request.quantity, account.position.magnitude) : request.quantity
    account.cash -= request.side.sign * quantity * mid
    account.position += request.side.sign * quantity
    account.averageEntry = account.position == 0 ? 0 : mid
    account.events.append(
      OrderEvent(
        kind: .fill, order: id, parent: parent, side: request.side, quantity: quantity, price: mid,
        remaining: 0))
  }
}
