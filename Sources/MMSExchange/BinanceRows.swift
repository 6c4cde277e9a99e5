// SPDX-License-Identifier: Apache-2.0
#if Service

  import MMSCore

  /// Reads the rows of an answer strictly: a value of another type or form is named with its row.
  struct BinanceRows {
    let path: String

    /// The elements of a list.
    func list(_ value: JSONValue?, _ name: String) throws(MMSError) -> [JSONValue] {
      guard let list = value?.arrayValue else { throw fault("\(name) is \(shown(value)), not a list") }
      return list
    }

    /// A whole number.
    func integer(_ value: JSONValue?, _ name: String, row: Int? = nil) throws(MMSError) -> Int64 {
      guard let number = value?.integerValue else {
        throw fault("\(name) is \(shown(value)), not a whole number", row)
      }
      return number
    }

    /// A truth value.
    func flag(_ value: JSONValue?, _ name: String, row: Int) throws(MMSError) -> Bool {
      guard let flag = value?.boolValue else {
        throw fault("\(name) is \(shown(value)), neither true nor false", row)
      }
      return flag
    }

    /// A decimal number written as text, such as `"18584.60"`.
    func decimal(_ value: JSONValue?, _ name: String, row: Int) throws(MMSError) -> Double {
      guard let text = value?.stringValue,
        // Double's reader also knows nan, inf and hexadecimal.
        text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), let number = Double(text),
        number.isFinite
      else { throw fault("\(name) is \(shown(value)), not a decimal number in quotes", row) }
      return number
    }

    /// An instant in milliseconds, between 2000 and 2261.
    func instant(_ value: JSONValue?, _ name: String, row: Int? = nil) throws(MMSError) -> SimTime {
      let milliseconds = try integer(value, name, row: row)
      guard (946_684_800_000...9_183_110_400_000).contains(milliseconds) else {
        throw fault("\(name) \(milliseconds) is no time in milliseconds since 1970", row)
      }
      return SimTime(milliseconds: milliseconds)
    }

    /// An error that names the path, the row counted from 1, and what is wrong.
    func fault(_ text: String, _ row: Int? = nil) -> MMSError {
      MMSError(.invalidData, "\(path)\(row.map { ", row \($0)" } ?? ""): \(text)")
    }

    private func shown(_ value: JSONValue?) -> String {
      guard let value else { return "missing" }
      let text = value.write()
      return text.count > 40 ? "\(text.prefix(40))…" : text
    }
  }

#endif
