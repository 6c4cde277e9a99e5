// SPDX-License-Identifier: Apache-2.0

public import CMMSPlugin
import MMSPluginKit

/// The one function the library exports.
@c(mms_plugin_entry_v1)
public func entry() -> UnsafePointer<mms_plugin> {
  unsafe PluginExport.table(name: "queue-race", version: "1.0.0") { $0.fill(QueueRaceFill.self) }
}
