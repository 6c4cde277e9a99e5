// SPDX-License-Identifier: Apache-2.0
// hot path

extension MMSMath {
  /// Replaces each value by its exponential.
  public static func exp(_ values: inout MutableSpan<Double>) {
    map(&values, where: { allLanes($0.magnitude.lanes .< 708) }, { expCore($0) }, otherwise: { exp($0) })
  }

  /// Replaces each value x by eˣ - 1.
  public static func expm1(_ values: inout MutableSpan<Double>) {
    map(
      &values, where: { allLanes(($0.magnitude.lanes .< 708) .& ($0.magnitude.lanes .> 0x1p-54)) },
      { expm1Core($0) }, otherwise: { expm1($0) })
  }

  /// Replaces each value by its natural logarithm.
  public static func log(_ values: inout MutableSpan<Double>) {
    map(&values, where: { arePositiveNormal($0) }, { logCore($0) }, otherwise: { log($0) })
  }

  /// Replaces each value x by log(1 + x).
  public static func log1p(_ values: inout MutableSpan<Double>) {
    map(
      &values,
      where: {
        allLanes(
          ($0.lanes .> -1) .& ($0.lanes .<= 0x1.fffffffffffffp1022) .& ($0.magnitude.lanes .> 0x1p-54))
      }, { log1pCore($0) }, otherwise: { log1p($0) })
  }

  /// Replaces each angle in radians by its sine.
  public static func sin(_ values: inout MutableSpan<Double>) {
    map(&values, where: { areOrdinaryAngles($0) }, { sincosCore($0).sin }, otherwise: { sin($0) })
  }

  /// Replaces each angle in radians by its cosine.
  public static func cos(_ values: inout MutableSpan<Double>) {
    map(&values, where: { areOrdinaryAngles($0) }, { sincosCore($0).cos }, otherwise: { cos($0) })
  }

  /// Replaces each value x by x to one power.
  public static func pow(_ values: inout MutableSpan<Double>, _ exponent: Double) {
    let isOrdinaryPower = exponent.magnitude < 0x1p900
    // |exponent · log x| < 708 asks for the logarithm; this bound is a little tighter and cheap.
    let largest = exponent == 0 ? 0 : 700 / exponent.magnitude / 0.693_147_180_559_945_4
    map(
      &values,
      where: { isOrdinaryPower && arePositiveNormal($0) && allLanes(binaryExponents($0).lanes .< largest) },
      { powCore($0, Vector4(exponent)).power }, otherwise: { pow($0, exponent) })
  }

  /// A bound of |log₂ x| for positive normal x.
  @inline(__always)
  private static func binaryExponents(_ x: Vector4) -> Vector4 {
    // The exponent's 11 bits under that of 2⁵², where they count in units of 2²⁰.
    let biased = Vector4(bits: (x.bits.upperHalves & 0x7ff0_0000) | 0x4330_0000_0000_0000) - 0x1p52
    return (biased * 0x1p-20 - 1022.5).magnitude + 0.5
  }

  @inline(__always)
  private static func arePositiveNormal(_ x: Vector4) -> Bool {
    allLanes((x.lanes .>= 0x1p-1022) .& (x.lanes .<= 0x1.fffffffffffffp1023))
  }

  @inline(__always)
  private static func areOrdinaryAngles(_ x: Vector4) -> Bool {
    allLanes((x.magnitude.lanes .>= 0x1p-27) .& (x.magnitude.lanes .<= 0x1p20))
  }

  /// Whether a condition holds in every lane, without a branch for each.
  @inline(__always)
  private static func allLanes(_ mask: SIMDMask<SIMD4<Int64>>) -> Bool {
    let lanes = unsafe unsafeBitCast(mask, to: SIMD4<UInt64>.self)
    let halves = lanes.lowHalf.x & lanes.lowHalf.y & (lanes.highHalf.x & lanes.highHalf.y)
    return halves != 0
  }

  /// Takes values through a body four at a time where all four are in its domain, through another elsewhere.
  @inline(__always)
  private static func map(
    _ values: inout MutableSpan<Double>, where areOrdinary: (Vector4) -> Bool,
    _ body: (Vector4) -> Vector4, otherwise: (Double) -> Double
  ) {
    let count = values.count
    let whole = count & ~3
    // Whole vectors are loaded and stored: lane by lane the optimizer would take the body apart.
    unsafe values.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var index = 0
      while index < whole {
        let place = unsafe base + index &* 8
        let x = unsafe place.loadUnaligned(as: SIMD4<Double>.self)
        if areOrdinary(Vector4(lanes: x)) {
          let result = body(Vector4(lanes: x)).lanes
          unsafe place.storeBytes(of: result, as: SIMD4<Double>.self)
        } else {
          let result = SIMD4(otherwise(x.x), otherwise(x.y), otherwise(x.z), otherwise(x.w))
          unsafe place.storeBytes(of: result, as: SIMD4<Double>.self)
        }
        index &+= 4
      }
    }
    for index in whole..<count { values[index] = otherwise(values[index]) }
  }
}
