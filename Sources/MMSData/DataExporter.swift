// SPDX-License-Identifier: Apache-2.0

import CZlib
import FoundationEssentials
public import MMSCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes bars as CSV: Binance's first six columns, then bid and ask where there are quotes.
///
/// Numbers are the shortest text that reads back as the same number, times are opens in milliseconds
/// (nanoseconds where a bar opens within a millisecond), so importing the file again gives the same rows.
/// A `source` column is added where the shape of the file would otherwise speak for another origin.
public enum DataExporter {
  /// Writes a file, compressed when its name ends in `.gz`; an existing file is replaced when all is written.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when it cannot be written.
  public static func write(_ bars: BarSeries, to path: String) throws(MMSError) {
    let temporary = path + ".part"
    // Mode "T": as it is; level 9 and no name or time in the header, so equal bars give equal files.
    guard !path.utf8.contains(0), let file = unsafe gzopen(temporary, path.hasSuffix(".gz") ? "wb9" : "wbT")
    else {
      throw MMSError(
        .unavailable, "cannot create '\(temporary)'; check that its folder is there and writable")
    }
    var isWhole = true
    do {
      try emit(bars) { block throws(MMSError) in
        let written = unsafe block.withUnsafeBytes { unsafe gzwrite(file, $0.baseAddress, UInt32($0.count)) }
        if written != Int32(block.count) { isWhole = false }
      }
    } catch {
      isWhole = false
    }
    isWhole = unsafe gzclose_w(file) == Z_OK && isWhole
    if isWhole, unsafe rename(temporary, path) == 0 { return }
    unsafe _ = unlink(temporary)
    throw MMSError(.unavailable, "cannot write '\(path)': no room, or its folder is not writable")
  }

  /// Hands the file's text over in blocks, for standard output or a response.
  public static func emit(
    _ bars: BarSeries, _ block: ([UInt8]) throws(MMSError) -> Void
  ) throws(MMSError) {
    var text: [UInt8] = []
    text.reserveCapacity(1 << 16)
    var names = ["open_time", "open", "high", "low", "close", "volume"]
    if bars.hasQuotes { names += ["bid", "ask"] }
    let guess = (try? CSVLayout(header: names))?.guessedSource
    let namesSource = guess != bars.source
    if namesSource { names.append("source") }
    text += Array((names.joined(separator: ",") + "\n").utf8)
    let step = bars.resolution.nanoseconds
    let unit: Int64 = bars.time.allSatisfy { ($0 - step) % 1_000_000 == 0 } ? 1_000_000 : 1
    for row in 0..<bars.count {
      text += Array(String((bars.time[row] - step) / unit).utf8)
      var values = [bars.open[row], bars.high[row], bars.low[row], bars.close[row], bars.volume[row]]
      if bars.hasQuotes { values += [bars.bid[row], bars.ask[row]] }
      for value in values {
        text.append(44)
        if !value.isNaN { text += Array(plain(value).utf8) }
      }
      if namesSource { text += Array((",\"" + bars.source + "\"").utf8) }
      text.append(10)
      if text.count > 1 << 16 {
        try block(text)
        text.removeAll(keepingCapacity: true)
      }
    }
    try block(text)
  }

  /// Whole numbers without `.0`, as the exchanges write them.
  private static func plain(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
