// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import MMSCore

/// At most one service uses a database: two would run each other's tasks.
///
/// The kernel drops the lock with the process, however that ends.
final class ServiceLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock beside a database.
  ///
  /// - Throws: ``MMSError/Code/unavailable`` when another service holds it.
  init(database: String) throws(MMSError) {
    if database == ":memory:" {
      descriptor = -1
      return
    }
    let path = database + ".service"
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw MMSError(
        .unavailable,
        "cannot create '\(path)': \(unsafe String(cString: strerror(errno)));"
          + " make the database's folder writable")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      // The descriptor is closed by deinit, which runs all the same.
      throw MMSError(
        .unavailable, "another service uses the database '\(database)'",
        hint: "stop it, or name another file with --database")
    }
  }

  /// Lets another service use the database.
  func release() { if descriptor >= 0 { _ = flock(descriptor, LOCK_UN) } }

  deinit { if descriptor >= 0 { close(descriptor) } }
}

#endif
