// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
public import MMSCore

/// An ImpactModel behind `mms.impact/1`.
///
/// Unchecked: an instance is entered by the one thread that holds it, since every runner makes its own.
@safe public struct ForeignImpactModel: ImpactModel, @unchecked Sendable {
  private let model: ForeignModel
  private let parameters: ParameterValues
  private let table: UnsafePointer<mms_impact_v1>
  /// The instance behind the edge.
  package let instance: ForeignInstance

  /// The lasting displacement now.
  public private(set) var displacement = 0.0
  /// Whether displacement stays zero until the next execution.
  public private(set) var isIdle = true

  /// Makes an instance.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when the plugin refuses or lacks a function.
  public init(model: ForeignModel, parameters: ParameterValues) throws(MMSError) {
    let table = try unsafe model.interface(MMS_IMPACT_INTERFACE, as: mms_impact_v1.self, through: \.decay)
    let isComplete =
      unsafe table.pointee.quote != nil && table.pointee.apply != nil
      && table.pointee.preview != nil && table.pointee.decay != nil
    guard isComplete else { throw model.fault("it lacks one of quote, apply, preview and decay") }
    self.model = model
    self.parameters = parameters
    unsafe self.table = table
    instance = try ForeignInstance.make(model, parameters)
  }

  /// What the manifest says of it.
  public var descriptor: ModelDescriptor { model.descriptor }
  /// Why an answer could not be had.
  public var failure: MMSError? { instance.faults.error }

  /// Another instance.
  public func makeInstance() throws(MMSError) -> ForeignImpactModel {
    try ForeignImpactModel(model: model, parameters: parameters)
  }

  /// Starts a path at rest.
  public mutating func begin(_ path: PathContext) {
    displacement = 0
    isIdle = true
    if let begin = unsafe table.pointee.begin {
      note(
        unsafe path.lend(.impact) { context in
          unsafe model.call(place: { _ in "at the start of path \(path.path)" }) {
            unsafe begin(instance.pointer, context, $0)
          }
        })
    } else {
      do throws(MMSError) { try instance.reset() } catch { instance.faults.note(error) }
    }
  }

  /// What an execution would do now.
  public func quote(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    guard failure == nil, quantity != 0, let quote = unsafe table.pointee.quote else { return .zero }
    var out = mms_impact_quote()
    let order = mms_execution(quantity, conditions)
    let status = unsafe withUnsafePointer(to: order) { order in
      unsafe withUnsafeMutablePointer(to: &out) { out in
        unsafe model.call { unsafe quote(instance.pointer, order, 1, out, $0) }
      }
    }
    return answer(status, out, quantity)
  }

  /// Executes: the displacement moves.
  @discardableResult
  public mutating func apply(_ quantity: Double, in conditions: ImpactConditions) -> ImpactQuote {
    guard failure == nil, quantity != 0, let apply = unsafe table.pointee.apply else { return .zero }
    var out = mms_impact_quote()
    var state = mms_impact_state()
    let order = mms_execution(quantity, conditions)
    let (model, pointer) = unsafe (model, instance.pointer)
    let status = unsafe withUnsafePointer(to: order) { order in
      unsafe withUnsafeMutablePointer(to: &out) { out in
        unsafe withUnsafeMutablePointer(to: &state) { state in
          unsafe model.call { unsafe apply(pointer, order, 1, out, state, $0) }
        }
      }
    }
    let quote = answer(status, out, quantity)
    if case .fine = status { take(state) }
    return quote
  }

  /// The displacement after further steps, without moving on.
  public func decay(resolution: SimDuration, into displacements: inout MutableSpan<Double>) {
    for index in displacements.indices { displacements[index] = 0 }
    guard failure == nil, !displacements.isEmpty, let preview = unsafe table.pointee.preview else { return }
    let count = displacements.count
    let status = unsafe displacements.withUnsafeMutableBufferPointer { values in
      unsafe model.call {
        unsafe preview(instance.pointer, resolution.nanoseconds, count, values.baseAddress, $0)
      }
    }
    note(status)
    for index in displacements.indices where !Self.isDisplacement(displacements[index]) {
      refuse("displacement after \(index + 1) steps", displacements[index])
      displacements[index] = 0
    }
  }

  /// Lets steps pass.
  public mutating func decay(steps: Int, resolution: SimDuration) {
    guard failure == nil, let decay = unsafe table.pointee.decay else { return }
    var state = mms_impact_state()
    let (model, pointer) = unsafe (model, instance.pointer)
    let status = unsafe withUnsafeMutablePointer(to: &state) { state in
      unsafe model.call { unsafe decay(pointer, Int64(steps), resolution.nanoseconds, state, $0) }
    }
    note(status)
    if case .fine = status { take(state) }
  }

  private mutating func take(_ state: mms_impact_state) {
    guard Self.isDisplacement(state.displacement) else {
      refuse("displacement", state.displacement)
      return
    }
    displacement = state.displacement
    isIdle = state.is_idle != 0
  }

  private func answer(_ status: ForeignStatus, _ out: mms_impact_quote, _ quantity: Double) -> ImpactQuote {
    note(status)
    guard case .fine = status else { return .zero }
    for (name, value) in [("temporary", out.temporary), ("lasting", out.lasting)]
    where !(value.isFinite && value > -1 && value < 100) {
      refuse("\(name) impact of \(quantity)", value)
      return .zero
    }
    return ImpactQuote(temporary: out.temporary, lasting: out.lasting)
  }

  /// Prices stay positive: a mid is multiplied by one and the displacement.
  private static func isDisplacement(_ value: Double) -> Bool { value.isFinite && value > -1 && value < 100 }

  private func refuse(_ name: String, _ value: Double) {
    instance.faults.note(model.fault("\(name) is \(value); it must be a fraction above -1 and below 100"))
  }

  private func note(_ status: ForeignStatus) {
    if case .failed(let error) = status { instance.faults.note(error) }
  }
}

extension mms_execution {
  /// The execution in the plugin's terms.
  fileprivate init(_ quantity: Double, _ conditions: ImpactConditions) {
    self.init(
      quantity: quantity, volatility: conditions.volatility, volume: conditions.volume,
      liquidity: conditions.liquidity, price: conditions.price,
      resolution_ns: conditions.resolution.nanoseconds)
  }
}
