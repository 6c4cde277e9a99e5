// SPDX-License-Identifier: Apache-2.0

package import CMMSPlugin
package import MMSCore

extension MarketContext {
  /// Lends the context to one call of a plugin.
  package func lend(_ body: (UnsafePointer<mms_market>) -> ForeignStatus) -> ForeignStatus {
    unsafe symbol.withCString { symbol in
      var market = unsafe mms_market()
      unsafe market.struct_size = UInt32(MemoryLayout<mms_market>.size)
      unsafe market.symbol = symbol
      unsafe market.resolution_ns = resolution.nanoseconds
      unsafe market.steps = Int64(steps)
      unsafe market.stress_volatility = stress.volatility
      unsafe market.stress_liquidity = stress.liquidity
      unsafe market.normal_cost = stress.normalCost
      unsafe market.stressed_cost = stress.stressedCost
      return unsafe withUnsafePointer(to: market) { unsafe body($0) }
    }
  }
}

extension PathContext {
  /// Lends the path, with its draws for one role, to one call of a plugin.
  package func lend(_ role: RandomRole, _ body: (UnsafePointer<mms_path>) -> ForeignStatus) -> ForeignStatus {
    unsafe random(role).lend { random in
      var path = unsafe mms_path()
      unsafe path.struct_size = UInt32(MemoryLayout<mms_path>.size)
      unsafe path.is_central = isCentral ? 1 : 0
      unsafe path.seed = seed
      unsafe path.path = Int64(self.path)
      unsafe path.random = random
      return unsafe withUnsafePointer(to: path) { unsafe body($0) }
    }
  }
}
