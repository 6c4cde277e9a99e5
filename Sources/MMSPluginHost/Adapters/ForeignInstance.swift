// SPDX-License-Identifier: Apache-2.0

package import CMMSPlugin
import Glibc
package import MMSCore

/// One instance of a plugin's model; ends it when nobody holds it any more.
@safe package final class ForeignInstance {
  package let model: ForeignModel
  package let pointer: OpaquePointer
  /// What kept a call that cannot throw from its result.
  let faults = FaultBox()

  private init(_ model: ForeignModel, _ pointer: OpaquePointer) {
    self.model = model
    unsafe self.pointer = pointer
  }

  deinit {
    if let destroy = unsafe model.table.pointee.destroy { unsafe destroy(pointer) }
  }

  /// Makes an instance from checked parameters.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` with the plugin's text.
  package static func make(_ model: ForeignModel, _ parameters: ParameterValues) throws(MMSError)
    -> ForeignInstance
  {
    guard let create = unsafe model.table.pointee.create else {
      throw model.fault("it has no function 'create'")
    }
    var list = ForeignParameters(parameters)
    var made: OpaquePointer?
    let status = unsafe list.lend { values, count in
      unsafe model.call { unsafe create(HostTable.pointer, values, count, &made, $0) }
    }
    if case .failed(let error) = status { throw error }
    guard let made = unsafe made else { throw model.fault("'create' returned no instance") }
    return unsafe ForeignInstance(model, made)
  }

  /// Another instance in the same state; nil when the plugin cannot make one.
  package func clone() throws(MMSError) -> ForeignInstance? {
    guard unsafe model.table.covers(\.clone), let clone = unsafe model.table.pointee.clone else { return nil }
    var made: OpaquePointer?
    let status = unsafe model.call { unsafe clone(pointer, &made, $0) }
    if case .failed(let error) = status { throw error }
    guard let made = unsafe made else { throw model.fault("'clone' returned no instance") }
    return unsafe ForeignInstance(model, made)
  }

  /// Goes back to the state right after it was made.
  package func reset() throws(MMSError) {
    guard let reset = unsafe model.table.pointee.reset else {
      throw model.fault("it has no function 'reset'")
    }
    if case .failed(let error) = unsafe model.call({ unsafe reset(pointer, $0) }) { throw error }
  }

  /// The state as bytes; nil when the model does not save any.
  package func save() throws(MMSError) -> [UInt8]? {
    guard unsafe model.table.covers(\.load), let size = unsafe model.table.pointee.state_size,
      let save = unsafe model.table.pointee.save
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: unsafe size(pointer))
    let status = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe model.call { unsafe save(pointer, buffer.baseAddress, buffer.count, $0) }
    }
    if case .failed(let error) = status { throw error }
    return bytes
  }

  /// Takes over a saved state.
  package func load(_ bytes: [UInt8]) throws(MMSError) {
    guard unsafe model.table.covers(\.load), let load = unsafe model.table.pointee.load else {
      throw model.fault("it has no function 'load'")
    }
    let status = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe model.call { unsafe load(pointer, buffer.baseAddress, buffer.count, $0) }
    }
    if case .failed(let error) = status { throw error }
  }
}

/// Checked parameters as C rows, with the strings they point to.
@safe package struct ForeignParameters: ~Copyable {
  /// One for each parameter, in the order of the schema.
  package var rows: [mms_parameter] = unsafe []
  private var strings: [UnsafeMutablePointer<CChar>] = unsafe []

  package init(_ parameters: ParameterValues) {
    for entry in parameters.entries {
      var row = unsafe mms_parameter()
      unsafe row.name = UnsafePointer(keep(entry.name))
      switch entry.value {
      case .number(let value):
        unsafe row.type = MMS_NUMBER
        unsafe row.number = value
      case .integer(let value):
        unsafe row.type = MMS_INTEGER
        unsafe row.integer = value
        unsafe row.number = Double(value)
      case .flag(let value):
        unsafe row.type = MMS_FLAG
        unsafe row.integer = value ? 1 : 0
      case .text(let value):
        unsafe row.type = MMS_TEXT
        unsafe row.text = UnsafePointer(keep(value))
      case .duration(let value):
        unsafe row.type = MMS_DURATION
        unsafe row.integer = value.nanoseconds
      case .interval(let low, let high):
        unsafe row.type = MMS_INTERVAL
        unsafe row.number = low
        unsafe row.upper = high
      }
      unsafe rows.append(row)
    }
  }

  deinit { unsafe strings.forEach { unsafe free($0) } }

  private mutating func keep(_ text: String) -> UnsafeMutablePointer<CChar>? {
    guard let copy = unsafe strdup(text) else { return nil }
    unsafe strings.append(copy)
    return unsafe copy
  }

  /// Lends the rows to one call.
  package mutating func lend<Result>(
    _ body: (UnsafePointer<mms_parameter>?, UInt32) -> Result
  ) -> Result {
    unsafe rows.withUnsafeBufferPointer { unsafe body($0.baseAddress, UInt32($0.count)) }
  }
}
