// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MMSCore

/// A day of a symbol in a folder of LOBSTER files: messages and the book after each.
public struct LobsterRecording: Sendable, Hashable {
  /// The symbol, as the file's name has it.
  public let symbol: String
  /// Midnight of the day in New York, which the times of messages count from.
  public let midnight: SimTime
  /// Nanoseconds after midnight at which the recording begins.
  public let start: Int64
  /// Nanoseconds after midnight at which it ends.
  public let end: Int64
  /// Levels of each side.
  public let level: Int
  /// The message file.
  public let messages: String
  /// The orderbook file.
  public let orderbook: String
}

/// The recordings in a folder, by the names that LOBSTER gives its files.
enum LobsterFolder {
  /// Finds the recordings, ordered by symbol and day; of several depths of a day the deepest.
  ///
  /// - Parameter level: Only recordings of so many levels; nil for any.
  /// - Throws: ``MMSError/Code/notFound`` when there is no such folder.
  static func recordings(in folder: String, level: Int?) throws(MMSError) -> [LobsterRecording] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw MMSError(
        .notFound, "the folder '\(folder)' cannot be read; name one with LOBSTER's files", path: "data")
    }
    let all = Set(names)
    var found: [LobsterRecording] = []
    for name in names.sorted() {
      guard let recording = read(name, in: folder, all), level == nil || recording.level == level else {
        continue
      }
      let twin = found.firstIndex { $0.symbol == recording.symbol && $0.midnight == recording.midnight }
      if let twin {
        if found[twin].level < recording.level { found[twin] = recording }
      } else {
        found.append(recording)
      }
    }
    return found.sorted { ($0.symbol, $0.midnight) < ($1.symbol, $1.midnight) }
  }

  /// `SYMBOL_YYYY-MM-DD_STARTMS_ENDMS_message_LEVEL.csv`, with or without `.gz`; nil for other files and for
  /// messages without their orderbook.
  private static func read(_ name: String, in folder: String, _ all: Set<String>) -> LobsterRecording? {
    var stem = name[...]
    if stem.hasSuffix(".gz") { stem = stem.dropLast(3) }
    guard stem.hasSuffix(".csv") else { return nil }
    let parts = stem.dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[4] == "message", !parts[0].isEmpty, let level = Int(parts[5]),
      let start = Int64(parts[2]), let end = Int64(parts[3]), 0 <= start, start < end, end <= 86_400_000,
      let midnight = SimTime(iso8601: String(parts[1]))
    else { return nil }
    let book = (parts[0..<4] + ["orderbook", parts[5]]).joined(separator: "_") + ".csv"
    guard let orderbook = [book + ".gz", book].first(where: all.contains) else { return nil }
    return LobsterRecording(
      symbol: String(parts[0]), midnight: newYorkMidnight(midnight), start: start * 1_000_000,
      end: end * 1_000_000, level: level, messages: "\(folder)/\(name)", orderbook: "\(folder)/\(orderbook)")
  }

  /// Midnight in New York of the day whose midnight in Greenwich is given, by the law of 2007, before that of 1987.
  ///
  /// The night of a change has both offsets, but an exchange's day begins after it.
  static func newYorkMidnight(_ day: SimTime) -> SimTime {
    let date = day.description.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard date.count == 3 else { return day }
    let (year, month, dayOfMonth) = (date[0], date[1], date[2])
    let number = day.nanoseconds / SimDuration.days(1).nanoseconds
    // 1970-01-01 was a Thursday; Sunday is 0.
    let weekday = Int((number % 7 + 11) % 7)
    // The latest Sunday up to this day, as a day of the month.
    let sunday = dayOfMonth - weekday
    let isSummer: Bool =
      if year >= 2007 {
        switch month {
        case 4...10: true
        case 3: sunday >= 8
        case 11: sunday < 1
        default: false
        }
      } else {
        switch month {
        case 5...9: true
        case 4: sunday >= 1
        case 10: sunday < 25
        default: false
        }
      }
    return day + .hours(isSummer ? 4 : 5)
  }
}
