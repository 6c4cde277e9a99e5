// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Sources in Swift against the C header: one file, no package.
enum SwiftTemplate {
  static func source(_ kind: ModelKind) -> String {
    let part = SwiftModel.part(kind)
    let fields = part.parameters.map { "  let \($0): Double\n" }.joined()
    let values = part.parameters.enumerated().map { ", \($1): values[\($0)].number" }.joined()
    let names = part.parameters.map { "text(\"\($0)\")" }.joined(separator: ", ")
    return """
      // No Swift value crosses the edge: an instance is a class behind an opaque pointer.
      final class Model {
        let host: mms_host
      \(fields)\(part.state.map { "  var \($0.name): \($0.type) = \($0.initial)\n" }.joined())
        init(host: mms_host\(part.parameters.map { ", \($0): Double" }.joined())) {
          self.host = host
      \(part.parameters.map { "    self.\($0) = \($0)\n" }.joined())  }

        static func at(_ instance: OpaquePointer?) -> Model? {
          instance.map { Unmanaged<Model>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
        }
      }

      /// Says what happened; the status goes back to the host.
      func failed(_ error: UnsafeMutablePointer<mms_error>?, _ text: String) -> mms_status {
        if let error {
          withUnsafeMutableBytes(of: &error.pointee.text) { room in
            for (index, byte) in (Array(text.utf8.prefix(room.count - 1)) + [0]).enumerated() { room[index] = byte }
          }
        }
        return MMS_ERROR
      }

      /// Text that lives as long as the library.
      func text(_ string: StaticString) -> UnsafePointer<CChar>? {
        UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self)
      }

      \(part.functions)
      /// A place that lives as long as the library.
      func kept<T>(_ value: T) -> UnsafeMutablePointer<T> {
        let place = UnsafeMutablePointer<T>.allocate(capacity: 1)
        place.initialize(to: value)
        return place
      }

      /// The tables, made once.
      struct Tables: @unchecked Sendable {
        static let shared = Tables()
        let interface: UnsafeRawPointer
        let plugin: UnsafePointer<mms_plugin>

        init() {
          interface = UnsafeRawPointer(kept(makeInterface()))
          let names: [UnsafePointer<CChar>?] = [\(names)]
          let place = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: names.count)
          place.initialize(from: names, count: names.count)
          var model = mms_model()
          model.struct_size = UInt32(MemoryLayout<mms_model>.size)
          model.parameter_count = \(part.parameters.count)
          model.id = text("{{id}}")
          model.parameters = UnsafePointer(place)
          model.create = { host, parameters, count, out, error in
            guard let host, let out, count == \(part.parameters.count), let values = parameters else {
              return failed(error, "the manifest declares other parameters than the source")
            }
            let made = Model(host: host.pointee\(values))
            out.pointee = OpaquePointer(Unmanaged.passRetained(made).toOpaque())
            return MMS_OK
          }
          model.destroy = { instance in
            if let instance { Unmanaged<Model>.fromOpaque(UnsafeRawPointer(instance)).release() }
          }
          model.reset = { \(part.state.isEmpty ? "_" : "instance"), _ in
      \(part.state.map { "      Model.at(instance)?.\($0.name) = \($0.initial)\n" }.joined())      return MMS_OK
          }
          model.get_interface = { name in
            guard let name, String(cString: name) == "mms.{{kind}}/1" else { return nil }
            return Tables.shared.interface
          }
          var plugin = mms_plugin()
          plugin.struct_size = UInt32(MemoryLayout<mms_plugin>.size)
          plugin.abi_minor = UInt32(MMS_ABI_MINOR)
          plugin.name = text("{{name}}")
          plugin.version = text("1.0.0")
          plugin.model_count = 1
          plugin.models = UnsafePointer(kept(UnsafePointer(kept(model))))
          self.plugin = UnsafePointer(kept(plugin))
        }
      }

      @c(mms_plugin_entry_v1)
      public func entry() -> UnsafePointer<mms_plugin>? { Tables.shared.plugin }

      """
  }
}
