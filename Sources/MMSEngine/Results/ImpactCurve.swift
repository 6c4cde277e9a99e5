// SPDX-License-Identifier: Apache-2.0

/// How far metaorders had moved the book as they grew: sums over the parents of a path, by size.
///
/// A parent counts once in every class of sizes that it went through, with what it had filled at the last close of
/// a row in that class, and the displacement after the last fill until then: mid less fair price, less what it was
/// before the parent's first fill, in the parent's direction, over the mid.
public struct ImpactCurve: Sendable, Hashable {
  /// Parents are dealt to this many groups, so that an error can be found by leaving groups out.
  public static let groups = 10

  /// One class of sizes in one group.
  public struct Cell: Sendable, Hashable {
    /// The group, from 0.
    public var group: Int
    /// The class: lots from 2 to this power up to twice as many.
    public var power: Int
    /// Parents.
    public var count = 0
    /// Σ of what they had filled, base units.
    public var quantity = 0.0
    /// Σ of displacements, fractions.
    public var sum = 0.0
    /// Σ of their squares.
    public var squares = 0.0

    /// An empty class.
    public init(group: Int, power: Int) {
      self.group = group
      self.power = power
    }
  }

  /// What is not empty, in no particular order.
  public private(set) var cells: [Cell] = []

  /// Nothing yet.
  public init() {}

  /// Adds a parent that had filled some lots, each of so many base units.
  public mutating func add(group: Int, lots: Double, lot: Double, displacement: Double) {
    guard lots >= 1, displacement.isFinite else { return }
    var cell = Cell(group: group, power: Int(lots.exponent))
    cell.count = 1
    cell.quantity = lots * lot
    cell.sum = displacement
    cell.squares = displacement * displacement
    add(cell)
  }

  /// Adds what another curve holds.
  public mutating func add(_ other: ImpactCurve) {
    for cell in other.cells { add(cell) }
  }

  private mutating func add(_ cell: Cell) {
    guard let index = cells.firstIndex(where: { $0.group == cell.group && $0.power == cell.power }) else {
      cells.append(cell)
      return
    }
    cells[index].count += cell.count
    cells[index].quantity += cell.quantity
    cells[index].sum += cell.sum
    cells[index].squares += cell.squares
  }
}
