// SPDX-License-Identifier: Apache-2.0

import CMMSPlugin
import MMSCore

/// What stands behind the host's opaque pointer.
class Instance {
  let host: Host

  init(host: Host) { self.host = host }

  /// Back to the state right after it was made.
  func reset() {}

  /// Another one in the same state.
  func duplicate() -> Instance { Instance(host: host) }

  /// A pointer that owns the instance.
  final func retained() -> OpaquePointer {
    unsafe OpaquePointer(Unmanaged.passRetained(self).toOpaque())
  }

  static func release(_ pointer: OpaquePointer?) {
    if let pointer = unsafe pointer {
      unsafe Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(pointer)).release()
    }
  }

  /// The instance behind a pointer, of the kind that an interface is for.
  static func at<I: Instance>(_ pointer: OpaquePointer?, _: I.Type) throws(MMSError) -> I {
    guard let pointer = unsafe pointer,
      let instance = unsafe Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
        as? I
    else { throw MMSError(.modelFailed, "the host called an interface without an instance of its kind") }
    return instance
  }
}

/// Runs a body for the host; what it throws becomes a status and a text.
func guarded(
  _ place: UnsafeMutablePointer<mms_error>?, _ body: () throws(MMSError) -> Void
) -> mms_status {
  do throws(MMSError) {
    try body()
    return MMS_OK
  } catch {
    unsafe CText.report(error, into: place)
    return MMS_ERROR
  }
}

/// A pointer the host must give.
///
/// - Throws: ``MMSError/Code/modelFailed`` when it did not.
func given<T>(_ pointer: T?, _ name: String) throws(MMSError) -> T {
  guard let pointer else { throw MMSError(.modelFailed, "the host gave no \(name)") }
  return pointer
}
