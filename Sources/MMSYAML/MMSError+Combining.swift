// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension MMSError {
  /// Makes one error of several: the first in the file, with the rest in ``others``; nil for none.
  ///
  /// Faults of one file are put in the order of their places; at most 50 are kept.
  public static func combining(_ faults: [MMSError]) -> MMSError? {
    var flat: [MMSError] = []
    for fault in faults {
      var head = fault
      head.others = []
      flat.append(head)
      flat += fault.others
    }
    if Set(flat.map { $0.location?.file }).count == 1 {
      let order = flat.enumerated().sorted { a, b in
        (a.element.location?.line ?? 0, a.element.location?.column ?? 0, a.offset)
          < (b.element.location?.line ?? 0, b.element.location?.column ?? 0, b.offset)
      }
      flat = order.map(\.element)
    }
    guard var first = flat.first else { return nil }
    first.others = Array(flat.dropFirst().prefix(49))
    return first
  }
}
