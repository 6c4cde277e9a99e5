// SPDX-License-Identifier: Apache-2.0
#if Service

import GRPCCore
import MMSCore

extension RPCError {
  /// The trailing metadata that holds the problem as JSON.
  static let problemKey = "mms-problem"

  /// What a client is told of an error: its status by the one table of codes, its problem as JSON.
  init(_ error: MMSError, hiding: (String) -> String) {
    let status = Status.Code(rawValue: error.code.grpcStatus).flatMap { RPCError.Code($0) } ?? .internalError
    self.init(Problem(error, hiding: hiding), status: status)
  }

  /// What a client is told of a problem.
  init(_ problem: Problem, status: RPCError.Code) {
    var problem = problem
    // Clients refuse trailers of more than 8 KiB; the first faults say enough.
    while problem.errors.count > 1, Self.text(problem).utf8.count > 4096 { problem.errors.removeLast() }
    let text = Self.text(problem)
    self.init(
      code: status, message: String(problem.detail.prefix(1000)),
      metadata: text.utf8.count <= 4096 ? [Self.problemKey: .string(text)] : [:])
  }

  /// JSON that is ASCII throughout, as metadata have to be.
  private static func text(_ problem: Problem) -> String {
    var text = ""
    for scalar in problem.json.write(pretty: false).unicodeScalars {
      guard !scalar.isASCII else {
        text.unicodeScalars.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return text
  }
}

#endif
