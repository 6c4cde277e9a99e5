// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// The table of one model.
enum ModelTable {
  static func make(_ declared: DeclaredModel, slot: Int) -> mms_model {
    var model = unsafe mms_model()
    unsafe model.struct_size = UInt32(MemoryLayout<mms_model>.size)
    let names = declared.descriptor.parameters.map(\.name)
    unsafe model.parameter_count = UInt32(names.count)
    unsafe model.id = CText.kept(declared.descriptor.id)
    let place = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: max(1, names.count))
    for (index, name) in names.enumerated() { unsafe (place + index).initialize(to: CText.kept(name)) }
    unsafe model.parameters = unsafe UnsafePointer(place)
    unsafe model.create = Slots.creates[slot]
    unsafe model.get_interface = Slots.getInterfaces[slot]
    unsafe model.destroy = { unsafe Instance.release($0) }
    unsafe model.reset = { pointer, error in
      unsafe guarded(error) { () throws(MMSError) in unsafe try Instance.at(pointer, Instance.self).reset() }
    }
    unsafe model.clone = { pointer, out, error in
      unsafe guarded(error) { () throws(MMSError) in
        let out = unsafe try given(out, "place for an instance")
        let instance = unsafe try Instance.at(
          UnsafeRawPointer(bitPattern: UInt(bitPattern: pointer)).map(OpaquePointer.init), Instance.self)
        unsafe out.pointee = instance.duplicate().retained()
      }
    }
    Slots.keep(interface(declared), slot: slot)
    return unsafe model
  }

  private static func interface(_ declared: DeclaredModel) -> InterfaceTable {
    let pointer =
      switch declared.interface {
      case MMS_SCENARIO_INTERFACE: unsafe UnsafeRawPointer(kept(ScenarioInstance.table(declared)))
      case MMS_FILL_INTERFACE: unsafe UnsafeRawPointer(kept(FillInstance.table()))
      case MMS_IMPACT_INTERFACE: unsafe UnsafeRawPointer(kept(ImpactInstance.table()))
      case MMS_SOURCE_INTERFACE: unsafe UnsafeRawPointer(kept(SourceInstance.table()))
      default: unsafe UnsafeRawPointer(kept(StrategyInstance.table()))
      }
    return unsafe InterfaceTable(name: declared.interface, pointer: pointer)
  }
}
