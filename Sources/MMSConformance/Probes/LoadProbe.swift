// SPDX-License-Identifier: Apache-2.0

import Glibc
import MMSCore
import MMSPluginHost

/// Loads a plugin and looks at what it says and does on that occasion.
enum LoadProbe {
  /// A library that takes longer keeps every worker waiting.
  private static let longest = 2.0

  /// Loads it, checks its tables against the manifest, and times it.
  static func load(_ order: ProbeOrder) throws(MMSError) -> ProbeAnswer {
    let clock = ContinuousClock()
    let start = clock.now
    let models = try loadAll(order.folder)
    let seconds = (clock.now - start) / .seconds(1)
    let tenths = Double((seconds * 10_000).rounded()) / 10
    if seconds > longest {
      return .failed("loading takes \(tenths) ms; more than \(Int(longest)) s keeps every worker waiting")
    }
    return ProbeAnswer(
      detail: "\(tenths) ms, \(models) \(models == 1 ? "model" : "models") as in the manifest")
  }

  /// Loads it and compares the process with what it was.
  static func effects(_ order: ProbeOrder) throws(MMSError) -> ProbeAnswer {
    // What the runtime opens when it first reads a file is not the plugin's.
    _ = ProcessTraits.now()
    let catalogue = PluginCatalogue(directories: [order.folder])
    for manifest in catalogue.manifests { _ = try LoadedLibrary.read(manifest.libraryPath) }
    let before = ProcessTraits.now()
    _ = try loadAll(order.folder)
    let changes = ProcessTraits.now().changes(since: before)
    return changes.isEmpty
      ? ProbeAnswer(detail: "threads, descriptors, signals, folder, locale and environment are as before")
      : .failed("loading it changes the process: \(changes.joined(separator: "; "))")
  }

  private static func loadAll(_ folder: String) throws(MMSError) -> Int {
    let catalogue = PluginCatalogue(directories: [folder])
    guard let manifest = catalogue.manifests.first else {
      throw MMSError(.internal, "the child found no plugin in \(folder); report this")
    }
    let library = try PluginLibrary.load(manifest, trust: PluginTrust())
    for model in manifest.models {
      if let function = model.function {
        _ = try unsafe library.function(function.prototype)
      } else {
        let foreign = try library.model(model)
        let name = "mms.\(model.descriptor.kind)/1"
        _ = try unsafe foreign.interface(name, as: UInt32.self)
      }
    }
    return manifest.models.count
  }
}

/// What all code of a process shares and a plugin may not touch.
private struct ProcessTraits {
  private var threads = 0
  private var descriptors: Set<String> = []
  private var handlers: [Int32: UInt] = [:]
  private var folder = ""
  private var locale = ""
  private var variables: Set<String> = []
  private var mask: mode_t = 0

  static func now() -> ProcessTraits {
    var traits = ProcessTraits()
    traits.threads = names(in: "/proc/self/task").count
    traits.descriptors = names(in: "/proc/self/fd")
    for signal in Int32(1)..<32 where signal != SIGKILL && signal != SIGSTOP {
      var action = sigaction()
      if unsafe sigaction(signal, nil, &action) == 0 {
        let handler = action.__sigaction_handler
        traits.handlers[signal] = unsafe withUnsafeBytes(of: handler) { unsafe $0.load(as: UInt.self) }
      }
    }
    traits.folder =
      unsafe getcwd(nil, 0).map { path in
        defer { unsafe free(path) }
        return unsafe String(cString: path)
      } ?? ""
    traits.locale = unsafe setlocale(LC_ALL, nil).map { unsafe String(cString: $0) } ?? ""
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      traits.variables.insert(unsafe String(cString: text))
      unsafe entry += 1
    }
    traits.mask = umask(0)
    _ = umask(traits.mask)
    return traits
  }

  func changes(since before: ProcessTraits) -> [String] {
    var found: [String] = []
    if threads > before.threads { found.append("it started \(threads - before.threads) thread(s)") }
    let opened = descriptors.subtracting(before.descriptors).sorted()
    if !opened.isEmpty { found.append("it keeps descriptor \(opened.joined(separator: ", ")) open") }
    for (signal, handler) in handlers.sorted(by: { $0.key < $1.key }) where before.handlers[signal] != handler
    {
      found.append("it handles signal \(signal)")
    }
    if folder != before.folder { found.append("it went to the folder \(folder)") }
    if locale != before.locale { found.append("it set the locale \(locale)") }
    if let changed = variables.symmetricDifference(before.variables).sorted().first {
      found.append("it changed the environment: \(changed)")
    }
    if mask != before.mask { found.append("it set the umask to \(String(mask, radix: 8))") }
    return found
  }

  private static func names(in folder: String) -> Set<String> {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    let own = String(unsafe dirfd(stream))
    var names: Set<String> = []
    while let entry = unsafe readdir(stream) {
      names.insert(
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.subtracting([own, ".", ".."])
  }
}
