// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// Room that an instance keeps for the columns of a block.
struct BlockCopy {
  var block = MarketBlock()

  /// Copies rows 0 ..< end of the host's block in.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when the host's block is of another layout.
  mutating func read(_ source: UnsafePointer<mms_block>?, end: Int64? = nil) throws(MMSError) {
    let source = unsafe try given(source, "block").pointee
    guard unsafe source.row_stride == 1, unsafe source.path_count == 1, unsafe source.count >= 0,
      unsafe (0...source.count).contains(end ?? source.count)
    else { throw MMSError(.modelFailed, "the host's block has a layout or rows this kit does not know") }
    let count = unsafe Int(source.count)
    if block.count != count { block = MarketBlock(count: count) }
    unsafe block.firstStep = Int(source.first_step)
    let rows = unsafe 0..<Int(end ?? source.count)
    unsafe Self.copy(source.time, &block.time, rows)
    unsafe Self.copy(source.open, &block.open, rows)
    unsafe Self.copy(source.high, &block.high, rows)
    unsafe Self.copy(source.low, &block.low, rows)
    unsafe Self.copy(source.mid, &block.mid, rows)
    unsafe Self.copy(source.half_spread, &block.halfSpread, rows)
    unsafe Self.copy(source.bid_depth, &block.bidDepth, rows)
    unsafe Self.copy(source.ask_depth, &block.askDepth, rows)
    unsafe Self.copy(source.volatility, &block.volatility, rows)
    unsafe Self.copy(source.volume, &block.volume, rows)
    unsafe Self.copy(source.stress, &block.stress, rows)
    unsafe Self.copy(source.halted, &block.halted, rows)
    unsafe Self.copy(source.event, &block.event, rows)
    unsafe Self.copy(source.base_volatility, &block.baseVolatility, rows)
    unsafe Self.copy(source.base_volume, &block.baseVolume, rows)
  }

  /// Copies rows back out; time is the host's.
  func write(_ rows: Range<Int>, to target: mms_block) {
    unsafe Self.copy(block.open, target.open, rows)
    unsafe Self.copy(block.high, target.high, rows)
    unsafe Self.copy(block.low, target.low, rows)
    unsafe Self.copy(block.mid, target.mid, rows)
    unsafe Self.copy(block.halfSpread, target.half_spread, rows)
    unsafe Self.copy(block.bidDepth, target.bid_depth, rows)
    unsafe Self.copy(block.askDepth, target.ask_depth, rows)
    unsafe Self.copy(block.volatility, target.volatility, rows)
    unsafe Self.copy(block.volume, target.volume, rows)
    unsafe Self.copy(block.stress, target.stress, rows)
    unsafe Self.copy(block.halted, target.halted, rows)
    unsafe Self.copy(block.event, target.event, rows)
    unsafe Self.copy(block.baseVolatility, target.base_volatility, rows)
    unsafe Self.copy(block.baseVolume, target.base_volume, rows)
  }

  private static func copy<T: BitwiseCopyable>(
    _ source: UnsafeMutablePointer<T>?, _ target: inout [T], _ rows: Range<Int>
  ) {
    guard let source = unsafe source else { return }
    unsafe target.withUnsafeMutableBufferPointer { into in
      unsafe into.baseAddress?.update(from: source, count: rows.count)
    }
  }

  private static func copy(_ source: [Double], _ target: UnsafeMutablePointer<Double>?, _ rows: Range<Int>) {
    guard let target = unsafe target, !rows.isEmpty, rows.upperBound <= source.count else { return }
    unsafe source.withUnsafeBufferPointer { from in
      guard let first = from.baseAddress else { return }
      unsafe (target + rows.lowerBound).update(from: first + rows.lowerBound, count: rows.count)
    }
  }
}
