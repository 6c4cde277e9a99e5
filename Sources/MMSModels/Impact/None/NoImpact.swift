// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// Our trading leaves the price alone.
public struct NoImpact: ImpactModel, NativeModel {
  /// What the model says about itself.
  public static let descriptor = ModelDescriptor(
    id: "impact/None-v1", kind: .impact, summary: "Our trading leaves the price alone.",
    equations: "temporary = 0, lasting = 0",
    source: "A definition: the price taker of textbooks, and the reference for comparisons.", parameters: [])

  /// Makes the model; it takes no parameters.
  public init(_ parameters: ParameterValues) throws(MMSError) {}

  /// Always 0.
  public var displacement: Double { 0 }
  /// Always true.
  public var isIdle: Bool { true }
  /// Always true: the engine may skip the model.
  public var isNone: Bool { true }

  /// Has nothing to forget.
  public mutating func begin(_ path: PathContext) {}

  /// Always zero.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote { .zero }

  /// Always zero.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote { .zero }

  /// Writes zeros.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    for index in displacements.indices { displacements[index] = 0 }
  }

  /// Has nothing to fade.
  public mutating func decay(steps: Int, resolution: SimDuration) {}
}
