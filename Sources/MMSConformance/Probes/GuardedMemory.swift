// SPDX-License-Identifier: Apache-2.0

import Glibc
import MMSCore

/// Memory whose bounds the processor watches: whoever writes into what is only lent to be read, or touches the byte
/// after the end, ends the process.
@safe final class GuardedMemory {
  private var areas: [(start: UnsafeMutableRawPointer, size: Int)] = unsafe []
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  init() {}

  deinit {
    for index in unsafe areas.indices { unsafe munmap(areas[index].start, areas[index].size) }
  }

  /// Takes everything back: whoever kept a pointer ends the process, since the place is given to nobody else.
  func revoke() {
    for index in unsafe areas.indices {
      _ = unsafe mprotect(areas[index].start, areas[index].size, PROT_NONE)
    }
    unsafe areas.removeAll()
  }

  /// Values that may only be read.
  func constant<Value: BitwiseCopyable>(_ values: [Value]) throws(MMSError) -> UnsafePointer<Value> {
    let (area, place) = try unsafe take(values)
    _ = unsafe mprotect(area, Self.size(of: values), PROT_READ)
    return unsafe UnsafePointer(place)
  }

  /// Values that may be rewritten, and not one beyond them.
  func room<Value: BitwiseCopyable>(_ values: [Value]) throws(MMSError) -> UnsafeMutablePointer<Value> {
    try unsafe take(values).place
  }

  private static func size<Value>(of values: [Value]) -> Int {
    let bytes = max(1, values.count * MemoryLayout<Value>.stride)
    return (bytes + page - 1) / page * page
  }

  /// Values that end where an untouchable page begins.
  private func take<Value: BitwiseCopyable>(
    _ values: [Value]
  ) throws(MMSError) -> (area: UnsafeMutableRawPointer, place: UnsafeMutablePointer<Value>) {
    let size = Self.size(of: values)
    let mapped = unsafe mmap(
      nil, size + Self.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let area = unsafe mapped, unsafe area != MAP_FAILED else {
      throw MMSError(.exhausted, "there is no memory for a guarded call")
    }
    unsafe areas.append((area, size + Self.page))
    _ = unsafe mprotect(area + size, Self.page, PROT_NONE)
    let place = unsafe (area + size - values.count * MemoryLayout<Value>.stride).bindMemory(
      to: Value.self, capacity: max(1, values.count))
    for (index, value) in values.enumerated() { unsafe (place + index).initialize(to: value) }
    return unsafe (area, place)
  }
}
