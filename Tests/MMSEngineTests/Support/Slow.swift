// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Whether the long forms of statistical tests are asked for.
let isSlow = ProcessInfo.processInfo.environment["MMS_SLOW"] == "1"
