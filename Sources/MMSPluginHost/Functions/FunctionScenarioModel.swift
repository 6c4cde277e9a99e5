// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A ScenarioModel whose columns a bare function rewrites, row by row: it may keep nothing between calls.
///
/// Unchecked: an instance is entered by the one thread that holds it, since every runner makes its own.
public struct FunctionScenarioModel: ScenarioModel, @unchecked Sendable {
  private let function: BareFunction
  private var resolution = SimDuration(nanoseconds: 0)
  private var columns = ForeignColumns()

  init(_ function: BareFunction) { self.function = function }

  /// What the manifest says of it.
  public var descriptor: ModelDescriptor { function.descriptor }

  /// Another instance.
  public func makeInstance() throws(MMSError) -> FunctionScenarioModel {
    var other = FunctionScenarioModel(try function.twin())
    other.resolution = resolution
    return other
  }

  /// Notes the length of a step.
  public mutating func prepare(history: borrowing MarketBlock, context: MarketContext) throws(MMSError) {
    resolution = context.resolution
  }

  /// Rewrites rows in place.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    guard rows.lowerBound >= 0, rows.upperBound <= block.count else {
      throw MMSError(.internal, "rows \(rows) are outside a block of \(block.count); report this")
    }
    let (function, days, first) = (function, Double(resolution.nanoseconds) / 86_400e9, block.firstStep)
    _ = unsafe columns.lend(&block) { view in
      let view = unsafe view.pointee
      for (index, feed) in function.specification.feeds.enumerated() {
        guard case .quantity(let quantity) = feed else { continue }
        if let column = quantity.column {
          let base = unsafe view.column(column).map { unsafe UInt(bitPattern: $0 + rows.lowerBound) } ?? 0
          function.caller.values[index] = Double(bitPattern: UInt64(base))
        } else {
          function.caller.values[index] =
            quantity.name == "block.rows"
            ? Double(rows.count)
            : quantity.name == "block.first_step" ? Double(first + rows.lowerBound) : days
        }
      }
      _ = function.caller.call()
      return .fine
    }
  }
}
