// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension FunctionSpecification {
  /// Makes models that call the function; the library is loaded, and the test rows run, when one is made.
  func factory(
    descriptor: ModelDescriptor, plugin: String,
    load: @escaping @Sendable () throws(MMSError) -> PluginLibrary
  ) -> ModelFactory {
    BareFunction.factory(kind) { () throws(MMSError) in
      try function(descriptor: descriptor, plugin: plugin, in: load())
    }
  }

  /// The function out of a loaded library, its test rows run.
  func function(
    descriptor: ModelDescriptor, plugin: String, in library: PluginLibrary
  ) throws(MMSError) -> BareFunction {
    let symbol = try unsafe library.function(prototype)
    var batchSymbol: UnsafeRawPointer?
    if let batch { unsafe batchSymbol = try unsafe UnsafeRawPointer(library.function(batch)) }
    let function = unsafe BareFunction(
      specification: self, symbol: symbol, batchSymbol: batchSymbol, descriptor: descriptor, plugin: plugin,
      library: library)
    try function.verify()
    return function
  }
}
