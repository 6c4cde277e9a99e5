// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

struct SimTimeTests {
  @Test(arguments: [
    ("1970-01-01", 0), ("2025-08-17T23:59:00Z", 1_755_475_140), ("2024-02-29 12:00", 1_709_208_000),
    ("2000-03-01T01:30:00+01:30", 951_868_800), ("1969-12-31T23:59:59Z", -1),
  ])
  func `reads ISO 8601`(text: String, seconds: Int64) {
    #expect(SimTime(iso8601: text)?.nanoseconds == seconds * 1_000_000_000)
  }

  @Test(arguments: ["", "2025", "2025-13-01", "2025-02-29", "2025-01-01T25:00", "yesterday", "2025-01-01Tx"])
  func `refuses what is no instant`(text: String) {
    #expect(SimTime(iso8601: text) == nil)
  }

  @Test func `prints what it reads`() {
    for nanoseconds: Int64 in [0, 1_755_475_140_000_000_000, -1_500_000_000, 951_868_800_250_000_000] {
      let time = SimTime(nanoseconds: nanoseconds)
      #expect(SimTime(iso8601: time.description) == time)
    }
  }

  @Test(arguments: [("30d", 2_592_000), ("1h", 3600), ("20 min", 1200), ("90m", 5400), ("1.5h", 5400)])
  func `reads durations`(text: String, seconds: Int64) {
    #expect(SimDuration(text) == .seconds(seconds))
  }

  @Test(arguments: ["", "d", "30", "30 parsecs", "1e400d", "nand", "--3d"])
  func `refuses what is no duration`(text: String) {
    #expect(SimDuration(text) == nil)
  }
}
