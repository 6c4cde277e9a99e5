// SPDX-License-Identifier: Apache-2.0

import Glibc
import MMSCore

/// Reads the bytes of a file without Foundation.
enum YAMLFile {
  static func read(_ path: String) throws(MMSError) -> [UInt8] {
    guard !path.utf8.contains(0) else {
      throw MMSError(.invalidValue, "the file name '\(path)' contains a zero byte; correct the name")
    }
    let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path, errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    // One byte over the limit is enough to know; a pipe has no size to ask for.
    while bytes.count <= YAMLSource.maximumBytes {
      var failed: Int32 = 0
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        let got = unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
        if got < 0 { failed = errno }
        count = max(0, got)
      }
      if failed == EINTR { continue }
      if failed != 0 { throw failure(path, failed) }
      if chunk.isEmpty { break }
      bytes += chunk
    }
    return bytes
  }

  private static func failure(_ path: String, _ code: Int32) -> MMSError {
    switch code {
    case ENOENT, ENOTDIR:
      return MMSError(.notFound, "there is no file '\(path)'; check the name and the folder")
    case EISDIR:
      return MMSError(.invalidValue, "'\(path)' is a folder; name a YAML file in it")
    case EACCES, EPERM:
      return MMSError(.unavailable, "the file '\(path)' may not be read; check its permissions")
    default:
      let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
      return MMSError(.unavailable, "the file '\(path)' cannot be read: \(reason); check the file system")
    }
  }
}
