// SPDX-License-Identifier: Apache-2.0
#if Service

import CoreMetrics
import Synchronization

/// Keeps the figures of this process and writes them as Prometheus reads them; a backend of swift-metrics.
///
/// A label such as `mms_http_requests_total` is a family, its dimensions are labels. Timers become histograms in
/// seconds, recorders histograms, meters and plain recorders gauges. Help texts are told with
/// ``describe(_:_:buckets:)``.
final class PrometheusRegistry: MetricsFactory {
  struct Family: Sendable {
    var kind: PrometheusInstrument.Kind
    var series: [String: PrometheusInstrument] = [:]
  }

  struct Description: Sendable {
    var help: String
    var buckets: [Double]
  }

  private struct State {
    var families: [String: Family] = [:]
    var descriptions: [String: Description] = [:]
  }

  /// Seconds from half a millisecond to five minutes.
  static let defaultBuckets: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
  ]

  private let state = Mutex(State())

  /// Makes an empty registry.
  init() {}

  /// Says what a family means and how its histogram is cut.
  func describe(_ name: String, _ help: String, buckets: [Double] = defaultBuckets) {
    state.withLock { $0.descriptions[Self.name(name)] = Description(help: help, buckets: buckets.sorted()) }
  }

  /// Makes a counter.
  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    instrument(.counter, label, dimensions)
  }

  /// Makes a counter of fractions.
  func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    instrument(.counter, label, dimensions)
  }

  /// Makes a gauge.
  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    instrument(.gauge, label, dimensions)
  }

  /// Makes a histogram, or a gauge when nothing is to be added up.
  func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    instrument(aggregate ? .histogram : .gauge, label, dimensions)
  }

  /// Makes a histogram of seconds.
  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    instrument(.histogram, label, dimensions)
  }

  /// Forgets nothing: a counter that starts again at zero would look like a restart.
  func destroyCounter(_ handler: any CounterHandler) {}
  /// Forgets nothing.
  func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  /// Forgets nothing.
  func destroyMeter(_ handler: any MeterHandler) {}
  /// Forgets nothing.
  func destroyRecorder(_ handler: any RecorderHandler) {}
  /// Forgets nothing.
  func destroyTimer(_ handler: any TimerHandler) {}

  /// The text of the exposition format, families and series in the order of their names.
  func exposition() -> String {
    let (families, descriptions) = state.withLock { ($0.families, $0.descriptions) }
    var text = PrometheusText()
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      text.begin(name, family.kind.rawValue, help: descriptions[name]?.help ?? name)
      for (labels, instrument) in family.series.sorted(by: { $0.key < $1.key }) {
        instrument.write(into: &text, name: name, labels: labels)
      }
    }
    return text.text
  }

  private func instrument(
    _ kind: PrometheusInstrument.Kind, _ label: String, _ dimensions: [(String, String)]
  ) -> PrometheusInstrument {
    let name = Self.name(label)
    let labels = PrometheusText.labels(dimensions)
    return state.withLock { state in
      if let known = state.families[name]?.series[labels], known.kind == kind { return known }
      let buckets = state.descriptions[name]?.buckets ?? Self.defaultBuckets
      let fresh = PrometheusInstrument(kind, buckets: kind == .histogram ? buckets : [])
      // A family has one kind; an instrument of another counts for whoever holds it, and is not shown.
      if state.families[name, default: Family(kind: kind)].kind == kind {
        state.families[name, default: Family(kind: kind)].series[labels] = fresh
      }
      return fresh
    }
  }

  /// A name with nothing in it that Prometheus refuses.
  static func name(_ label: String) -> String {
    var name = ""
    for character in label.utf8 {
      let isLetter = (character | 0x20) >= 0x61 && (character | 0x20) <= 0x7a
      let isDigit = character >= 0x30 && character <= 0x39
      let isFit = isLetter || character == 0x5f || character == 0x3a || (isDigit && !name.isEmpty)
      name.unicodeScalars.append(isFit ? Unicode.Scalar(character) : "_")
    }
    return name.isEmpty ? "_" : name
  }
}

#endif
