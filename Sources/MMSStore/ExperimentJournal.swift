// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore

/// Outcomes on their way into a table: one write for each, which the death of the process does not undo.
///
/// A record is its length in bytes (4), the trial's number (8), the bits of each value (8 each, NaN for none) and the
/// error's text, little-endian. A torn record at the end is left out.
struct ExperimentJournal: Sendable {
  private let path: String
  private let descriptor: Int32
  private static let head = 4 + 8 + 8 * TrialOutcome.columns.count

  /// Opens a journal, creating it unless it is only read.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when it cannot be created.
  init(path: String, readOnly: Bool) throws(MMSError) {
    self.path = path
    if readOnly {
      descriptor = -1
      return
    }
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw fault(errno) }
  }

  /// An outcome as bytes.
  static func record(_ number: Int, _ outcome: TrialOutcome) -> [UInt8] {
    let text = Array((outcome.error ?? "").utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(head + text.count)
    func put(_ word: UInt64, _ count: Int) {
      for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * byte))) }
    }
    put(UInt64(head + text.count), 4)
    put(UInt64(bitPattern: Int64(number)), 8)
    for value in outcome.values { put((value ?? .nan).bitPattern, 8) }
    return bytes + text
  }

  /// Adds a record.
  func append(_ record: [UInt8]) throws(MMSError) {
    let written = unsafe record.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if written != record.count { throw fault(written < 0 ? errno : ENOSPC) }
  }

  /// Forgets everything.
  func clear() throws(MMSError) {
    if ftruncate(descriptor, 0) != 0 { throw fault(errno) }
  }

  /// Removes the file; nothing may be added any more.
  func remove() { unsafe _ = unlink(path) }

  /// Gives the file back to the system.
  func close() { if descriptor >= 0 { _ = Foundation.close(descriptor) } }

  /// Every whole record; none when there is no file.
  func outcomes() throws(MMSError) -> [(number: Int, outcome: TrialOutcome)] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    let bytes = Array(data)
    var found: [(number: Int, outcome: TrialOutcome)] = []
    var place = 0
    func word(_ start: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
    }
    while place + Self.head <= bytes.count {
      let length = Int(word(place, 4))
      guard length >= Self.head, place + length <= bytes.count else { break }
      let values = TrialOutcome.columns.indices.map { column -> Double? in
        let value = Double(bitPattern: word(place + 12 + 8 * column, 8))
        return value.isNaN ? nil : value
      }
      var outcome = TrialOutcome(values: values)
      if length > Self.head {
        outcome.error = String(decoding: bytes[place + Self.head..<place + length], as: UTF8.self)
      }
      found.append((Int(Int64(bitPattern: word(place + 4, 8))), outcome))
      place += length
    }
    return found
  }

  private func fault(_ number: Int32) -> MMSError {
    let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    return MMSError(
      .unavailable, "'\(path)' cannot be written: \(reason); free space and run again to go on")
  }
}
