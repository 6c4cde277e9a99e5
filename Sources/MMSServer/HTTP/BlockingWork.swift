// SPDX-License-Identifier: Apache-2.0
#if Service

  import Dispatch

  /// Threads for what reads files and databases.
  enum BlockingWork {
    static let queue = DispatchQueue(label: "mms-http-files", attributes: .concurrent)
  }

#endif
