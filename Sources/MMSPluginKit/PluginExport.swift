// SPDX-License-Identifier: Apache-2.0

public import CMMSPlugin
public import MMSCore
import Synchronization

/// Turns Swift models into the table that the C ABI asks for.
///
/// ```swift
/// @c(mms_plugin_entry_v1)
/// public func entry() -> UnsafePointer<mms_plugin> {
///   PluginExport.table(name: "queue-race", version: "1.0.0") { $0.fill(QueueRaceFill.self) }
/// }
/// ```
///
/// No Swift value crosses the edge. Errors thrown become a status and a text; a trap (an index out of range, an
/// overflow) ends the process, which is a worker's and never the one that asked. What a call costs beside the model:
/// the columns of a block are copied in and out, into room that an instance keeps. Draws are the host's, by their
/// address, so a model gives the same bytes as built in. State cannot be saved; instances can be cloned.
public enum PluginExport {
  /// The most models that one library exports: C functions capture nothing, so each needs entries of its own.
  public static let maximumModels = 16

  /// The table of this library, made at the first call and the same at every later one.
  ///
  /// A library with more than ``maximumModels`` models exports none and says so when the host initialises it.
  ///
  /// - Parameters:
  ///   - name: The plugin's name, as in its manifest.
  ///   - version: Its version, as in its manifest.
  ///   - declare: Names the models.
  public static func table(
    name: String, version: String, _ declare: (inout PluginModels) -> Void
  ) -> UnsafePointer<mms_plugin> {
    if let made = unsafe tables.withLock({ unsafe $0[name]?.pointer }) { return unsafe made }
    var models = PluginModels()
    declare(&models)
    let table = unsafe make(name, version, models)
    tables.withLock { unsafe $0[name] = Kept(pointer: table) }
    return unsafe table
  }

  private static let tables = Mutex<[String: Kept]>([:])

  /// A table that stays where it is and as it is until the process ends.
  @safe private struct Kept: @unchecked Sendable {
    let pointer: UnsafePointer<mms_plugin>
  }

  private static func make(
    _ name: String, _ version: String, _ models: PluginModels
  ) -> UnsafePointer<mms_plugin> {
    var plugin = unsafe mms_plugin()
    unsafe plugin.struct_size = UInt32(MemoryLayout<mms_plugin>.size)
    unsafe plugin.abi_minor = UInt32(MMS_ABI_MINOR)
    unsafe plugin.name = CText.kept(name)
    unsafe plugin.version = CText.kept(version)
    if let slots = Slots.take(models.declared) {
      var tables: [UnsafePointer<mms_model>?] = unsafe []
      for (slot, model) in zip(slots, models.declared) {
        unsafe tables.append(UnsafePointer(kept(ModelTable.make(model, slot: slot))))
      }
      unsafe plugin.model_count = UInt32(tables.count)
      let place = unsafe UnsafeMutablePointer<UnsafePointer<mms_model>?>.allocate(
        capacity: max(1, tables.count))
      unsafe place.initialize(from: tables, count: tables.count)
      unsafe plugin.models = unsafe UnsafePointer(place)
    } else {
      unsafe plugin.`init` = { _, error in
        unsafe CText.report(
          MMSError(
            .invalidValue,
            "one library exports at most \(PluginExport.maximumModels) models; move some into another plugin"),
          into: error)
        return MMS_FATAL
      }
    }
    return unsafe UnsafePointer(kept(plugin))
  }
}

/// A value that stays where it is until the process ends.
func kept<T>(_ value: T) -> UnsafeMutablePointer<T> {
  let place = UnsafeMutablePointer<T>.allocate(capacity: 1)
  unsafe place.initialize(to: value)
  return unsafe place
}

/// The models of a plugin, in the order they are named in.
public struct PluginModels {
  var declared: [DeclaredModel] = []

  /// Exports a ScenarioModel; what it requires may not depend on its parameters.
  public mutating func scenario<M: ScenarioModel & NativeModel>(_: M.Type) {
    declared.append(
      DeclaredModel(descriptor: M.descriptor, interface: MMS_SCENARIO_INTERFACE) {
        (host, values) throws(MMSError) in
        ScenarioInstance(host: host, try M(values))
      })
  }

  /// Exports a FillModel.
  public mutating func fill<M: FillModel & NativeModel>(_: M.Type) {
    declared.append(
      DeclaredModel(descriptor: M.descriptor, interface: MMS_FILL_INTERFACE) {
        (host, values) throws(MMSError) in
        FillInstance(host: host, try M(values))
      })
  }

  /// Exports an ImpactModel.
  public mutating func impact<M: ImpactModel & NativeModel>(_: M.Type) {
    declared.append(
      DeclaredModel(descriptor: M.descriptor, interface: MMS_IMPACT_INTERFACE) {
        (host, values) throws(MMSError) in
        ImpactInstance(host: host, try M(values))
      })
  }

  /// Exports a Strategy.
  public mutating func strategy<M: Strategy & NativeModel>(_: M.Type) {
    declared.append(
      DeclaredModel(descriptor: M.descriptor, interface: MMS_STRATEGY_INTERFACE) {
        (host, values) throws(MMSError) in
        StrategyInstance(host: host, try M(values))
      })
  }

  /// Exports a DataSource, which has no description of its own.
  ///
  /// - Parameters:
  ///   - descriptor: Id, meaning and parameters, as in the manifest.
  ///   - open: Opens the source; it is asked from one thread at a time.
  public mutating func source(
    _ descriptor: ModelDescriptor,
    open: @escaping @Sendable (ParameterValues) throws(MMSError) -> any DataSource
  ) {
    declared.append(
      DeclaredModel(descriptor: descriptor, interface: MMS_SOURCE_INTERFACE) {
        (host, values) throws(MMSError) in
        SourceInstance(host: host, try open(values))
      })
  }
}

/// One model of this library and how to make it.
struct DeclaredModel: Sendable {
  let descriptor: ModelDescriptor
  let interface: String
  let make: @Sendable (Host, ParameterValues) throws(MMSError) -> Instance
}
