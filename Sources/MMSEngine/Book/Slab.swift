// SPDX-License-Identifier: Apache-2.0
// hot path

/// A block of plain values that grows; the one place where the book touches raw memory.
///
/// An index is asserted to be inside in debug builds. In release builds nothing is checked: ``OrderBook``
/// derives every index from its own state, whose invariants `OrderBook.checkInvariants()` states.
@safe struct Slab<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private(set) var count: Int

  init(count: Int, filling value: Element) {
    unsafe base = .allocate(capacity: max(1, count))
    unsafe base.initialize(repeating: value, count: count)
    self.count = count
  }

  deinit { unsafe base.deallocate() }

  @inline(always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count, "index \(index) of \(count)")
      return unsafe base[index]
    }
    _modify {
      assert(index >= 0 && index < count, "index \(index) of \(count)")
      yield unsafe &base[index]
    }
  }

  @inline(always)
  subscript(index: UInt32) -> Element {
    get { self[Int(index)] }
    _modify { yield &self[Int(index)] }
  }

  /// Makes it larger; what is new holds the value.
  mutating func grow(to newCount: Int, filling value: Element) {
    guard newCount > count else { return }
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: newCount)
    unsafe larger.initialize(from: base, count: count)
    unsafe (larger + count).initialize(repeating: value, count: newCount - count)
    unsafe base.deallocate()
    unsafe base = larger
    count = newCount
  }

  /// Sets every value.
  mutating func fill(with value: Element) {
    unsafe base.update(repeating: value, count: count)
  }

  /// Calls a function with the first values as a span.
  func withSpan<Result, Failure: Error>(
    first length: Int, _ body: (Span<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(length >= 0 && length <= count, "a span of \(length) of \(count)")
    return try unsafe body(Span(_unsafeStart: base, count: length))
  }
}
