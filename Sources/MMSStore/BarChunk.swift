// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore

/// The columns of one day of bars as one value, so that reading a month is thirty copies of memory.
///
/// Layout, little-endian, `bars` = n: n closes (Int64 nanoseconds), then n Float64 each of open, high,
/// low, close, volume, and, where the day has quotes, bid and ask (NaN where unknown).
enum BarChunk {
  static func encode(_ bars: BarSeries) -> Data {
    var data = Data(capacity: bars.count * 64)
    append(bars.time, to: &data)
    for column in columns { append(bars[keyPath: column], to: &data) }
    if bars.hasQuotes {
      append(bars.bid, to: &data)
      append(bars.ask, to: &data)
    }
    return data
  }

  /// Whether a stored value has the size of that many bars; any other is rebuilt from the rows.
  static func fits(byteCount: Int, bars: Int) -> Bool {
    bars > 0 && (byteCount == bars * 48 || byteCount == bars * 64)
  }

  /// Writes a chunk's columns into a series sized for it, from a row on.
  static func decode(_ data: Data, bars: Int, into series: inout BarSeries, at row: Int) {
    unsafe data.withUnsafeBytes { bytes in
      var offset = 0
      unsafe copy(bytes, &offset, bars, into: &series.time, at: row)
      for column in columns { unsafe copy(bytes, &offset, bars, into: &series[keyPath: column], at: row) }
      if offset < bytes.count {
        if !series.hasQuotes {
          series.bid = [Double](repeating: .nan, count: series.count)
          series.ask = series.bid
        }
        unsafe copy(bytes, &offset, bars, into: &series.bid, at: row)
        unsafe copy(bytes, &offset, bars, into: &series.ask, at: row)
      }
    }
  }

  /// A series with room for a number of bars, to be filled by ``decode(_:bars:into:at:)``.
  static func blank(_ symbol: String, _ resolution: SimDuration, _ source: String, count: Int) -> BarSeries {
    var series = BarSeries(symbol: symbol, resolution: resolution, source: source)
    series.time = [Int64](repeating: 0, count: count)
    for column in columns { series[keyPath: column] = [Double](repeating: 0, count: count) }
    return series
  }

  private static var columns: [WritableKeyPath<BarSeries, [Double]>] {
    [\.open, \.high, \.low, \.close, \.volume]
  }

  private static func append<Value: BitwiseCopyable>(_ values: [Value], to data: inout Data) {
    unsafe values.withUnsafeBytes { unsafe data.append(contentsOf: $0) }
  }

  private static func copy<Value: BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, _ count: Int, into values: inout [Value],
    at row: Int
  ) {
    let size = count * MemoryLayout<Value>.stride
    let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size])
    unsafe values.withUnsafeMutableBytes { target in
      let first = row * MemoryLayout<Value>.stride
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[first..<first + size]).copyMemory(from: source)
    }
    offset += size
  }
}
