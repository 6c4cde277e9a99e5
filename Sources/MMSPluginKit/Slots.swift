// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore
import Synchronization

/// Entries made in advance: a C function captures nothing, so that of each model stands here by its number.
enum Slots {
  typealias Create =
    @convention(c) (
      UnsafePointer<mms_host>?, UnsafePointer<mms_parameter>?, UInt32,
      UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<mms_error>?
    ) -> mms_status
  typealias GetInterface = @convention(c) (UnsafePointer<CChar>?) -> UnsafeRawPointer?

  private static let models = Mutex<[DeclaredModel]>([])
  private static let interfaces = Mutex<[Int: InterfaceTable]>([:])

  /// Takes the next slots for models; nil when there are not enough left.
  static func take(_ declared: [DeclaredModel]) -> Range<Int>? {
    models.withLock { models in
      guard models.count + declared.count <= PluginExport.maximumModels else { return nil }
      let first = models.count
      models += declared
      return first..<models.count
    }
  }

  static func keep(_ table: InterfaceTable, slot: Int) { interfaces.withLock { $0[slot] = table } }

  private static func create(
    _ slot: Int, _ host: UnsafePointer<mms_host>?, _ parameters: UnsafePointer<mms_parameter>?,
    _ count: UInt32, _ out: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<mms_error>?
  ) -> mms_status {
    unsafe guarded(error) { () throws(MMSError) in
      let model = models.withLock { $0[slot] }
      let out = unsafe try given(out, "place for an instance")
      let values = unsafe try ParameterRows.read(parameters, count: Int(count), for: model.descriptor)
      let instance = unsafe try model.make(Host(table: host), values)
      unsafe out.pointee = instance.retained()
    }
  }

  private static func interface(_ slot: Int, _ name: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
    guard let name = unsafe name else { return nil }
    let wanted = unsafe String(cString: name)
    return unsafe interfaces.withLock { $0[slot] }.flatMap {
      unsafe $0.name == wanted ? $0.pointer : nil
    }
  }

  static let creates: [Create] = unsafe [
    { unsafe create(0, $0, $1, $2, $3, $4) },
    { unsafe create(1, $0, $1, $2, $3, $4) },
    { unsafe create(2, $0, $1, $2, $3, $4) },
    { unsafe create(3, $0, $1, $2, $3, $4) },
    { unsafe create(4, $0, $1, $2, $3, $4) },
    { unsafe create(5, $0, $1, $2, $3, $4) },
    { unsafe create(6, $0, $1, $2, $3, $4) },
    { unsafe create(7, $0, $1, $2, $3, $4) },
    { unsafe create(8, $0, $1, $2, $3, $4) },
    { unsafe create(9, $0, $1, $2, $3, $4) },
    { unsafe create(10, $0, $1, $2, $3, $4) },
    { unsafe create(11, $0, $1, $2, $3, $4) },
    { unsafe create(12, $0, $1, $2, $3, $4) },
    { unsafe create(13, $0, $1, $2, $3, $4) },
    { unsafe create(14, $0, $1, $2, $3, $4) },
    { unsafe create(15, $0, $1, $2, $3, $4) },
  ]

  static let getInterfaces: [GetInterface] = unsafe [
    { unsafe interface(0, $0) },
    { unsafe interface(1, $0) },
    { unsafe interface(2, $0) },
    { unsafe interface(3, $0) },
    { unsafe interface(4, $0) },
    { unsafe interface(5, $0) },
    { unsafe interface(6, $0) },
    { unsafe interface(7, $0) },
    { unsafe interface(8, $0) },
    { unsafe interface(9, $0) },
    { unsafe interface(10, $0) },
    { unsafe interface(11, $0) },
    { unsafe interface(12, $0) },
    { unsafe interface(13, $0) },
    { unsafe interface(14, $0) },
    { unsafe interface(15, $0) },
  ]
}

/// The table of one model's interface, kept until the process ends.
@safe
struct InterfaceTable: @unchecked Sendable {
  let name: String
  let pointer: UnsafeRawPointer
}
