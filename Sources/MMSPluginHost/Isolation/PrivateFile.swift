// SPDX-License-Identifier: Apache-2.0

import Glibc
package import MMSCore

/// A file of the temporary folder that only this user can read and write; gone with its last reference.
package final class PrivateFile: Sendable {
  /// Where it is.
  package let path: String

  /// Writes bytes.
  ///
  /// - Parameters:
  ///   - bytes: What it holds.
  ///   - name: How its name begins.
  ///   - ending: How its name ends.
  /// - Throws: ``MMSError/Code/unavailable`` naming the folder and the reason.
  package init(_ bytes: [UInt8], name: String, ending: String = "") throws(MMSError) {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/\(name)-XXXXXX\(ending)".utf8CString)
    let descriptor = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe mkstemps($0, Int32(ending.utf8.count)) } ?? -1
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard descriptor >= 0 else { throw Self.fault(folder) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
      }
      // A class that throws in its initialiser once all is set is taken down like any other: the file goes too.
      guard count > 0 else { throw Self.fault(folder) }
      written += count
    }
  }

  deinit { unsafe unlink(path) }

  private static func fault(_ folder: String) -> MMSError {
    MMSError(
      .unavailable, "cannot write a private file to \(folder): \(unsafe String(cString: strerror(errno)))",
      hint: "make room there, or name another folder in TMPDIR")
  }
}
