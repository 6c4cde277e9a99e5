// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// A ScenarioModel behind the edge.
final class ScenarioInstance: Instance {
  private let original: any ScenarioModel
  private var model: any ScenarioModel
  private var copy = BlockCopy()
  private var path: PathContext?

  init(host: Host, _ model: any ScenarioModel) {
    original = model
    self.model = model
    super.init(host: host)
  }

  override func reset() {
    model = original
    path = nil
  }

  override func duplicate() -> Instance {
    let twin = ScenarioInstance(host: host, original)
    twin.model = model
    twin.path = path
    return twin
  }

  private func prepare(_ history: UnsafePointer<mms_block>?, _ market: UnsafePointer<mms_market>?)
    throws(MMSError)
  {
    unsafe try copy.read(history)
    try model.prepare(history: copy.block, context: unsafe MarketContext(market))
  }

  private func begin(_ path: UnsafePointer<mms_path>?) throws(MMSError) {
    let path = unsafe try PathContext(path)
    try model.begin(path)
    self.path = path
  }

  private func advance(
    _ block: UnsafeMutablePointer<mms_block>?, _ first: Int64, _ end: Int64, _ net: Double
  ) throws(MMSError) {
    let target = unsafe try given(block, "block")
    guard let path, first >= 0, first <= end else {
      throw MMSError(.modelFailed, "advance was called before begin, or for rows \(first) to \(end)")
    }
    unsafe try copy.read(UnsafePointer(target), end: end)
    let rows = Int(first)..<Int(end)
    // The host's draws for this role on this path, by construction: the same seed, path and role.
    try model.advance(
      &copy.block, rows: rows, flow: OwnFlow(netQuantity: net), random: path.random(.scenario))
    unsafe copy.write(rows, to: target.pointee)
  }

  private func anchors(_ out: UnsafeMutablePointer<mms_anchor>?, _ capacity: UInt32) -> UInt32 {
    let anchors = model.anchors
    for (index, anchor) in anchors.prefix(Int(capacity)).enumerated() {
      unsafe out?[index] = mms_anchor(name: CText.kept(once: anchor.name), step: Int64(anchor.step))
    }
    return UInt32(anchors.count)
  }

  static func table(_ declared: DeclaredModel) -> mms_scenario_v1 {
    var table = mms_scenario_v1()
    table.struct_size = UInt32(MemoryLayout<mms_scenario_v1>.size)
    let requirements = requirements(of: declared)
    table.flags =
      (requirements.wholeHistory ? UInt32(MMS_WHOLE_HISTORY) : 0)
      | (requirements.writesPrices ? UInt32(MMS_WRITES_PRICES) : 0)
    table.feedback_steps = Int64(requirements.feedbackSteps ?? 0)
    unsafe table.prepare = { pointer, history, market, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, ScenarioInstance.self).prepare(history, market)
      }
    }
    unsafe table.begin = { pointer, path, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, ScenarioInstance.self).begin(path)
      }
    }
    unsafe table.advance = { pointer, block, first, end, net, _, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, ScenarioInstance.self).advance(block, first, end, net)
      }
    }
    unsafe table.anchors = { pointer, out, capacity in
      do throws(MMSError) {
        return unsafe try Instance.at(pointer, ScenarioInstance.self).anchors(out, capacity)
      } catch {
        return 0
      }
    }
    return table
  }

  /// What the model asks with its default parameters; nothing when a parameter has no default.
  private static func requirements(of declared: DeclaredModel) -> ScenarioRequirements {
    do throws(MMSError) {
      let values = try ParameterResolver.resolve(
        [], schema: declared.descriptor.parameters, owner: declared.descriptor.id, path: "")
      let instance = unsafe try declared.make(Host(table: nil), values)
      return (instance as? ScenarioInstance)?.model.requirements ?? ScenarioRequirements()
    } catch {
      return ScenarioRequirements()
    }
  }
}
