// SPDX-License-Identifier: Apache-2.0

import Glibc
public import MMSCore
import MMSPluginHost

/// The child's side of a check: tries one thing and says what came of it.
public enum ProbeChild {
  /// Where the answer goes: standard output and error are the plugin's.
  static let channel: Int32 = 3

  /// Answers one order, which is a JSON document, on descriptor 3.
  ///
  /// - Throws: ``MMSError/Code/usage`` when it is no order of a check.
  public static func answer(_ text: String) throws(MMSError) {
    let order = try ProbeOrder(json: JSONValue(parsing: text))
    guard fcntl(channel, F_GETFD) >= 0 else {
      throw MMSError(
        .usage, "a check's child answers the program that started it; nobody did",
        hint: "run 'mms plugin check FOLDER'")
    }
    ProcessLimits.apply(memory: 4 << 30, seconds: Double(order.seconds))
    var answer: ProbeAnswer
    do throws(MMSError) {
      answer = try perform(order)
    } catch {
      answer = .failed(error.description)
    }
    if answer.outcome == .passed, let remark = HostLog.shared.take().first(where: { $0.level == .warning }) {
      answer.detail += (answer.detail.isEmpty ? "" : "; ") + "it warns: \(remark.text)"
    }
    say(answer.json)
  }

  /// Tells the parent which question comes next, for the case that no answer does.
  static func ask(_ seed: UInt64) { say(["case": .string(String(seed))]) }

  private static func say(_ json: JSONValue) {
    var bytes = Array(json.description.utf8)
    bytes.append(10)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(channel, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      // Nobody listens any more.
      guard count > 0 else { return }
      written += count
    }
  }

  private static func perform(_ order: ProbeOrder) throws(MMSError) -> ProbeAnswer {
    switch order.probe {
    case .load: return try LoadProbe.load(order)
    case .effects: return try LoadProbe.effects(order)
    default: break
    }
    let subject = try Subject(folder: order.folder, model: order.model ?? "")
    switch order.probe {
    case .defaults: return try ParameterProbe.defaults(subject)
    case .bounds: return try ParameterProbe.bounds(subject)
    case .invalid: return try ParameterProbe.invalid(subject)
    case .rows: return try RowProbe.rows(subject)
    case .inputs: return try EdgeProbe.inputs(subject, seed: order.seed)
    case .laws: return try PathProbe(subject, order).laws()
    case .transcript: return try PathProbe(subject, order).transcript()
    case .paths: return try PathProbe(subject, order).paths()
    case .reset: return try PathProbe(subject, order).reset()
    case .instances: return try PathProbe(subject, order).instances()
    case .threads: return try PathProbe(subject, order).threads()
    case .clone: return try PathProbe(subject, order).clone()
    case .save: return try StateProbe(subject, order).save()
    case .resume: return try StateProbe(subject, order).resume()
    case .damaged: return try StateProbe(subject, order).damaged()
    case .fuzz: return try FuzzProbe(subject, order).values()
    case .memory: return try FuzzProbe(subject, order).memory()
    case .load, .effects: return ProbeAnswer()
    }
  }
}
