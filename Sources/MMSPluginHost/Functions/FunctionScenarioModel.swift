// SPDX-License-Identifier: Apache-2.0

internal import CFloatingPoint
public import MMSCore

/// A market by a bare function over the block's columns, rewritten in place.
///
/// The function keeps no state: each row's result may depend on that row only, because any split of the rows into
/// calls has to give the same bytes.
public struct FunctionScenarioModel: ScenarioModel {
  private let instance: FunctionInstance
  /// Arguments that are columns, with the column.
  private let columns: [(argument: Int, column: MarketColumn, isOutput: Bool)]
  private let scalars: [(argument: Int, quantity: Int, factor: Double)]
  private var resolution = 0.0

  /// What the model says of itself.
  public var descriptor: ModelDescriptor { instance.function.descriptor }

  /// Makes the model.
  public init(_ function: BareFunction, parameters: ParameterValues) throws(MMSError) {
    try self.init(FunctionInstance(function, parameters: parameters))
  }

  private init(_ instance: FunctionInstance) {
    self.instance = instance
    let arguments = instance.function.specification.prototype.arguments
    let first = EngineQuantity.scenario.count - MarketColumn.allCases.count
    columns = instance.feeds.filter { arguments[$0.argument].type.isPointer }.map { feed in
      (feed.argument, MarketColumn.allCases[feed.quantity - first], arguments[feed.argument].type == .output)
    }
    scalars = instance.feeds.filter { !arguments[$0.argument].type.isPointer }
  }

  /// A fresh instance with arguments of its own.
  public func makeInstance() throws(MMSError) -> FunctionScenarioModel {
    var copy = FunctionScenarioModel(try instance.again())
    copy.resolution = resolution
    return copy
  }

  /// Notes the length of a step.
  public mutating func prepare(history: borrowing MarketBlock, context: MarketContext) throws(MMSError) {
    resolution = context.resolution.days
  }

  /// Calls the function for the rows, and checks what it wrote.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    if rows.isEmpty { return }
    precondition(rows.lowerBound >= 0 && rows.upperBound <= block.count, "rows outside the block")
    for scalar in scalars {
      let value: Double =
        switch scalar.quantity {
        case 0: Double(rows.count)
        case 1: Double(block.firstStep + rows.lowerBound)
        default: resolution
        }
      guard instance.caller.set(scalar.argument, to: value * scalar.factor) else {
        throw MMSError(
          .modelFailed, "\(instance.function.name): argument \(scalar.argument + 1) cannot hold \(value)")
      }
    }
    let control = mms_floating_point_control()
    enter(&block, rows, 0)
    if mms_floating_point_control() != control {
      mms_set_floating_point_control(control)
      throw MMSError(
        .modelFailed,
        "\(instance.function.name): it changed the floating-point environment; restore it before returning")
    }
    for entry in columns where entry.isOutput {
      let values = block[keyPath: entry.column.keyPath]
      let mayBeUnknown = entry.column == .high || entry.column == .low
      for row in rows where !values[row].isFinite && !(mayBeUnknown && values[row].isNaN) {
        throw fault(block.firstStep + row, entry.column, values[row])
      }
    }
    if let fault = block.fault(in: rows) {
      throw self.fault(block.firstStep + fault.row, fault.column, fault.value)
    }
  }

  /// Pins one column after another and calls when all are.
  private func enter(_ block: inout MarketBlock, _ rows: Range<Int>, _ index: Int) {
    guard index < columns.count else {
      _ = instance.caller.call()
      return
    }
    let entry = columns[index]
    // Taken out while pinned, so that the others can be pinned too; back in place before anybody looks.
    var values: [Double] = []
    swap(&values, &block[keyPath: entry.column.keyPath])
    unsafe values.withUnsafeMutableBufferPointer { buffer in
      unsafe instance.caller.set(entry.argument, to: buffer.baseAddress.map { unsafe $0 + rows.lowerBound })
      enter(&block, rows, index + 1)
    }
    swap(&values, &block[keyPath: entry.column.keyPath])
  }

  private func fault(_ step: Int, _ column: MarketColumn, _ value: Double) -> MMSError {
    MMSError(
      .modelFailed,
      "\(instance.function.name): wrote \(column.rawValue) = \(value) at step \(step), which the column cannot hold"
    )
  }
}
