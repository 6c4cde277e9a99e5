// SPDX-License-Identifier: Apache-2.0

public import CMMSPlugin
package import MMSCore

/// The table of what the host offers to plugins: draws, mathematics, log.
///
/// Draws and functions are MMSCore's own, so a plugin that uses them has the bits of a built-in model.
public enum HostTable {
  // Constant once made; Swift has no pointer to constant memory that may be shared.

  /// The one table; it lives as long as the process.
  nonisolated(unsafe) public static let pointer: UnsafePointer<mms_host> = {
    let table = UnsafeMutablePointer<mms_host>.allocate(capacity: 1)
    unsafe table.initialize(to: make())
    return unsafe UnsafePointer(table)
  }()

  nonisolated(unsafe) private static let version: UnsafePointer<CChar> = {
    let text = Array("0.1.0".utf8CString)
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
    unsafe copy.initialize(from: text, count: text.count)
    return unsafe UnsafePointer(copy)
  }()

  private static func make() -> mms_host {
    var host = unsafe mms_host()
    unsafe host.struct_size = UInt32(MemoryLayout<mms_host>.size)
    unsafe host.abi_minor = UInt32(MMS_ABI_MINOR)
    unsafe host.version = version
    unsafe host.log = { level, text in
      guard let text = unsafe text else { return }
      HostLog.shared.add(HostLog.Level(rawValue: level) ?? .info, unsafe String(cString: text))
    }
    unsafe host.uniforms = { random, step, count, lane, out in
      unsafe HostTable.draw(random, count, out) { $0.uniforms(step: step, lane: Int(lane), into: &$1) }
    }
    unsafe host.normals = { random, step, count, lane, out in
      unsafe HostTable.draw(random, count, out) { $0.normals(step: step, lane: Int(lane), into: &$1) }
    }
    unsafe host.exponentials = { random, step, count, lane, out in
      unsafe HostTable.draw(random, count, out) { $0.exponentials(step: step, lane: Int(lane), into: &$1) }
    }
    unsafe host.u64s = { random, step, count, lane, out in
      guard let random = unsafe random, let out = unsafe out else { return }
      let source = unsafe UnsafePointer<RandomSource>(random).pointee
      for index in 0..<count { unsafe out[index] = source.u64(step: step + Int64(index), lane: Int(lane)) }
    }
    unsafe host.exp = { MMSMath.exp($0) }
    unsafe host.log_e = { MMSMath.log($0) }
    unsafe host.pow = { MMSMath.pow($0, $1) }
    unsafe host.sin = { MMSMath.sin($0) }
    unsafe host.cos = { MMSMath.cos($0) }
    unsafe host.exp_n = { x, out, count in unsafe HostTable.map(x, out, count) { MMSMath.exp(&$0) } }
    unsafe host.log_n = { x, out, count in unsafe HostTable.map(x, out, count) { MMSMath.log(&$0) } }
    unsafe host.sin_n = { x, out, count in unsafe HostTable.map(x, out, count) { MMSMath.sin(&$0) } }
    unsafe host.cos_n = { x, out, count in unsafe HostTable.map(x, out, count) { MMSMath.cos(&$0) } }
    unsafe host.pow_n = { x, y, out, count in unsafe HostTable.map(x, out, count) { MMSMath.pow(&$0, y) } }
    unsafe host.address = { random, key, path in
      guard let random = unsafe random else { return }
      let source = unsafe UnsafePointer<RandomSource>(random).pointee
      unsafe key?.pointee = source.key
      unsafe path?.pointee = source.path
    }
    return unsafe host
  }

  @inline(__always)
  private static func draw(
    _ random: OpaquePointer?, _ count: Int, _ out: UnsafeMutablePointer<Double>?,
    _ fill: (RandomSource, inout MutableSpan<Double>) -> Void
  ) {
    guard let random = unsafe random, let out = unsafe out, count > 0 else { return }
    let source = unsafe UnsafePointer<RandomSource>(random).pointee
    var span = unsafe MutableSpan(_unsafeStart: out, count: count)
    fill(source, &span)
  }

  @inline(__always)
  private static func map(
    _ x: UnsafePointer<Double>?, _ out: UnsafeMutablePointer<Double>?, _ count: Int,
    _ function: (inout MutableSpan<Double>) -> Void
  ) {
    guard let x = unsafe x, let out = unsafe out, count > 0 else { return }
    if unsafe x != UnsafePointer(out) { unsafe out.update(from: x, count: count) }
    var span = unsafe MutableSpan(_unsafeStart: out, count: count)
    function(&span)
  }
}

extension RandomSource {
  /// Lends the draws to one call of a plugin.
  @inline(__always)
  package func lend<Result>(_ body: (OpaquePointer) -> Result) -> Result {
    unsafe withUnsafePointer(to: self) { unsafe body(OpaquePointer($0)) }
  }
}
