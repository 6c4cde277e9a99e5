// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension FunctionSpecification {
  /// Makes models that call the function; the library is loaded, and the test rows tried, when the first is made.
  func factory(
    descriptor: ModelDescriptor, plugin: String,
    load: @escaping @Sendable () throws(MMSError) -> PluginLibrary
  ) -> ModelFactory {
    let specification = self
    let function: @Sendable (ParameterValues) throws(MMSError) -> BareFunction = {
      (values) throws(MMSError) in
      try unsafe BareFunction(
        specification, descriptor: descriptor, plugin: plugin, parameters: values,
        symbol: load().function(specification.prototype.name))
    }
    switch descriptor.kind {
    case .fill:
      return .fill { (values) throws(MMSError) in FunctionFillModel(try function(values)) }
    case .impact:
      return .impact { (values) throws(MMSError) in FunctionImpactModel(try function(values)) }
    default:
      return .scenario { (values) throws(MMSError) in FunctionScenarioModel(try function(values)) }
    }
  }
}
