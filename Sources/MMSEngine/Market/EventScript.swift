// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// A scenario's scripted events, placed on one path's steps.
struct EventScript {
  struct Placed {
    let event: ScriptedEvent
    let start: Int
    let length: Double
  }

  private var placed: [Placed] = []

  var isEmpty: Bool { placed.isEmpty }

  /// Places events; one anchored outside the period never happens.
  init(
    _ events: [ScriptedEvent], anchors: [ScenarioAnchor], base: BaseMarket
  ) throws(MMSError) {
    for event in events {
      let start = try Self.step(of: event.anchor, for: "an event", anchors: anchors, base: base)
      let length = max(1, event.duration.seconds / base.resolution.seconds)
      placed.append(Placed(event: event, start: start, length: length))
    }
  }

  /// The step an anchor stands for, which may lie outside the period.
  static func step(
    of anchor: ScriptedEvent.Anchor, for what: String, anchors: [ScenarioAnchor], base: BaseMarket
  ) throws(MMSError) -> Int {
    switch anchor {
    case .share(let share): return min(base.steps - 1, Int(share * Double(base.steps)))
    case .time(let instant):
      let first = base.block.time[base.warmUpRows] - base.resolution.nanoseconds
      let (span, isFar) = instant.nanoseconds.subtractingReportingOverflow(first)
      // Times centuries away never come, and half a step before the period is before it.
      if isFar { return instant.nanoseconds < first ? -1 << 40 : 1 << 40 }
      return Int((Double(span) / Double(base.resolution.nanoseconds)).rounded(.down))
    case .named(let name, let offset):
      guard let named = anchors.first(where: { $0.name == name }) else {
        throw MMSError(
          .invalidValue, "\(what) is anchored at '\(name)', which the scenario's model does not name",
          hint: Suggestion.hint(for: name, among: anchors.map(\.name))
            ?? "write a share of the period such as '50 %', or a time")
      }
      return named.step + Int((offset.seconds / base.resolution.seconds).rounded())
    }
  }

  /// The steps of an outage, from the one it is anchored at.
  static func steps(
    of outage: Outage, anchors: [ScenarioAnchor], base: BaseMarket
  ) throws(MMSError) -> Range<Int> {
    let start = try step(of: outage.anchor, for: "the outage", anchors: anchors, base: base)
    return start..<start + Int(max(1, outage.duration.seconds / base.resolution.seconds).rounded(.up))
  }

  /// Applies every event to the rows it covers.
  func apply(to block: inout MarketBlock, rows: Range<Int>) {
    for item in placed {
      for row in rows {
        let age = block.firstStep + row - item.start
        let strength = item.strength(age: age)
        if strength <= 0 { continue }
        if age == 0, block.event[row] == MarketEvent.none { block.event[row] = MarketEvent.scripted }
        let target = item.event.target
        switch target {
        case .stress, .halted:
          let path = target.keyPath
          block[keyPath: path][row] = max(block[keyPath: path][row], strength * item.event.value)
        case .open, .high, .low, .mid:
          block.scalePrices(row: row, by: factor(item.event.value, strength))
        default:
          block[keyPath: target.keyPath][row] *= factor(item.event.value, strength)
        }
      }
    }
  }

  /// value^strength: halfway to a factor of 0.81 is 0.9.
  private func factor(_ value: Double, _ strength: Double) -> Double {
    strength == 1 ? value : MMSMath.pow(value, strength)
  }
}

extension EventScript.Placed {
  /// How strongly the event acts, 0…1, a number of steps after it began.
  func strength(age: Int) -> Double {
    guard age >= 0 else { return 0 }
    switch event.shape {
    case .step: return Double(age) < length ? 1 : 0
    case .ramp: return min(1, Double(age + 1) / length)
    case .decay:
      let value = MMSMath.exp(-0.693_147_180_559_945_3 * Double(age) / length)
      return value < 1e-6 ? 0 : value
    }
  }
}
