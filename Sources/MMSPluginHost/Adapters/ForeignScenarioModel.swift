// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
public import MMSCore

/// A ScenarioModel behind `mms.scenario/1`: one call for each block.
///
/// Unchecked: an instance is entered by the one thread that holds it, since every runner makes its own.
@safe public struct ForeignScenarioModel: ScenarioModel, @unchecked Sendable {
  /// Anchors beyond these are not asked for.
  private static let mostAnchors = 64

  private let model: ForeignModel
  private let parameters: ParameterValues
  private let table: UnsafePointer<mms_scenario_v1>
  /// The instance behind the edge.
  package let instance: ForeignInstance
  /// What it was prepared with, to prepare another instance alike.
  private var prepared: (history: MarketBlock, context: MarketContext)?
  private var columns = ForeignColumns()

  /// What the model asks of the engine.
  public let requirements: ScenarioRequirements
  /// Steps named by this path.
  public private(set) var anchors: [ScenarioAnchor] = []

  /// Makes an instance.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when the plugin refuses or lacks a function.
  public init(model: ForeignModel, parameters: ParameterValues) throws(MMSError) {
    let table = try unsafe model.interface(
      MMS_SCENARIO_INTERFACE, as: mms_scenario_v1.self, through: \.advance)
    guard unsafe table.pointee.advance != nil else { throw model.fault("it has no function 'advance'") }
    let feedback = unsafe table.pointee.feedback_steps
    guard feedback >= 0, feedback <= 1_000_000 else {
      throw model.fault("feedback_steps is \(feedback); it is 0 or a number of steps up to 1000000")
    }
    unsafe requirements = ScenarioRequirements(
      wholeHistory: table.pointee.flags & MMS_WHOLE_HISTORY != 0,
      feedbackSteps: feedback == 0 ? nil : Int(feedback),
      writesPrices: table.pointee.flags & MMS_WRITES_PRICES != 0)
    self.model = model
    self.parameters = parameters
    unsafe self.table = table
    instance = try ForeignInstance.make(model, parameters)
  }

  private init(_ other: ForeignScenarioModel, instance: ForeignInstance) {
    model = other.model
    parameters = other.parameters
    unsafe table = other.table
    requirements = other.requirements
    prepared = other.prepared
    self.instance = instance
  }

  /// What the manifest says of it.
  public var descriptor: ModelDescriptor { model.descriptor }

  /// Another instance, prepared alike.
  public func makeInstance() throws(MMSError) -> ForeignScenarioModel {
    if let twin = try instance.clone() { return ForeignScenarioModel(self, instance: twin) }
    var fresh = try ForeignScenarioModel(self, instance: .make(model, parameters))
    if let prepared { try fresh.prepare(history: prepared.history, context: prepared.context) }
    return fresh
  }

  /// Shows the recorded market.
  public mutating func prepare(history: borrowing MarketBlock, context: MarketContext) throws(MMSError) {
    let kept = copy history
    prepared = (kept, context)
    guard let prepare = unsafe table.pointee.prepare else { return }
    let (model, pointer) = unsafe (model, instance.pointer)
    let status = unsafe columns.show(kept) { block in
      unsafe context.lend { market in
        unsafe model.call(place: { $0 < 0 ? "while it was prepared" : "recorded row \($0)" }) {
          unsafe prepare(pointer, block, market, $0)
        }
      }
    }
    if case .failed(let error) = status { throw error }
  }

  /// Starts a path.
  public mutating func begin(_ path: PathContext) throws(MMSError) {
    anchors = []
    if let begin = unsafe table.pointee.begin {
      let status = unsafe path.lend(.scenario) { context in
        unsafe model.call(place: { _ in "at the start of path \(path.path)" }) {
          unsafe begin(instance.pointer, context, $0)
        }
      }
      if case .failed(let error) = status { throw error }
    }
    guard unsafe table.covers(\.anchors), let list = unsafe table.pointee.anchors else { return }
    var rows = unsafe [mms_anchor](repeating: mms_anchor(), count: Self.mostAnchors)
    let count = unsafe rows.withUnsafeMutableBufferPointer {
      unsafe list(instance.pointer, $0.baseAddress, UInt32($0.count))
    }
    for index in 0..<Int(min(count, UInt32(Self.mostAnchors))) {
      let row = unsafe rows[index]
      guard let name = unsafe row.name else { throw model.fault("it names an anchor without a name") }
      unsafe anchors.append(ScenarioAnchor(name: String(cString: name), step: Int(row.step)))
    }
  }

  /// Rewrites rows in place.
  public mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError) {
    guard rows.lowerBound >= 0, rows.upperBound <= block.count, let advance = unsafe table.pointee.advance
    else {
      throw MMSError(.internal, "rows \(rows) are outside a block of \(block.count); report this")
    }
    let (model, pointer) = unsafe (model, instance.pointer)
    let first = block.firstStep
    let status = unsafe columns.lend(&block) { view in
      unsafe random.lend { draws in
        unsafe model.call(place: { "step \(first + ($0 < 0 ? rows.lowerBound : Int($0)))" }) {
          unsafe advance(
            pointer, view, Int64(rows.lowerBound), Int64(rows.upperBound), flow.netQuantity, draws, $0)
        }
      }
    }
    switch status {
    case .fine: return
    case .failed(let error): throw error
    case .discarded(let row):
      throw model.fault(
        "step \(first + Int(max(0, row))): it refused a row, which a market cannot do without")
    }
  }
}
