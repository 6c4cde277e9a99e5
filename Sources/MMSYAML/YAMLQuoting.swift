// SPDX-License-Identifier: Apache-2.0

/// Decides whether text needs quotes in YAML, and writes them.
enum YAMLQuoting {
  static func key(_ key: String) -> String {
    key == "<<" ? "\"<<\"" : scalar(YAMLScalar(key, style: .quoted), inFlow: true)
  }

  static func scalar(_ scalar: YAMLScalar, inFlow: Bool) -> String {
    if scalar.value == .null { return "null" }
    if !scalar.isString { return scalar.text }
    return isSafePlain(scalar.text, inFlow: inFlow) ? scalar.text : quoted(scalar.text)
  }

  /// Whether a text of several lines survives as a `|` block.
  static func fitsLiteralBlock(_ text: String) -> Bool {
    guard text.unicodeScalars.contains("\n"), !text.hasPrefix("\n"), !text.hasPrefix(" "),
      !text.hasSuffix("\n\n")
    else { return false }
    return text.unicodeScalars.allSatisfy { $0 == "\n" || isPrintable($0) }
      && text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") }
  }

  private static func isSafePlain(_ text: String, inFlow: Bool) -> Bool {
    // Words that are truth values to YAML 1.1 readers keep their quotes for their sake.
    let words: Set<String> = ["true", "false", "yes", "no", "on", "off"]
    guard YAMLScalar(text, style: .plain).isString, !words.contains(text.lowercased()),
      !text.hasPrefix("---"), !text.hasPrefix("..."), !text.hasSuffix(":"), !text.hasSuffix(" "),
      text.unicodeScalars.allSatisfy(isPrintable)
    else { return false }
    let scalars = Array(text.unicodeScalars)
    guard let first = scalars.first else { return false }
    let firstIsDash = first == "-" && scalars.count > 1 && scalars[1] != " "
    if !firstIsDash, " -?:,[]{}#&*!|>'\"%@`".unicodeScalars.contains(first) { return false }
    for (index, scalar) in scalars.enumerated() {
      if inFlow, ",[]{}:?".unicodeScalars.contains(scalar) { return false }
      guard index > 0 else { continue }
      if scalar == " ", scalars[index - 1] == ":" { return false }
      if scalar == "#", scalars[index - 1] == " " { return false }
    }
    return true
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...: true
    default: false
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
      default:
        let code = String(scalar.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: max(0, 4 - code.count)) + code
      }
    }
    return result + "\""
  }
}
