// SPDX-License-Identifier: Apache-2.0
// hot path

extension MMSMath {
  /// Replaces each value by its exponential.
  public static func exp(_ values: inout MutableSpan<Double>) {
    forEachPair(&values, { exp($0) }, { exp($0) })
  }

  /// Replaces each value x by eˣ - 1.
  public static func expm1(_ values: inout MutableSpan<Double>) {
    forEachPair(&values, { expm1($0) }, { expm1($0) })
  }

  /// Replaces each value by its natural logarithm.
  public static func log(_ values: inout MutableSpan<Double>) {
    forEachPair(&values, { log($0) }, { log($0) })
  }

  /// Replaces each value x by log(1 + x).
  public static func log1p(_ values: inout MutableSpan<Double>) {
    forEachPair(&values, { log1p($0) }, { log1p($0) })
  }

  /// Replaces each angle in radians by its sine.
  public static func sin(_ values: inout MutableSpan<Double>) {
    forEachPair(&values, { sin($0) }, { sin($0) })
  }

  /// Replaces each angle in radians by its cosine.
  public static func cos(_ values: inout MutableSpan<Double>) {
    forEachPair(&values, { cos($0) }, { cos($0) })
  }

  /// Replaces each value x by x to one power.
  public static func pow(_ values: inout MutableSpan<Double>, _ exponent: Double) {
    let y = Pair(repeating: exponent)
    forEachPair(&values, { pow($0, y) }, { pow($0, exponent) })
  }

  /// Applies a function of two lanes to all values, in place; the odd last goes through its scalar.
  @inline(__always)
  private static func forEachPair(
    _ values: inout MutableSpan<Double>, _ function: (Pair) -> Pair, _ scalar: (Double) -> Double
  ) {
    let count = values.count
    // Whole vectors are loaded and stored: lane by lane the optimizer would take the body apart.
    unsafe values.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      for pair in 0..<count / 2 {
        let place = unsafe base + pair &* 16
        let result = unsafe function(place.loadUnaligned(as: Pair.self))
        unsafe place.storeBytes(of: result, as: Pair.self)
      }
    }
    if count % 2 == 1 { values[count &- 1] = scalar(values[count &- 1]) }
  }
}
