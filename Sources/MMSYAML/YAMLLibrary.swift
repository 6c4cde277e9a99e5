// SPDX-License-Identifier: Apache-2.0

import CYAML

/// The library behind the parser.
public enum YAMLLibrary {
  /// The version of libyaml in this process.
  public static var version: String { unsafe String(cString: yaml_get_version_string()) }
}
