// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import MMSScenario
import MMSStore
import Synchronization

/// What the requests of a long-lived process share: scenarios that were read, and markets that were loaded.
///
/// Everything in it belongs to one state of the files and the database, named by a stamp; another stamp empties it.
final class PreparationCache: Sendable {
  /// A market ready for any number of runs.
  struct Market: Sendable {
    let data: MarketData
    let base: BaseMarket
  }

  /// Rows of all markets kept together: about 250 MB of columns.
  static let rowLimit = 3_000_000

  private struct Contents {
    var stamp = ""
    var scenarios: [String: ScenarioDefinition] = [:]
    var markets: [String: (market: Market, used: Int)] = [:]
    var calibrations: [String: CalibrationRow?] = [:]
    var coverages: [String: [DataCoverage]] = [:]
    var clock = 0
  }

  private let contents = Mutex(Contents())

  /// Forgets everything when the world is another one now.
  func renew(_ stamp: String) {
    contents.withLock { if $0.stamp != stamp { $0 = Contents(stamp: stamp) } }
  }

  func scenario(
    _ key: String, _ make: () throws(MMSError) -> ScenarioDefinition
  ) throws(MMSError) -> ScenarioDefinition {
    if let held = contents.withLock({ $0.scenarios[key] }) { return held }
    let made = try make()
    contents.withLock {
      // Overrides make any number of keys: an optimizer's are forgotten all at once.
      if $0.scenarios.count >= 256 { $0.scenarios = [:] }
      $0.scenarios[key] = made
    }
    return made
  }

  func calibration(
    _ key: String, _ make: () throws(MMSError) -> CalibrationRow?
  ) throws(MMSError) -> CalibrationRow? {
    if let held = contents.withLock({ $0.calibrations[key] }) { return held }
    let made = try make()
    contents.withLock {
      if $0.calibrations.count >= 4096 { $0.calibrations = [:] }
      $0.calibrations[key] = made
    }
    return made
  }

  func coverage(
    _ key: String, _ make: () throws(MMSError) -> [DataCoverage]
  ) throws(MMSError) -> [DataCoverage] {
    if let held = contents.withLock({ $0.coverages[key] }) { return held }
    let made = try make()
    contents.withLock {
      if $0.coverages.count >= 4096 { $0.coverages = [:] }
      $0.coverages[key] = made
    }
    return made
  }

  func market(_ key: String, _ make: () throws(MMSError) -> Market) throws(MMSError) -> Market {
    let held = contents.withLock { contents in
      contents.clock += 1
      contents.markets[key]?.used = contents.clock
      return contents.markets[key]?.market
    }
    if let held { return held }
    let made = try make()
    contents.withLock { contents in
      contents.markets[key] = (made, contents.clock)
      var rows = contents.markets.values.reduce(0) { $0 + $1.market.data.bars.count }
      while rows > Self.rowLimit, contents.markets.count > 1,
        let oldest = contents.markets.min(by: { $0.value.used < $1.value.used })
      {
        rows -= oldest.value.market.data.bars.count
        contents.markets[oldest.key] = nil
      }
    }
    return made
  }
}
