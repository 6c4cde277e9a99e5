// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// A DataSource behind the edge: a series is read whole when it is opened and handed over in batches.
final class SourceInstance: Instance {
  private let source: any DataSource
  private var held: [DataCoverage]?
  private var series = BarSeries(symbol: "", resolution: SimDuration(nanoseconds: 0), source: "")
  private var next = 0

  init(host: Host, _ source: any DataSource) {
    self.source = source
    super.init(host: host)
  }

  override func reset() {
    series = BarSeries(symbol: "", resolution: SimDuration(nanoseconds: 0), source: "")
    next = 0
  }

  override func duplicate() -> Instance {
    let twin = SourceInstance(host: host, source)
    (twin.series, twin.next) = (series, next)
    return twin
  }

  private func coverage(_ out: UnsafeMutablePointer<mms_coverage>?, _ capacity: UInt32) throws(MMSError)
    -> UInt32
  {
    let all: [DataCoverage]
    if let held { all = held } else { all = try source.coverage() }
    held = all
    for (index, series) in all.prefix(Int(capacity)).enumerated() {
      unsafe out?[index] = mms_coverage(
        symbol: CText.kept(once: series.symbol), resolution_ns: series.resolution.nanoseconds,
        start_ns: series.start.nanoseconds, end_ns: series.end.nanoseconds, count: Int64(series.count))
    }
    return UInt32(all.count)
  }

  private func open(
    _ symbol: UnsafePointer<CChar>?, _ from: Int64, _ to: Int64, _ resolution: Int64
  ) throws(MMSError) {
    next = 0
    series = try source.bars(
      BarRequest(
        symbol: unsafe String(cString: try given(symbol, "symbol")),
        resolution: SimDuration(nanoseconds: resolution), start: SimTime(nanoseconds: from),
        end: SimTime(nanoseconds: to)))
  }

  private func batch(_ out: UnsafeMutablePointer<mms_bars>?) throws(MMSError) {
    let room = unsafe try given(out, "room for bars")
    let bars = unsafe room.pointee
    let rows = unsafe next..<min(series.count, next + bars.capacity)
    unsafe Self.copy(series.time, bars.time, rows)
    unsafe Self.copy(series.open, bars.open, rows)
    unsafe Self.copy(series.high, bars.high, rows)
    unsafe Self.copy(series.low, bars.low, rows)
    unsafe Self.copy(series.close, bars.close, rows)
    unsafe Self.copy(series.volume, bars.volume, rows)
    // The host has filled both with NaN: unknown.
    unsafe Self.copy(series.bid, bars.bid, rows)
    unsafe Self.copy(series.ask, bars.ask, rows)
    unsafe room.pointee.count = rows.count
    next = rows.upperBound
  }

  private static func copy<T: BitwiseCopyable>(
    _ column: [T], _ place: UnsafeMutablePointer<T>?, _ rows: Range<Int>
  ) {
    guard let place = unsafe place, rows.upperBound <= column.count else { return }
    for (index, row) in rows.enumerated() { unsafe place[index] = column[row] }
  }

  static func table() -> mms_source_v1 {
    var table = mms_source_v1()
    table.struct_size = UInt32(MemoryLayout<mms_source_v1>.size)
    unsafe table.coverage = { pointer, out, capacity in
      do throws(MMSError) {
        return unsafe try Instance.at(pointer, SourceInstance.self).coverage(out, capacity)
      } catch {
        return 0
      }
    }
    unsafe table.open = { pointer, symbol, from, to, resolution, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, SourceInstance.self).open(symbol, from, to, resolution)
      }
    }
    unsafe table.next = { pointer, bars, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, SourceInstance.self).batch(bars)
      }
    }
    return table
  }
}
