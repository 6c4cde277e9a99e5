// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// Parameters as they come over the edge.
enum ParameterRows {
  /// Reads the host's rows and checks them against the model's own schema once more.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` when manifest and source declare different parameters.
  static func read(
    _ rows: UnsafePointer<mms_parameter>?, count: Int, for model: ModelDescriptor
  ) throws(MMSError) -> ParameterValues {
    var inputs: [(name: String, input: ParameterInput)] = []
    for index in 0..<count {
      let row = unsafe try given(rows, "parameters")[index]
      let name = unsafe String(cString: try given(row.name, "name of a parameter"))
      inputs.append((name, unsafe try input(row, name)))
    }
    return try ParameterResolver.resolve(inputs, schema: model.parameters, owner: model.id, path: "")
  }

  private static func input(_ row: mms_parameter, _ name: String) throws(MMSError) -> ParameterInput {
    switch unsafe row.type {
    case MMS_NUMBER: return unsafe .number(row.number)
    case MMS_INTEGER: return unsafe .number(Double(row.integer))
    case MMS_FLAG: return unsafe .flag(row.integer != 0)
    case MMS_TEXT: return unsafe .text(String(cString: try given(row.text, "text of \(name)")))
    case MMS_DURATION: return unsafe .text("\(row.integer) ns")
    case MMS_INTERVAL: return unsafe .list([.number(row.number), .number(row.upper)])
    default:
      throw MMSError(
        .invalidValue, "parameter '\(name)' is of type \(unsafe row.type), which this kit does not know",
        path: name)
    }
  }
}
