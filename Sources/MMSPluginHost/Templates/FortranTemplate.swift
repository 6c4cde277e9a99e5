// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Bare functions in Fortran, through `bind(c)`.
enum FortranTemplate {
  static func bare(_ kind: ModelKind) -> String {
    let (name, arguments, law) =
      switch kind {
      case .scenario: ("spread", "half_spread, factor", "min(half_spread * factor, 0.5_c_double)")
      case .fill: ("fill", "volume, remaining, share", "min(share * volume / remaining, 1.0_c_double)")
      default:
        ("impact", "quantity, volatility, adv", "0.7_c_double * volatility * sqrt(abs(quantity) / adv)")
      }
    return """
      function \(name)(\(arguments)) bind(c, name="\(name)") result(value)
        use, intrinsic :: iso_c_binding, only: c_double
        implicit none
        real(c_double), value, intent(in) :: \(arguments)
        real(c_double) :: value
        value = \(law)
      end function

      """
  }
}
