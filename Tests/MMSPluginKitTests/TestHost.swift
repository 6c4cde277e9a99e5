// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore
import Testing

/// A host for tests: what a plugin sees of MMS, and its own models called through C pointers only.
@safe
struct TestHost: @unchecked Sendable {
  static let shared = TestHost()
  let table: UnsafeMutablePointer<mms_host>

  init() {
    unsafe table = .allocate(capacity: 1)
    var host = unsafe mms_host()
    unsafe host.struct_size = UInt32(MemoryLayout<mms_host>.size)
    unsafe host.address = { random, key, path in
      guard let random = unsafe random else { return }
      let source = unsafe UnsafeRawPointer(random).load(as: RandomSource.self)
      unsafe key?.pointee = source.key
      unsafe path?.pointee = source.path
    }
    unsafe table.initialize(to: host)
  }
}

/// A model of a plugin's table.
@safe
final class TestModel {
  let model: mms_model
  var instance: OpaquePointer?
  var error = mms_error()

  init(_ plugin: UnsafePointer<mms_plugin>, _ index: Int = 0) throws {
    unsafe model = try #require(plugin.pointee.models[index]).pointee
  }

  deinit { unsafe model.destroy(instance) }

  /// The error's text.
  var text: String {
    unsafe withUnsafeBytes(of: error.text) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  @discardableResult
  func create(_ rows: [mms_parameter] = unsafe []) -> mms_status {
    unsafe rows.withUnsafeBufferPointer {
      unsafe model.create(TestHost.shared.table, $0.baseAddress, UInt32($0.count), &instance, &error)
    }
  }

  /// The table of the model's interface.
  func interface<T>(_ name: String, as: T.Type) throws -> T {
    let table = unsafe try #require(model.get_interface(name))
    return unsafe table.load(as: T.self)
  }

  /// Begins a path.
  func path(_ seed: UInt64, _ number: Int64) -> mms_path {
    unsafe mms_path(
      struct_size: UInt32(MemoryLayout<mms_path>.size), is_central: 0, seed: seed, path: number, random: nil)
  }
}

/// Parameters as the host would hand them over.
enum Row {
  static func number(_ name: StaticString, _ value: Double) -> mms_parameter {
    unsafe make(name, MMS_NUMBER, number: value)
  }
  static func duration(_ name: StaticString, _ value: SimDuration) -> mms_parameter {
    unsafe make(name, MMS_DURATION, integer: value.nanoseconds)
  }
  private static func make(
    _ name: StaticString, _ type: Int32, integer: Int64 = 0, number: Double = 0
  ) -> mms_parameter {
    unsafe mms_parameter(
      name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), text: nil, integer: integer,
      number: number, upper: 0, type: type, reserved: 0)
  }
}

/// Calls a body with a block's columns as C sees them.
func withColumns<R>(_ block: inout MarketBlock, _ body: (UnsafeMutablePointer<mms_block>) throws -> R)
  rethrows -> R
{
  var table = unsafe mms_block()
  unsafe table.struct_size = UInt32(MemoryLayout<mms_block>.size)
  unsafe table.path_count = 1
  unsafe table.row_stride = 1
  unsafe table.count = Int64(block.count)
  unsafe table.first_step = Int64(block.firstStep)
  func place(_ column: inout [Double]) -> UnsafeMutablePointer<Double>? {
    unsafe column.withUnsafeMutableBufferPointer { $0.baseAddress }
  }
  unsafe table.time = block.time.withUnsafeMutableBufferPointer { $0.baseAddress }
  unsafe table.open = place(&block.open)
  unsafe table.high = place(&block.high)
  unsafe table.low = place(&block.low)
  unsafe table.mid = place(&block.mid)
  unsafe table.half_spread = place(&block.halfSpread)
  unsafe table.bid_depth = place(&block.bidDepth)
  unsafe table.ask_depth = place(&block.askDepth)
  unsafe table.volatility = place(&block.volatility)
  unsafe table.volume = place(&block.volume)
  unsafe table.stress = place(&block.stress)
  unsafe table.halted = place(&block.halted)
  unsafe table.event = place(&block.event)
  unsafe table.base_volatility = place(&block.baseVolatility)
  unsafe table.base_volume = place(&block.baseVolume)
  return unsafe try body(&table)
}
