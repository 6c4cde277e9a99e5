// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What the report of one small simulation looks like and says; made by the test that reads it.
enum ReportGolden {
  static let verdict = ""
  static let figures: [(String, JSONValue)] = []
  static let structure = ""
}
