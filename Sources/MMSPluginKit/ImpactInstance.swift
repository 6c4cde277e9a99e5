// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// An ImpactModel behind the edge.
final class ImpactInstance: Instance {
  private let original: any ImpactModel
  private var model: any ImpactModel

  init(host: Host, _ model: any ImpactModel) {
    original = model
    self.model = model
    super.init(host: host)
  }

  override func reset() { model = original }

  override func duplicate() -> Instance {
    let twin = ImpactInstance(host: host, original)
    twin.model = model
    return twin
  }

  private func begin(_ path: UnsafePointer<mms_path>?) throws(MMSError) {
    model.begin(unsafe try PathContext(path))
  }

  private func quote(
    _ orders: UnsafePointer<mms_execution>?, _ count: Int, _ out: UnsafeMutablePointer<mms_impact_quote>?,
    applies: Bool
  ) throws(MMSError) {
    if count == 0 { return }
    let (orders, out) = unsafe (try given(orders, "orders"), try given(out, "room for quotes"))
    for index in 0..<count {
      let order = unsafe orders[index]
      let conditions = ImpactConditions(
        volatility: order.volatility, volume: order.volume, liquidity: order.liquidity, price: order.price,
        resolution: SimDuration(nanoseconds: order.resolution_ns))
      let quote =
        applies ? model.apply(order.quantity, in: conditions) : model.quote(order.quantity, in: conditions)
      unsafe out[index] = mms_impact_quote(temporary: quote.temporary, lasting: quote.lasting)
    }
  }

  private func preview(_ resolution: Int64, _ count: Int, _ out: UnsafeMutablePointer<Double>?)
    throws(MMSError)
  {
    if count == 0 { return }
    let room = unsafe UnsafeMutableBufferPointer(
      start: try given(out, "room for displacements"), count: count)
    var span = unsafe MutableSpan(_unsafeElements: room)
    model.decay(resolution: SimDuration(nanoseconds: resolution), into: &span)
  }

  private func state(_ out: UnsafeMutablePointer<mms_impact_state>?) throws(MMSError) {
    unsafe try given(out, "room for the state").pointee = mms_impact_state(
      displacement: model.displacement, is_idle: model.isIdle ? 1 : 0, reserved: 0)
  }

  static func table() -> mms_impact_v1 {
    var table = mms_impact_v1()
    table.struct_size = UInt32(MemoryLayout<mms_impact_v1>.size)
    unsafe table.begin = { pointer, path, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, ImpactInstance.self).begin(path)
      }
    }
    unsafe table.quote = { pointer, orders, count, out, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, ImpactInstance.self).quote(orders, count, out, applies: false)
      }
    }
    unsafe table.apply = { pointer, orders, count, out, state, error in
      unsafe guarded(error) { () throws(MMSError) in
        let instance = unsafe try Instance.at(pointer, ImpactInstance.self)
        unsafe try instance.quote(orders, count, out, applies: true)
        unsafe try instance.state(state)
      }
    }
    unsafe table.preview = { pointer, resolution, count, out, error in
      unsafe guarded(error) { () throws(MMSError) in
        unsafe try Instance.at(pointer, ImpactInstance.self).preview(resolution, count, out)
      }
    }
    unsafe table.decay = { pointer, steps, resolution, state, error in
      unsafe guarded(error) { () throws(MMSError) in
        let instance = unsafe try Instance.at(pointer, ImpactInstance.self)
        instance.model.decay(steps: Int(steps), resolution: SimDuration(nanoseconds: resolution))
        unsafe try instance.state(state)
      }
    }
    return table
  }
}
