// SPDX-License-Identifier: Apache-2.0
// hot path

import MMSCore

/// Asks a FlowModel what happens next, and when: the one place where a flow's time is kept.
///
/// Event n of a path has the draws with number n, whatever happens in between: its unit exponential runs down with the
/// rate that book and row give. Whoever changes the book or the row says so first by ``settle(_:at:)``.
/// Books are inout, though nothing here changes them: a borrowed one would be copied to the stack at every event.
struct FlowDriver {
  private(set) var model: any FlowModel
  private var noise: FlowNoise
  /// The number of the next event.
  private(set) var number: Int64 = 0
  /// When the last event or change was, in seconds since the path began.
  private(set) var time = 0.0
  private(set) var isHalted = false
  /// What is left of the next event's unit exponential at ``time``.
  private var hazard: Double
  private var rate = 0.0
  private var isRateKnown = false
  private var lastEvent = 0.0

  /// Starts a path.
  init(_ model: any FlowModel, _ path: PathContext, reference: FlowConditions) {
    self.model = model
    noise = FlowNoise(path.random(.flow))
    hazard = noise.wait(0)
    self.model.begin(path, reference: reference)
    self.model.observe(reference)
    isHalted = reference.isHalted
  }

  /// The next event if it is due before a time, for the caller to do; else nothing has changed.
  @inline(__always)
  mutating func next<Book: FlowBook & ~Copyable>(_ book: inout Book, before limit: Double) -> FlowEvent? {
    if !isRateKnown { updateRate(&book) }
    let due = time + hazard / rate
    guard due < limit else { return nil }
    let event = model.event(book, elapsed: due - lastEvent, draws: noise.draws(number))
    time = due
    lastEvent = due
    number &+= 1
    hazard = noise.wait(number)
    isRateKnown = false
    return event
  }

  /// Something is about to change: what is left of the exponential goes on at the rate of what comes.
  mutating func settle<Book: FlowBook & ~Copyable>(_ book: inout Book, at now: Double) {
    if now > time {
      if !isRateKnown { updateRate(&book) }
      hazard = max(0, hazard - (now - time) * rate)
      time = now
    }
    isRateKnown = false
  }

  /// Lets a new row hold from now on.
  mutating func observe(_ row: FlowConditions) {
    model.observe(row)
    isHalted = row.isHalted
    isRateKnown = false
  }

  private mutating func updateRate<Book: FlowBook & ~Copyable>(_ book: inout Book) {
    rate = isHalted ? 0 : model.rate(book)
    isRateKnown = true
  }
}
