// SPDX-License-Identifier: Apache-2.0

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ one: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

/// The package manager calls a program's start by its module's name; libFuzzer's own is not used.
@_cdecl("FuzzParsers_main")
public func start(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  var (count, arguments) = unsafe (count, arguments)
  return unsafe runDriver(&count, &arguments) { unsafe fuzzOneInput($0, $1) }
}
