// SPDX-License-Identifier: Apache-2.0

/// What a check looks at; the word before the dot of a check's name.
public enum CheckGroup: String, Sendable, Hashable, CaseIterable {
  /// What the plugin says about itself, and who could exchange its files.
  case manifest
  /// The library's bytes, without running them.
  case elf
  /// What happens when the library is loaded.
  case load
  /// Instances from every legal parameter, and from illegal ones.
  case parameters
  /// Finite, in range, the same in any batches, as the test rows say, and no byte touched that is not theirs.
  case numbers
  /// The same bytes in every process, thread, instance and path.
  case determinism
  /// Saved states.
  case state
  /// Random legal questions, and memory over many of them.
  case fuzz
}
