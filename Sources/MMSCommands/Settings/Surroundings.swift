// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the process finds around it: variables, its own place, its home folder.
enum Surroundings {
  /// A variable; an empty one counts as absent.
  static func variable(_ name: String) -> String? {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
    return value
  }

  /// `MMS_HOME`, else `.mms` in the user's home folder.
  static var home: String {
    variable("MMS_HOME") ?? "\(variable("HOME") ?? NSHomeDirectory())/.mms"
  }

  /// The folder the executable lies in, with links followed.
  static var executableFolder: String? {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      return nil
    }
    return folder(of: path)
  }

  /// The folder of a file; the root's folder is nil.
  static func folder(of path: String) -> String? {
    guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Whether a folder is there.
  static func isFolder(_ path: String) -> Bool {
    var isFolder = ObjCBool(false)
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// The first folder above the executable that is a checkout of MMS.
  static var checkout: String? {
    var candidate = executableFolder
    while let folder = candidate {
      if isFolder("\(folder)/scenarios"), FileManager.default.fileExists(atPath: "\(folder)/Package.swift") {
        return folder
      }
      candidate = self.folder(of: folder)
    }
    return nil
  }

  /// Folders that hold what comes with MMS, the user's first.
  ///
  /// - Parameters:
  ///   - first: Folders named by an option.
  ///   - name: The name under `MMS_HOME` and `share/mms`.
  ///   - inCheckout: The name in a checkout.
  static func folders(first: [String], name: String, inCheckout: String) -> [String] {
    var found = first
    found.append("\(home)/\(name)")
    if let bin = executableFolder, let prefix = folder(of: bin) {
      found.append("\(prefix)/share/mms/\(name)")
    }
    if let checkout { found.append("\(checkout)/\(inCheckout)") }
    return found
  }
}
