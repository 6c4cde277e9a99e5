// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The numbers behind the page's charts: thinned, rounded to what a screen can show.
struct PageData {
  /// The most points of a chart over time.
  private static let points = 1_400
  private let report: JSONValue

  init(_ report: JSONValue) { self.report = report }

  var json: JSONValue {
    var object = JSONObject()
    object["currency"] = .string(PageSections.currency(of: report))
    if let series { object["series"] = series }
    if let fan { object["fan"] = fan }
    object["fills"] = .array((report["fills"]?.arrayValue ?? []).prefix(2_000).map(Self.fill))
    object["events"] = .array(
      (report["events"]?.arrayValue ?? []).map {
        .array([Self.milliseconds($0["time"]), $0["name"] ?? .null])
      })
    object["costs"] = .array(
      (report["costs"]?["parts"]?.arrayValue ?? []).map {
        .array([$0["name"] ?? .null, Self.rounded($0["bp"]?.doubleValue ?? 0, 6)])
      })
    for key in ["fill_quality", "impact", "realism"] {
      object[key] = report[key].map { Self.rounded($0) } ?? .null
    }
    object["metaorders"] = report["answer"]?["details"]?["metaorder_impact"].map { Self.rounded($0) } ?? .null
    var outcomes = report["outcomes"]?.objectValue ?? [:]
    outcomes["returns"] = nil
    object["outcomes"] = Self.rounded(.object(outcomes))
    return .object(object)
  }

  /// The first path's series: [last, low, high] of each column, buckets joined until they are few enough.
  private var series: JSONValue? {
    guard let times = report["series"]?["time"]?.arrayValue, !times.isEmpty,
      let columns = report["series"]?["columns"]?.objectValue
    else { return nil }
    let stride = (times.count + Self.points - 1) / Self.points
    let ends = ReportMaterial.ends(of: times.count, stride: stride)
    var object: JSONObject = ["time": .array(ends.map { Self.milliseconds(times[$0]) })]
    for member in columns {
      let numbers = { (key: String) in
        (member.value[key] ?? member.value["last"])?.arrayValue?.map { $0.doubleValue ?? 0 } ?? []
      }
      let (last, low, high) = (numbers("last"), numbers("low"), numbers("high"))
      guard last.count == times.count else { continue }
      let digits = ["equity", "mid"].contains(member.key) ? 8 : 5
      var rows: [[JSONValue]] = [[], [], []]
      for (index, end) in ends.enumerated() {
        let bucket = (index == 0 ? 0 : ends[index - 1] + 1)...end
        rows[0].append(Self.rounded(last[end], digits))
        rows[1].append(Self.rounded(low[bucket].min() ?? 0, digits))
        rows[2].append(Self.rounded(high[bucket].max() ?? 0, digits))
      }
      object[member.key] = .array(rows.map { .array($0) })
    }
    return .object(object)
  }

  private var fan: JSONValue? {
    guard let fan = report["fan"]?.objectValue else { return nil }
    var object = JSONObject()
    object["paths"] = fan["paths"]
    object["time"] = .array((fan["time"]?.arrayValue ?? []).map { Self.milliseconds($0) })
    for key in ["equity", "drawdown", "samples", "buy_and_hold"] {
      object[key] = fan[key].map { Self.rounded($0, key == "drawdown" ? 5 : 8) } ?? .null
    }
    return .object(object)
  }

  private static func fill(_ fill: JSONValue) -> JSONValue {
    .array([
      milliseconds(fill["time"]), .integer(fill["side"] == "buy" ? 1 : -1),
      rounded(fill["price"]?.doubleValue ?? 0, 8), .integer(fill["maker"] == true ? 1 : 0),
    ])
  }

  private static func milliseconds(_ text: JSONValue?) -> JSONValue {
    guard let time = text?.stringValue.flatMap({ SimTime(iso8601: $0) }) else { return .null }
    return .integer(time.nanoseconds / 1_000_000)
  }

  /// Every number of a value to so many significant digits.
  static func rounded(_ value: JSONValue, _ digits: Int = 6) -> JSONValue {
    switch value {
    case .number(let number): return rounded(number, digits)
    case .array(let items): return .array(items.map { rounded($0, digits) })
    case .object(let object):
      var result = JSONObject()
      for member in object { result[member.key] = rounded(member.value, digits) }
      return .object(result)
    default: return value
    }
  }

  private static func rounded(_ value: Double, _ digits: Int) -> JSONValue {
    guard value.isFinite else { return .null }
    if value == 0 { return 0 }
    var scale = 1.0
    let magnitude = value.magnitude
    var limit = 1.0
    for _ in 0..<digits { limit *= 10 }
    while magnitude * scale < limit / 10, scale < 1e22 { scale *= 10 }
    if scale == 1 {
      let whole = value.rounded()
      return magnitude < 9e15 ? .integer(Int64(whole)) : .number(whole)
    }
    let result = (value * scale).rounded() / scale
    return result == result.rounded() && result.magnitude < 9e15 ? .integer(Int64(result)) : .number(result)
  }
}
