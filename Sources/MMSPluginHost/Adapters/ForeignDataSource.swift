// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
public import MMSCore
import Synchronization

/// A DataSource behind `mms.source/1`.
///
/// Unchecked: the instance is entered under a lock only, since a source may be asked from any thread.
@safe public final class ForeignDataSource: DataSource, @unchecked Sendable {
  private static let batch = 4096
  private static let mostSeries = 4096
  /// Bars of one answer beyond these are a plugin that never ends.
  private static let mostBars = 50_000_000

  private let model: ForeignModel
  private let table: UnsafePointer<mms_source_v1>
  /// The instance behind the edge.
  package let instance: ForeignInstance
  private let lock = Mutex<Void>(())

  /// Opens the source.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when the plugin refuses or lacks a function.
  public init(model: ForeignModel, parameters: ParameterValues) throws(MMSError) {
    let table = try unsafe model.interface(MMS_SOURCE_INTERFACE, as: mms_source_v1.self, through: \.next)
    let isComplete =
      unsafe table.pointee.coverage != nil && table.pointee.open != nil
      && table.pointee.next != nil
    guard isComplete else { throw model.fault("it lacks one of coverage, open and next") }
    self.model = model
    unsafe self.table = table
    instance = try ForeignInstance.make(model, parameters)
  }

  /// `plugin:` and the model's id.
  public var name: String { "plugin:\(model.descriptor.id)" }

  /// What the plugin says it holds.
  public func coverage() throws(MMSError) -> [DataCoverage] {
    guard let ask = unsafe table.pointee.coverage else { return [] }
    var rows = unsafe [mms_coverage](repeating: mms_coverage(), count: Self.mostSeries)
    let count = lock.withLock { _ in
      unsafe rows.withUnsafeMutableBufferPointer {
        unsafe ask(instance.pointer, $0.baseAddress, UInt32($0.count))
      }
    }
    var held: [DataCoverage] = []
    for index in 0..<Int(min(count, UInt32(Self.mostSeries))) {
      let row = unsafe rows[index]
      guard let symbol = unsafe row.symbol, unsafe row.resolution_ns > 0, unsafe row.end_ns > row.start_ns
      else {
        throw model.fault("it says it holds a series without symbol, resolution or span")
      }
      unsafe held.append(
        DataCoverage(
          symbol: String(cString: symbol), resolution: SimDuration(nanoseconds: row.resolution_ns),
          source: model.plugin, start: SimTime(nanoseconds: row.start_ns),
          end: SimTime(nanoseconds: row.end_ns),
          count: Int(row.count)))
    }
    return held
  }

  /// Reads bars batch by batch.
  public func bars(_ request: BarRequest) throws(MMSError) -> BarSeries {
    let held = try coverage().choice(for: request, in: name)
    let (from, to) = (request.start ?? held.start, request.end ?? held.end)
    let result: Result<BarSeries, MMSError> = lock.withLock { _ in
      do throws(MMSError) {
        return .success(try read(request, from: from, to: to))
      } catch {
        return .failure(error)
      }
    }
    let series = try result.get()
    guard series.count > 0 else {
      throw .noBars(of: request.symbol, in: name, held: held.start, to: held.end, request)
    }
    do throws(MMSError) {
      try series.validate()
    } catch {
      throw model.fault(error.message)
    }
    return series
  }

  private func read(_ request: BarRequest, from: SimTime, to: SimTime) throws(MMSError) -> BarSeries {
    guard let open = unsafe table.pointee.open, let next = unsafe table.pointee.next else {
      throw model.fault("it lacks open or next")
    }
    let opened = unsafe request.symbol.withCString { symbol in
      unsafe model.call {
        unsafe open(
          instance.pointer, symbol, from.nanoseconds, to.nanoseconds, request.resolution.nanoseconds, $0)
      }
    }
    if case .failed(let error) = opened { throw error }
    var series = BarSeries(symbol: request.symbol, resolution: request.resolution, source: model.plugin)
    var room = BarRoom(Self.batch)
    while true {
      var count = 0
      let status = unsafe room.lend { bars in
        let status = unsafe model.call { unsafe next(instance.pointer, bars, $0) }
        count = unsafe bars.pointee.count
        return status
      }
      if case .failed(let error) = status { throw error }
      if count == 0 { return series }
      guard count <= Self.batch, series.count + count <= Self.mostBars else {
        throw model.fault("a batch says \(count) bars where there is room for \(Self.batch)")
      }
      room.append(count, to: &series)
    }
  }
}

/// Room for one batch of bars.
@safe private struct BarRoom {
  private var time: [Int64]
  private var values: [7 of [Double]]

  init(_ count: Int) {
    time = Array(repeating: 0, count: count)
    values = InlineArray { _ in Array(repeating: .nan, count: count) }
  }

  mutating func lend(_ body: (UnsafeMutablePointer<mms_bars>) -> ForeignStatus) -> ForeignStatus {
    // Each column is lent on its own, so they leave the array for the call.
    var (open, high, low, close) = (values[0], values[1], values[2], values[3])
    var (volume, bid, ask) = (values[4], values[5], values[6])
    defer { values = [open, high, low, close, volume, bid, ask] }
    let capacity = time.count
    for index in 0..<capacity {
      bid[index] = .nan
      ask[index] = .nan
    }
    return unsafe time.withUnsafeMutableBufferPointer { time in
      unsafe open.withUnsafeMutableBufferPointer { open in
        unsafe high.withUnsafeMutableBufferPointer { high in
          unsafe low.withUnsafeMutableBufferPointer { low in
            unsafe close.withUnsafeMutableBufferPointer { close in
              unsafe volume.withUnsafeMutableBufferPointer { volume in
                unsafe bid.withUnsafeMutableBufferPointer { bid in
                  unsafe ask.withUnsafeMutableBufferPointer { ask in
                    var bars = unsafe mms_bars(
                      struct_size: UInt32(MemoryLayout<mms_bars>.size), reserved: 0, capacity: capacity,
                      count: 0,
                      time: time.baseAddress, open: open.baseAddress, high: high.baseAddress,
                      low: low.baseAddress, close: close.baseAddress, volume: volume.baseAddress,
                      bid: bid.baseAddress, ask: ask.baseAddress)
                    return unsafe withUnsafeMutablePointer(to: &bars) { unsafe body($0) }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  func append(_ count: Int, to series: inout BarSeries) {
    for index in 0..<count {
      series.append(
        time: time[index], open: values[0][index], high: values[1][index], low: values[2][index],
        close: values[3][index], volume: values[4][index])
    }
    // Quotes are a column of the whole series or of none.
    guard series.hasQuotes || (0..<count).contains(where: { !values[5][$0].isNaN }) else { return }
    while series.bid.count < series.count - count {
      series.bid.append(.nan)
      series.ask.append(.nan)
    }
    series.bid += values[5][0..<count]
    series.ask += values[6][0..<count]
  }
}
