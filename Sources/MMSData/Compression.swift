// SPDX-License-Identifier: Apache-2.0

import CZlib

/// The library behind `.gz` files.
public enum Compression {
  /// The version of zlib in this process.
  public static var zlibVersion: String { unsafe String(cString: CZlib.zlibVersion()) }
}
