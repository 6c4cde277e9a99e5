// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Bare functions in Fortran, through `bind(c)`.
enum FortranTemplate {
  static func bare(_ kind: ModelKind) -> String {
    if kind == .scenario {
      return """
        ! Widens the half spread of rows, fractions of the mid, in place.
        subroutine spread(rows, factor, half_spread) bind(c, name="spread")
          use, intrinsic :: iso_c_binding, only: c_double, c_int64_t
          implicit none
          integer(c_int64_t), value, intent(in) :: rows
          real(c_double), value, intent(in) :: factor
          real(c_double), intent(inout) :: half_spread(rows)
          half_spread = min(half_spread * factor, 0.5_c_double)
        end subroutine

        """
    }
    let (name, arguments, law) =
      switch kind {
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
