// SPDX-License-Identifier: Apache-2.0

import CHeap

/// How the process treats memory between one run and the next.
enum ProcessMemory {
  /// Keeps what a run gave back, up to 16 MiB a thread, for the run that follows.
  ///
  /// By itself the C library hands every larger array back to the kernel, which clears each page of it again: with a
  /// thousand orders a run that was an eighth of a worker's time.
  static func keep() { mms_heap_keep(16 << 20, 16 << 20) }
}
