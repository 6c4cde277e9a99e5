// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSEngine

/// The streams of the benchmarks as files, so that other programs work through the same ones.
enum BenchStreams {
  /// Writes `orders.bin`, `orders.json` with what a book must find, and `levels.bin`.
  ///
  /// Operations are records of 24 bytes (``MixedOrderStream/records``). Events of the feed have 64: flags, time at the
  /// exchange, time here, price and quantity as doubles, then 24 bytes of nothing. Flags: 1 a level or 2 a trade,
  /// bit 31 at the exchange, bit 30 here, bit 29 buy or bit 28 sell.
  static func write(into folder: String) throws(MMSError) {
    let orders = MixedOrderStream()
    let expected: JSONValue = [
      "operations": .integer(Int64(orders.operations.count)),
      "trades": .integer(Int64(orders.totals.trades)), "volume": .integer(orders.totals.volume),
      "notional": .integer(orders.totals.notional), "resting": .integer(Int64(orders.resting)),
    ]
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let place = URL(filePath: folder, directoryHint: .isDirectory)
      try Data(orders.records).write(to: place.appending(path: "orders.bin"))
      try Data(expected.write().utf8).write(to: place.appending(path: "orders.json"))
      try Data(levels()).write(to: place.appending(path: "levels.bin"))
    } catch {
      throw MMSError(.unavailable, "cannot write the streams into '\(folder)': \(error.localizedDescription)")
    }
  }

  private static func levels() -> [UInt8] {
    let events = LevelFeed.events()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 * events.count)
    func put(_ value: UInt64) {
      for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
    }
    for event in events {
      let update = event.update
      put((update.isTrade ? 2 : 1) | 3 << 30 | (update.side == .buy ? 1 << 29 : 1 << 28))
      put(UInt64(bitPattern: event.exchangeTime))
      put(UInt64(bitPattern: event.localTime))
      put((Double(update.price) * LevelFeed.tick).bitPattern)
      put((Double(update.quantity) * LevelFeed.lot).bitPattern)
      for _ in 0..<3 { put(0) }
    }
    return bytes
  }
}
