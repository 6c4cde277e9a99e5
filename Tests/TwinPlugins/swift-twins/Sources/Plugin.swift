// SPDX-License-Identifier: Apache-2.0

public import CMMSPlugin
import MMSCore
import MMSPluginKit

/// The one function the library exports.
@c(mms_plugin_entry_v1)
public func entry() -> UnsafePointer<mms_plugin> {
  unsafe PluginExport.table(name: "swift-twins", version: "1.0.0") {
    $0.scenario(CascadeTwin.self)
    $0.fill(ProbabilityTwin.self)
    $0.impact(SquareRootTwin.self)
    $0.strategy(ThresholdTwin.self)
    $0.source(TextBars.descriptor) { (values) throws(MMSError) in try TextBars(values) }
  }
}
