// SPDX-License-Identifier: Apache-2.0

import CFloatingPoint
import CMMSPlugin
package import MMSCore

/// What a call across the edge came back with.
package enum ForeignStatus {
  /// The result stands.
  case fine
  /// One row or order is refused; the instance is good.
  case discarded(row: Int64)
  /// The instance cannot be used.
  case failed(MMSError)
}

/// The cause of an error with which a plugin refuses something itself, rather than breaking a contract.
package struct ForeignRefusal: Error {
  /// Whether it said why.
  package let hasText: Bool
}

/// Who is called, for messages.
struct ForeignCall {
  let plugin: String
  /// The model's id; empty for the plugin itself.
  let id: String

  private var owner: String { id.isEmpty ? "plugin \(plugin)" : "plugin \(plugin), model \(id)" }

  /// A broken contract.
  func fault(_ what: String, path: String? = nil) -> MMSError {
    MMSError(.modelFailed, "\(owner): \(what)", path: path)
  }

  /// Makes one call: an error buffer before, status and floating-point environment after.
  ///
  /// - Parameter place: Where the market stands, such as `step 12`, from the row the plugin names.
  @inline(__always)
  func callAsFunction(
    place: (Int64) -> String = { $0 < 0 ? "" : "row \($0)" },
    _ body: (UnsafeMutablePointer<mms_error>) -> mms_status
  ) -> ForeignStatus {
    var error = mms_error()
    error.struct_size = UInt32(MemoryLayout<mms_error>.size)
    error.row = -1
    let control = mms_floating_point_control()
    let status = unsafe withUnsafeMutablePointer(to: &error) { unsafe body($0) }
    if mms_floating_point_control() != control {
      mms_set_floating_point_control(control)
      return .failed(
        fault(
          "it changed the floating-point environment (rounding mode or flush-to-zero); restore it before returning"
        ))
    }
    if status == MMS_OK { return .fine }
    return explain(status, error, place)
  }

  private func explain(
    _ status: mms_status, _ error: mms_error, _ place: (Int64) -> String
  ) -> ForeignStatus {
    let text = Self.text(of: error.text)
    let parameter = Self.text(of: error.parameter)
    let row = error.row
    var message = row >= 0 || place(row) != "" ? place(row) + ": " : ""
    if !parameter.isEmpty { message += "parameter '\(parameter)': " }
    message += text.isEmpty ? "no text was given" : text
    switch status {
    case MMS_WARN:
      HostLog.shared.add(.warning, "\(owner): \(message)")
      return .fine
    case MMS_DISCARD:
      HostLog.shared.add(.warning, "\(owner) refused a row: \(message)")
      return .discarded(row: row)
    case MMS_ERROR, MMS_FATAL:
      let code = error.code == 0 ? "" : " (its code \(error.code))"
      var refusal = fault(message + code, path: parameter.isEmpty ? nil : parameter)
      refusal.cause = ForeignRefusal(hasText: !text.isEmpty)
      return .failed(refusal)
    default:
      return .failed(fault("it returned the unknown status \(status)"))
    }
  }

  private static func text<Characters>(of characters: Characters) -> String {
    unsafe withUnsafeBytes(of: characters) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// The first fault of a model whose calls cannot throw; shared by the copies of one instance.
final class FaultBox {
  var error: MMSError?

  func note(_ fault: MMSError) { if error == nil { error = fault } }
}
