// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore
import MMSPluginHost

/// Instances from all kinds of parameters.
enum ParameterProbe {
  /// An instance from the defaults.
  static func defaults(_ subject: Subject) throws(MMSError) -> ProbeAnswer {
    _ = try subject.make(subject.parameters())
    return ProbeAnswer(detail: "an instance from the defaults")
  }

  /// Every parameter at its ends, one at a time.
  static func bounds(_ subject: Subject) throws(MMSError) -> ProbeAnswer {
    let base = try subject.parameters().entries.map(\.name)
    guard !base.isEmpty else { return .skipped("it takes no parameters") }
    var tried = 0
    var refusals: [String] = []
    for schema in subject.descriptor.parameters {
      for edge in schema.samples.edges {
        tried += 1
        do throws(MMSError) {
          _ = try subject.make(subject.parameters([(schema.name, edge)]))
        } catch {
          let what = "\(schema.name) = \(edge.description), which its manifest allows: \(error.message)"
          // A value that another one forbids is named; anything else is a manifest that promises too much.
          guard error.cause is ForeignRefusal, error.path != nil else {
            return .failed("it cannot be made with \(what)")
          }
          refusals.append(what)
        }
      }
    }
    if let first = refusals.first {
      var answer = ProbeAnswer(detail: "\(refusals.count) of \(tried) edges refused, such as \(first)")
      answer.outcome = .warned
      return answer
    }
    return ProbeAnswer(detail: "\(tried) edges of \(base.count) parameter\(base.count == 1 ? "" : "s")")
  }

  /// What no host would send: not a number, out of range, of another type.
  static func invalid(_ subject: Subject) throws(MMSError) -> ProbeAnswer {
    guard subject.model.function == nil else { return .skipped("a bare function takes numbers as they come") }
    let model = try subject.foreign()
    let values = try subject.parameters()
    guard !values.entries.isEmpty else { return .skipped("it takes no parameters") }
    guard let create = unsafe model.table.pointee.create else {
      throw model.fault("it has no function 'create'")
    }
    var (taken, refused) = (0, 0)
    for index in values.entries.indices {
      for wrong in Wrong.allCases {
        var list = ForeignParameters(values)
        unsafe wrong.spoil(&list.rows[index])
        var made: OpaquePointer?
        let status = unsafe list.lend { rows, count in
          unsafe model.call { unsafe create(HostTable.pointer, rows, count, &made, $0) }
        }
        switch status {
        case .failed(let error):
          refused += 1
          if let refusal = error.cause as? ForeignRefusal, !refusal.hasText {
            return .failed(
              "it refuses \(values.entries[index].name) \(wrong.text) without a text in its mms_error; say what is"
                + " wrong and what to do")
          }
          if !(error.cause is ForeignRefusal) { throw error }
        case .fine, .discarded:
          taken += 1
          if let made = unsafe made, let destroy = unsafe model.table.pointee.destroy { unsafe destroy(made) }
        }
      }
    }
    return ProbeAnswer(
      detail: "\(taken + refused) wrong values: \(refused) refused, \(taken) taken, none harmful")
  }

  private enum Wrong: CaseIterable {
    case notANumber
    case infinite
    case negative
    case huge
    case otherType
    case unknownType

    var text: String {
      switch self {
      case .notANumber: "= NaN"
      case .infinite: "= infinity"
      case .negative: "= -1e300"
      case .huge: "= 1e300"
      case .otherType: "of another type"
      case .unknownType: "of an unknown type"
      }
    }

    func spoil(_ row: inout mms_parameter) {
      switch self {
      case .notANumber: unsafe set(&row, .nan, .min)
      case .infinite: unsafe set(&row, .infinity, .max)
      case .negative: unsafe set(&row, -1e300, -1)
      case .huge: unsafe set(&row, 1e300, .max)
      case .otherType: unsafe row.type = row.type == MMS_NUMBER ? MMS_INTEGER : MMS_NUMBER
      case .unknownType: unsafe row.type = 99
      }
    }

    private func set(_ row: inout mms_parameter, _ number: Double, _ integer: Int64) {
      unsafe row.number = number
      unsafe row.upper = number
      unsafe row.integer = integer
    }
  }
}
