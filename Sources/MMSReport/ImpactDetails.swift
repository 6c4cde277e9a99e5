// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
public import MMSStudy

/// The law that the impact of a simulation's metaorders followed in a generated book.
public struct ImpactDetails: Sendable, Hashable {
  /// Metaorders of about one size.
  public struct Size: Sendable, Hashable {
    /// Mean quantity filled, base units.
    public let quantity: Double
    /// How many there were.
    public let metaorders: Int
    /// Mean displacement of the book in their direction, a fraction.
    public let mean: Double
    /// The standard error of that; 0 for one metaorder.
    public let standardError: Double
  }

  /// By growing size.
  public let sizes: [Size]
  /// Impact ∝ quantityᵟ, the error by leaving out a tenth of the metaorders at a time; nil without significant impact.
  public let law: ImpactLaw?
  /// What the law is multiplied with: impact = prefactor · quantityᵟ, a fraction, quantity in base units; nil without law.
  public let prefactor: Double?

  /// Pools paths; nil where the market does not react, or nothing was filled.
  init?(_ paths: [PathResult]) {
    var curve = ImpactCurve()
    for path in paths { if let other = path.impactCurve { curve.add(other) } }
    guard !curve.cells.isEmpty else { return nil }
    sizes = Self.sizes(curve.cells)
    guard let whole = ImpactLaw(sizes.map(\.point)) else {
      law = nil
      prefactor = nil
      return
    }
    prefactor = whole.prefactor(sizes.map(\.point))
    // A metaorder is in several sizes: what they say together is less than each by itself.
    let groups = Set(curve.cells.map(\.group))
    let parts = groups.sorted().compactMap { group in
      ImpactLaw(Self.sizes(curve.cells.filter { $0.group != group }).map(\.point))?.exponent
    }
    guard parts.count == groups.count, parts.count >= 5 else {
      law = whole
      return
    }
    let n = Double(parts.count)
    let mean = parts.reduce(0, +) / n
    let squares = parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    law = ImpactLaw(
      exponent: whole.exponent, standardError: ((n - 1) / n * squares).squareRoot(), sizes: whole.sizes)
  }

  private static func sizes(_ cells: [ImpactCurve.Cell]) -> [Size] {
    Set(cells.map(\.power)).sorted().map { power in
      var whole = ImpactCurve.Cell(group: 0, power: power)
      for cell in cells.sorted(by: { $0.group < $1.group }) where cell.power == power {
        whole.count += cell.count
        whole.quantity += cell.quantity
        whole.sum += cell.sum
        whole.squares += cell.squares
      }
      let n = Double(whole.count)
      let mean = whole.sum / n
      let variance = n > 1 ? max(0, whole.squares - n * mean * mean) / (n - 1) : 0
      return Size(
        quantity: whole.quantity / n, metaorders: whole.count, mean: mean,
        standardError: (variance / n).squareRoot())
    }
  }

  /// The figures as JSON.
  var json: JSONValue {
    [
      "law": law.map { .string($0.name) } ?? .null,
      "exponent": law.map { .number($0.exponent) } ?? .null,
      "standard_error": law.map { .number($0.standardError) } ?? .null,
      "prefactor": prefactor.map { .number($0) } ?? .null,
      "sizes": .array(
        sizes.map { size -> JSONValue in
          [
            "quantity": .number(size.quantity), "metaorders": .integer(Int64(size.metaorders)),
            "mean": .number(size.mean), "standard_error": .number(size.standardError),
          ]
        }),
    ]
  }
}

extension ImpactDetails.Size {
  /// Nothing can be said about the error of one metaorder: it has no weight.
  fileprivate var point: ImpactLaw.Point {
    ImpactLaw.Point(size: quantity, mean: mean, standardError: metaorders > 1 ? standardError : .infinity)
  }
}
