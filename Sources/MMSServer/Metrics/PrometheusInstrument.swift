// SPDX-License-Identifier: Apache-2.0
#if Service

import CoreMetrics
import Synchronization

/// One series: a counter, a gauge or a histogram.
final class PrometheusInstrument: CounterHandler, FloatingPointCounterHandler, MeterHandler,
  RecorderHandler,
  TimerHandler
{
  enum Kind: String, Sendable {
    case counter
    case gauge
    case histogram
  }

  private struct State {
    var value = 0.0
    var counts: [UInt64]
    var count: UInt64 = 0
  }

  let kind: Kind
  private let bounds: [Double]
  private let state: Mutex<State>

  init(_ kind: Kind, buckets: [Double]) {
    self.kind = kind
    bounds = buckets
    state = Mutex(State(counts: [UInt64](repeating: 0, count: buckets.count)))
  }

  func increment(by amount: Int64) { add(Double(amount)) }

  func increment(by amount: Double) { add(amount) }

  func decrement(by amount: Double) { state.withLock { $0.value -= amount } }

  func reset() { state.withLock { $0.value = 0 } }

  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) { state.withLock { $0.value = value } }

  func record(_ value: Int64) { record(Double(value)) }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) * 1e-9) }

  func record(_ value: Double) {
    guard kind == .histogram else { return set(value) }
    guard value.isFinite else { return }
    let bucket = bounds.firstIndex { value <= $0 }
    state.withLock { state in
      state.value += value
      state.count += 1
      if let bucket { state.counts[bucket] += 1 }
    }
  }

  private func add(_ amount: Double) {
    // A counter never falls.
    guard amount.isFinite, amount >= 0 || kind == .gauge else { return }
    state.withLock { $0.value += amount }
  }

  /// Writes the series' lines.
  func write(into text: inout PrometheusText, name: String, labels: String) {
    let state = state.withLock { $0 }
    guard kind == .histogram else {
      text.sample(name, labels, state.value)
      return
    }
    var total: UInt64 = 0
    for (bound, count) in zip(bounds, state.counts) {
      total += count
      text.sample(
        "\(name)_bucket", PrometheusText.adding("le", PrometheusText.number(bound), to: labels),
        Double(total))
    }
    text.sample("\(name)_bucket", PrometheusText.adding("le", "+Inf", to: labels), Double(state.count))
    text.sample("\(name)_sum", labels, state.value)
    text.sample("\(name)_count", labels, Double(state.count))
  }
}

#endif
