// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore
import Synchronization

/// The host's table, valid from init to the end of the process.
@safe
struct Host: @unchecked Sendable {
  let table: UnsafePointer<mms_host>?

  /// The host's draws as a source of our own, by their address: the same generator gives the same numbers.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when the host does not say where its draws stand.
  func source(_ random: OpaquePointer?) throws(MMSError) -> RandomSource {
    guard let table = unsafe table, let random = unsafe random,
      unsafe Int(table.pointee.struct_size) >= MemoryLayout<mms_host>.size,
      let address = unsafe table.pointee.address
    else {
      throw MMSError(.modelFailed, "this MMS does not say where its draws stand; use one as new as the kit")
    }
    var (key, path): (UInt64, UInt64) = (0, 0)
    unsafe address(random, &key, &path)
    guard path < 1 << 48 else { throw MMSError(.modelFailed, "the host draws for path \(path), beyond 2^48") }
    return RandomSource(key: key, path: path)
  }
}

extension PathContext {
  /// What the host says of a path.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when there is no such path.
  init(_ path: UnsafePointer<mms_path>?) throws(MMSError) {
    guard let path = unsafe path?.pointee, unsafe (0..<1 << 48).contains(path.path) else {
      throw MMSError(.modelFailed, "the host named no path, or one beyond 2^48")
    }
    unsafe self.init(seed: path.seed, path: Int(path.path), isCentral: path.is_central != 0)
  }
}

extension MarketContext {
  /// What the host says of a market.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` when it says nothing.
  init(_ market: UnsafePointer<mms_market>?) throws(MMSError) {
    guard let market = unsafe market?.pointee, let symbol = unsafe market.symbol else {
      throw MMSError(.modelFailed, "the host named no market")
    }
    let normal = Calibration(baseSlippage: 0, volatilityFactor: 1, liquidityFactor: 1)
    var stress = StressRatios(scenario: normal, normal: normal)
    unsafe stress.volatility = market.stress_volatility
    unsafe stress.liquidity = market.stress_liquidity
    unsafe stress.normalCost = market.normal_cost
    unsafe stress.stressedCost = market.stressed_cost
    unsafe self.init(
      symbol: String(cString: symbol), resolution: SimDuration(nanoseconds: market.resolution_ns),
      steps: Int(market.steps), stress: stress)
  }
}

/// Text for C.
enum CText {
  /// A copy that lives as long as the process.
  static func kept(_ text: String) -> UnsafePointer<CChar> {
    let bytes = text.utf8CString
    let place = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() { unsafe place[index] = byte }
    return unsafe UnsafePointer(place)
  }

  @safe private struct Name: @unchecked Sendable {
    let pointer: UnsafePointer<CChar>
  }

  private static let names = Mutex<[String: Name]>([:])

  /// The one copy of a text that is asked for again and again.
  static func kept(once text: String) -> UnsafePointer<CChar> {
    unsafe names.withLock { names in
      if let known = names[text] { return unsafe known.pointer }
      let made = unsafe Name(pointer: kept(text))
      names[text] = made
      return unsafe made.pointer
    }
  }

  /// Writes an error where the host reads it.
  static func report(_ fault: MMSError, into error: UnsafeMutablePointer<mms_error>?) {
    guard let error = unsafe error else { return }
    var message = fault.message
    if let hint = fault.hint { message += " (\(hint))" }
    unsafe error.pointee.row = -1
    unsafe withUnsafeMutableBytes(of: &error.pointee.text) { unsafe copy(message, into: $0) }
    unsafe withUnsafeMutableBytes(of: &error.pointee.parameter) { unsafe copy(fault.path ?? "", into: $0) }
  }

  /// Copies as many whole characters as there is room for, and a zero.
  private static func copy(_ text: String, into room: UnsafeMutableRawBufferPointer) {
    var used = 0
    for scalar in text.unicodeScalars {
      let bytes = UTF8.encode(scalar).map(Array.init) ?? []
      if used + bytes.count >= room.count { break }
      for byte in bytes {
        unsafe room[used] = byte
        used += 1
      }
    }
    unsafe room[used] = 0
  }
}
