// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSRuntime

extension Benchmark {
  /// The benchmarks of the order book.
  static var book: [Benchmark] {
    [
      mixed("book/mixed", .trades, isDense: true),
      mixed("book/mixed_all_events", .all, isDense: true),
      mixed("book/mixed_hashed_ids", .trades, isDense: false),
      Benchmark(name: "book/lobster", measure: lobster),
    ] + levelFeed + generatedFlow
  }

  /// The mixed stream in batches; every event of every batch is looked at, and the totals are checked.
  private static func mixed(_ name: String, _ detail: BookEvents.Detail, isDense: Bool) -> Benchmark {
    Benchmark(name: name) { (bench) throws(MMSError) in
      let stream = MixedOrderStream(count: 1_000_000 + bench.prefill, prefill: bench.prefill)
      let operations = stream.operations
      var book = OrderBook(BookSettings(denseIDs: isDense ? stream.idLimit : 0))
      var events = BookEvents(detail, capacity: 4096)
      let reading = try Stopwatch.nanoseconds(per: operations.count, "operation") { () throws(MMSError) in
        var totals = TradeTotals()
        for first in stride(from: 0, to: operations.count, by: batch) {
          events.removeAll()
          book.apply(
            operations.span.extracting(first..<min(first + batch, operations.count)), into: &events)
          events.withSpan { span in
            for index in span.indices { totals.add(span[index]) }
          }
        }
        guard totals == stream.totals, book.orderCount == stream.resting else {
          throw MMSError(.internal, "the book traded \(totals) of the mixed stream, not \(stream.totals)")
        }
        events.removeAll()
        book.clear(into: &events)
      }
      return Reading(
        value: (1e9 / reading.value).rounded(), unit: "operations/s",
        detail: "one core, \(Figures.plain(reading.value, 2)) ns/operation; "
          + (detail == .all ? "all events reported" : "trades reported")
          + ", ids \(isDense ? "dense" : "hashed"); "
          + reading.detail)
    }
  }

  /// Operations between two looks at the events.
  private static let batch = 256

  /// A recorded day of orders, already operations in memory, without looking at the rows of the book.
  private static func lobster(_: BenchEnvironment) throws(MMSError) -> Reading {
    let flow = try LobsterFlow.find()
    let operations = flow.operations
    var book = OrderBook()
    var events = BookEvents(.trades, capacity: 4096)
    let reading = try Stopwatch.nanoseconds(per: flow.rows, "event") {
      for first in stride(from: 0, to: operations.count, by: batch) {
        events.removeAll()
        book.apply(operations.span.extracting(first..<min(first + batch, operations.count)), into: &events)
      }
      sink(book.orderCount)
      events.removeAll()
      book.clear(into: &events)
    }
    return Reading(
      value: (1e9 / reading.value).rounded(), unit: "events/s",
      detail: "one core, \(flow.origin), \(Figures.count(operations.count, "operation"));"
        + " \(Figures.plain(reading.value, 2)) ns/event; " + reading.detail)
  }
}
