// SPDX-License-Identifier: Apache-2.0

public import CMMSPlugin
public import MMSCore

/// A model of a loaded library: what its manifest says of it, and its table of functions.
///
/// Unchecked: the table is constant memory of a library that is never unloaded.
@safe public struct ForeignModel: @unchecked Sendable {
  /// What the manifest says of it.
  public let descriptor: ModelDescriptor
  /// The plugin's name, for messages.
  public let plugin: String
  /// The library's table.
  public let table: UnsafePointer<mms_model>

  /// Names a model of a library that stays loaded.
  public init(descriptor: ModelDescriptor, plugin: String, table: UnsafePointer<mms_model>) {
    self.descriptor = descriptor
    self.plugin = plugin
    unsafe self.table = table
  }

  /// The table of an interface, such as `mms.fill/1`.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when the library does not offer it.
  package func interface<Table>(_ name: String, as type: Table.Type) throws(MMSError) -> UnsafePointer<Table>
  {
    guard let find = unsafe table.pointee.get_interface, let found = unsafe find(name) else {
      throw fault("it does not offer the interface \(name), which a \(descriptor.kind) model needs")
    }
    return unsafe found.assumingMemoryBound(to: Table.self)
  }

  /// The same, reaching to the last field that the first version had.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` also when the table says it is shorter.
  func interface<Table, Field>(
    _ name: String, as type: Table.Type, through field: KeyPath<Table, Field>
  ) throws(MMSError) -> UnsafePointer<Table> {
    let table = try unsafe interface(name, as: type)
    guard unsafe table.covers(field) else {
      let size = unsafe UnsafeRawPointer(table).load(as: UInt32.self)
      throw fault(
        "struct_size of its table for \(name) is \(size), less than the first version had; set it to sizeof of"
          + " the table")
    }
    return unsafe table
  }

  private var edge: ForeignCall { ForeignCall(plugin: plugin, id: descriptor.id) }

  /// A broken contract of this model.
  package func fault(_ what: String, path: String? = nil) -> MMSError { edge.fault(what, path: path) }

  /// Makes one call; see ``ForeignCall``.
  package func call(
    place: (Int64) -> String = { $0 < 0 ? "" : "row \($0)" },
    _ body: (UnsafeMutablePointer<mms_error>) -> mms_status
  ) -> ForeignStatus {
    unsafe edge(place: place, body)
  }
}

extension UnsafePointer {
  /// Whether a table that says its own size reaches to the end of a field.
  ///
  /// Tables grow at their end only, so an older plugin's is shorter and what it lacks counts as absent.
  package func covers<Field>(_ field: KeyPath<Pointee, Field>) -> Bool {
    guard let offset = MemoryLayout<Pointee>.offset(of: field) else { return false }
    let size = unsafe UnsafeRawPointer(self).load(as: UInt32.self)
    return Int(size) >= offset + MemoryLayout<Field>.size
  }
}
