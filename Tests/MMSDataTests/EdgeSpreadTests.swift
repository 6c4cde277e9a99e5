// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

/// The EDGE estimator against its authors' own test values.
struct EdgeSpreadTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/spread").path
  private static let isHere = FileManager.default.fileExists(atPath: folder)

  @Test(.enabled(if: isHere, "no ../shared/data/spread beside the checkout"))
  func `the authors' files give the authors' values`() throws {
    let whole = try columns("ohlc.csv.gz")
    #expect(abs(EdgeSpread.signed(whole) - 0.010_184_903_490_547_8) < 1e-12)
    let first = whole.map { Array($0.prefix(10)) }
    #expect(abs(EdgeSpread.signed(first) - -0.016_889_917_516_422) < 1e-12)
    #expect(abs(EdgeSpread.signed(try columns("ohlc-miss.csv.gz")) - 0.010_132_849_697_801_97) < 1e-12)
  }

  @Test func `identical rows carry no information`() {
    let flat = [1.0, 1.0, 1.0]
    #expect(EdgeSpread.signed(open: flat, high: flat, low: flat, close: flat).isNaN)
  }

  private func columns(_ name: String) throws -> [[Double]] {
    let pipe = Pipe()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", "\(Self.folder)/\(name)"]
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var columns = [[Double]](repeating: [], count: 4)
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      for index in 0..<4 { columns[index].append(Double(fields[index]) ?? .nan) }
    }
    return columns
  }
}

extension EdgeSpread {
  fileprivate static func signed(_ columns: [[Double]]) -> Double {
    signed(open: columns[0], high: columns[1], low: columns[2], close: columns[3])
  }
}
