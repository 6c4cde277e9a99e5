// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels
import MMSRuntime
import MMSScenario
import MMSStudy

/// Reads one input: its first byte says which reader, the rest is the file.
///
/// Where a reader wants two files, a zero byte parts them. Whatever the input, a reader returns or throws.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard count > 1 else { return 0 }
  let input = unsafe UnsafeBufferPointer(start: start, count: count)
  let body = unsafe Array(input.dropFirst())
  let parts = body.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  let first = Scratch.write(Array(parts[0]), 0)
  let second = Scratch.write(parts.count > 1 ? Array(parts[1]) : [], 1)
  do throws(MMSError) {
    switch unsafe input[0] & 15 {
    case 0: _ = try LobsterReplay.run(messages: first, orderbook: second)
    case 1: _ = try LobsterReplay.run(messages: first)
    case 2: _ = try LobsterFeed.read(messages: first, orderbook: second)
    case 3:
      var calibration = FlowCalibration()
      try calibration.observe(messages: first, orderbook: second)
      _ = calibration.contStoikovTalreja()
      _ = calibration.queueReactive()
    case 4:
      _ = try BinanceReplay.run(messages: [first], snapshot: parts.count > 1 ? second : nil, market: .spot)
    case 5:
      _ = try BinanceReplay.run(messages: [first], snapshot: parts.count > 1 ? second : nil, market: .usdm)
    case 6:
      _ = try BinanceFeed.read(messages: [first], snapshot: parts.count > 1 ? second : nil, market: .spot)
    case 7:
      _ = try BinanceFeed.read(messages: [first], snapshot: parts.count > 1 ? second : nil, market: .usdm)
    case 8: _ = try LobsterReplay.run(messages: first, check: (second, first))
    default: try Scratch.scenario(body)
    }
  } catch {
    // A refusal is what broken input deserves; a trap is what this looks for.
    precondition(!error.message.isEmpty)
  }
  return 0
}

/// Files in memory, and the registry that scenarios are read against.
enum Scratch {
  private static let folder: String = {
    let base = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let path = "\(base)/mms-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: Scratch.folder) }
    return path
  }()

  static func write(_ bytes: [UInt8], _ number: Int) -> String {
    let path = "\(folder)/\(number)"
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    return path
  }

  private static let library: ScenarioLibrary? = {
    var registry = ModelRegistry()
    guard (try? BuiltInModels.register(in: &registry)) != nil else { return nil }
    return ScenarioLibrary(directories: [], registry: registry)
  }()

  static func scenario(_ bytes: [UInt8]) throws(MMSError) {
    _ = try library?.read(text: String(decoding: bytes, as: UTF8.self), file: "fuzz.yaml")
  }
}
