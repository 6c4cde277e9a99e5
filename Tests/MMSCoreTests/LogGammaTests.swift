// SPDX-License-Identifier: Apache-2.0

import Glibc
import MMSCore
import Testing

struct LogGammaTests {
  @Test func `log gamma meets the C library and exact values`() {
    #expect(MMSMath.logGamma(1).magnitude < 1e-14 && MMSMath.logGamma(2).magnitude < 1e-14)
    #expect((MMSMath.logGamma(0.5) - 0.5 * MMSMath.log(.pi)).magnitude < 1e-14)
    #expect((MMSMath.logGamma(11) - MMSMath.log(3_628_800)).magnitude < 1e-13)
    var x = 1e-10
    while x < 1e12 {
      let expected: Double = lgamma(x)
      #expect((MMSMath.logGamma(x) - expected).magnitude <= 2e-14 * max(1, expected.magnitude), "\(x)")
      x *= 1.013
    }
    #expect(MMSMath.logGamma(0).isNaN && MMSMath.logGamma(-1.5).isNaN && MMSMath.logGamma(.nan).isNaN)
    #expect(MMSMath.logGamma(.infinity) == .infinity && MMSMath.logGamma(1e300) > 6e302)
  }
}
