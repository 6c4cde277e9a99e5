// SPDX-License-Identifier: Apache-2.0

/// A hole in recorded bars: reported, never filled.
public struct DataGap: Sendable, Hashable {
  /// The close of the last bar before the hole.
  public let after: SimTime
  /// The close of the first bar after it.
  public let before: SimTime
  /// How many bars are missing.
  public let missingBars: Int

  /// Describes a hole.
  public init(after: SimTime, before: SimTime, missingBars: Int) {
    self.after = after
    self.before = before
    self.missingBars = missingBars
  }
}

extension BarSeries {
  /// What is wrong with one row, as a sentence without its position; nil when it is sound.
  ///
  /// Time must rise strictly by whole bars' worth or more, prices be positive and finite, open and
  /// close lie within low and high, volume be finite and not negative, and bid below ask.
  public func fault(inRow row: Int) -> String? {
    if isPlainlySound(row) { return nil }
    if row > 0, time[row] <= time[row - 1] {
      return "time \(SimTime(nanoseconds: time[row])) does not come after"
        + " \(SimTime(nanoseconds: time[row - 1]))"
    }
    for (name, value) in [
      ("open", open[row]), ("high", high[row]), ("low", low[row]), ("close", close[row]),
    ] where !(value.isFinite && value > 0) {
      return "\(name) is \(value); a price must be a positive number"
    }
    if !(volume[row].isFinite && volume[row] >= 0) {
      return "volume is \(volume[row]); it must be zero or a positive number"
    }
    if low[row] > high[row] { return "low \(low[row]) is above high \(high[row])" }
    for (name, value) in [("open", open[row]), ("close", close[row])]
    where value < low[row] || value > high[row] {
      return "\(name) \(value) is outside low \(low[row]) … high \(high[row])"
    }
    if hasQuotes {
      let (b, a) = (bid[row], ask[row])
      if b.isNaN != a.isNaN { return "bid \(b) and ask \(a): one side is missing" }
      if !b.isNaN, !(b > 0 && a.isFinite && b < a) {
        return "bid \(b) is not below ask \(a)"
      }
    }
    return nil
  }

  /// Checks every row.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` naming the first faulty row, counted from 1.
  public func validate() throws(MMSError) {
    for row in 0..<count {
      if let fault = fault(inRow: row) {
        throw MMSError(.invalidData, "\(symbol) bar \(row + 1) of \(count): \(fault)")
      }
    }
  }

  /// The holes in the series, in order of time.
  public func gaps() -> [DataGap] {
    var found: [DataGap] = []
    for row in 1..<Swift.max(1, count) {
      let step = time[row] - time[row - 1]
      if step > resolution.nanoseconds {
        found.append(
          DataGap(
            after: SimTime(nanoseconds: time[row - 1]), before: SimTime(nanoseconds: time[row]),
            missingBars: Int(step / resolution.nanoseconds) - 1))
      }
    }
    return found
  }
}

extension BarSeries {
  /// The common case without building any text: millions of rows pass here, hardly one is refused.
  private func isPlainlySound(_ row: Int) -> Bool {
    let (low, high) = (low[row], high[row])
    return (row == 0 || time[row] > time[row - 1])
      && low > 0 && high < .infinity
      && open[row] >= low && open[row] <= high && close[row] >= low && close[row] <= high
      && volume[row] >= 0 && volume[row] < .infinity
      && (!hasQuotes || (bid[row] > 0 && bid[row] < ask[row] && ask[row] < .infinity))
  }
}
