// SPDX-License-Identifier: Apache-2.0
// hot path

// Wider vectors are halves side by side, so they have the bits of the narrow ones; a processor with
// wider registers would need instructions that the baseline does not promise.

extension MMSMath {
  /// The exponential eˣ of each lane.
  @inlinable
  public static func exp(_ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(lowHalf: exp(x.lowHalf), highHalf: exp(x.highHalf))
  }

  /// eˣ - 1 of each lane, accurate near 0.
  @inlinable
  public static func expm1(_ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(lowHalf: expm1(x.lowHalf), highHalf: expm1(x.highHalf))
  }

  /// The natural logarithm of each lane.
  @inlinable
  public static func log(_ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(lowHalf: log(x.lowHalf), highHalf: log(x.highHalf))
  }

  /// log(1 + x) of each lane, accurate near 0.
  @inlinable
  public static func log1p(_ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(lowHalf: log1p(x.lowHalf), highHalf: log1p(x.highHalf))
  }

  /// The sine of each lane.
  @inlinable
  public static func sin(_ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(lowHalf: sin(x.lowHalf), highHalf: sin(x.highHalf))
  }

  /// The cosine of each lane.
  @inlinable
  public static func cos(_ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(lowHalf: cos(x.lowHalf), highHalf: cos(x.highHalf))
  }

  /// The sine and the cosine of each lane.
  @inlinable
  public static func sincos(_ x: SIMD4<Double>) -> (sin: SIMD4<Double>, cos: SIMD4<Double>) {
    let (low, high) = (sincos(x.lowHalf), sincos(x.highHalf))
    return (
      SIMD4(lowHalf: low.sin, highHalf: high.sin), SIMD4(lowHalf: low.cos, highHalf: high.cos)
    )
  }

  /// x to the power y, lane by lane.
  @inlinable
  public static func pow(_ x: SIMD4<Double>, _ y: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(lowHalf: pow(x.lowHalf, y.lowHalf), highHalf: pow(x.highHalf, y.highHalf))
  }
}

extension MMSMath {
  /// The exponential eˣ of each lane.
  @inlinable
  public static func exp(_ x: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(lowHalf: exp(x.lowHalf), highHalf: exp(x.highHalf))
  }

  /// eˣ - 1 of each lane, accurate near 0.
  @inlinable
  public static func expm1(_ x: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(lowHalf: expm1(x.lowHalf), highHalf: expm1(x.highHalf))
  }

  /// The natural logarithm of each lane.
  @inlinable
  public static func log(_ x: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(lowHalf: log(x.lowHalf), highHalf: log(x.highHalf))
  }

  /// log(1 + x) of each lane, accurate near 0.
  @inlinable
  public static func log1p(_ x: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(lowHalf: log1p(x.lowHalf), highHalf: log1p(x.highHalf))
  }

  /// The sine of each lane.
  @inlinable
  public static func sin(_ x: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(lowHalf: sin(x.lowHalf), highHalf: sin(x.highHalf))
  }

  /// The cosine of each lane.
  @inlinable
  public static func cos(_ x: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(lowHalf: cos(x.lowHalf), highHalf: cos(x.highHalf))
  }

  /// The sine and the cosine of each lane.
  @inlinable
  public static func sincos(_ x: SIMD8<Double>) -> (sin: SIMD8<Double>, cos: SIMD8<Double>) {
    let (low, high) = (sincos(x.lowHalf), sincos(x.highHalf))
    return (
      SIMD8(lowHalf: low.sin, highHalf: high.sin), SIMD8(lowHalf: low.cos, highHalf: high.cos)
    )
  }

  /// x to the power y, lane by lane.
  @inlinable
  public static func pow(_ x: SIMD8<Double>, _ y: SIMD8<Double>) -> SIMD8<Double> {
    SIMD8(lowHalf: pow(x.lowHalf, y.lowHalf), highHalf: pow(x.highHalf, y.highHalf))
  }
}
