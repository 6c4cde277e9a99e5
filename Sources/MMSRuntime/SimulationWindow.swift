// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The span of time a simulation runs over.
public struct SimulationWindow: Sendable, Hashable {
  /// Open of the first step.
  public let start: SimTime
  /// Close of the last.
  public let end: SimTime

  /// Places a period on what is stored.
  ///
  /// Without dates the period ends at the last stored bar; one date fixes its end or its start; both must be
  /// as far apart as the period is long.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` for a period, date or combination that makes no sense;
  ///   ``MMSCore/MMSError/Code/noData`` when the data do not reach.
  public init(
    period: String, start startText: String?, end endText: String?, resolution: SimDuration,
    coverage: DataCoverage
  ) throws(MMSError) {
    guard let length = SimDuration(period), length.nanoseconds > 0 else {
      throw MMSError(
        .invalidValue,
        "period '\(period)' is not a span of time; write a number and a unit, such as 30d, 7d or 1h",
        path: "period")
    }
    guard length.nanoseconds >= 2 * resolution.nanoseconds else {
      throw MMSError(
        .invalidValue, "period \(length) is shorter than two steps of \(resolution)", path: "period")
    }
    let start = try Self.instant(startText, path: "start_time")
    let end = try Self.instant(endText, path: "end_time")
    if let start, let end {
      guard start < end else {
        throw MMSError(
          .invalidValue, "end_time \(end) is not after start_time \(start)", path: "end_time")
      }
      guard end - start == length else {
        throw MMSError(
          .invalidValue,
          "start_time \(start) and end_time \(end) are \(end - start) apart, but period is \(period);"
            + " leave one of the three out or make them agree", path: "period")
      }
    }
    let from: SimTime
    if let start {
      from = start
    } else {
      let last = (end ?? coverage.end).nanoseconds
      // Before all that times can tell; no data reach there, as the check below says.
      let (first, isTooFar) = last.subtractingReportingOverflow(length.nanoseconds)
      from = SimTime(nanoseconds: isTooFar ? .min : first)
    }
    self.start = from
    self.end = from + length
    let held =
      "\(coverage.symbol) is held from \(coverage.start) to \(coverage.end) at \(coverage.resolution)"
    if coverage.end - coverage.start < length {
      throw MMSError(
        .noData, "period \(period) is longer than the data: \(held)", path: "period",
        hint: "import more bars, or ask for at most \(Self.rough(coverage.end - coverage.start))")
    }
    if self.start < coverage.start || self.end > coverage.end {
      throw MMSError(
        .noData, "the period \(self.start) … \(self.end) is not covered by the data: \(held)",
        path: startText != nil ? "start_time" : "end_time")
    }
  }

  private static func instant(_ text: String?, path: String) throws(MMSError) -> SimTime? {
    guard let text else { return nil }
    guard let instant = SimTime(iso8601: text) else {
      throw MMSError(
        .invalidValue, "\(path) '\(text)' is not an ISO 8601 time such as 2025-07-19 or 2025-07-19T12:00Z",
        path: path)
    }
    return instant
  }

  /// A span in the largest unit of which it holds at least one, rounded down.
  private static func rough(_ span: SimDuration) -> String {
    let days = span.nanoseconds / SimDuration.days(1).nanoseconds
    if days > 0 { return "\(days)d" }
    let hours = span.nanoseconds / SimDuration.hours(1).nanoseconds
    if hours > 0 { return "\(hours)h" }
    return "\(span.nanoseconds / SimDuration.minutes(1).nanoseconds)m"
  }
}
