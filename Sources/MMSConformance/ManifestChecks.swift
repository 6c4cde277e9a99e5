// SPDX-License-Identifier: Apache-2.0

import Glibc
import MMSCore
import MMSPluginHost

/// What can be said of a plugin's files without running any of its code.
struct ManifestChecks {
  let folder: String

  /// The manifest, when it can be read and its files are nobody else's.
  func run(_ log: inout CheckLog) -> PluginManifest? {
    let manifest: PluginManifest
    do throws(MMSError) {
      manifest = try PluginManifest(contentsOf: "\(folder)/\(PluginManifest.fileName)")
    } catch {
      log.add(CheckResult("manifest.file", model: nil, .failed, error.description))
      return nil
    }
    let count = manifest.models.count
    log.add(
      CheckResult(
        "manifest.file", model: nil, .passed,
        "\(manifest.origin), \(count) \(count == 1 ? "model" : "models")"))
    guard unsafe access(manifest.libraryPath, F_OK) == 0 else {
      log.add(
        CheckResult(
          "elf.image", model: nil, .failed,
          "there is no library \(manifest.libraryPath); build it first: make -C \(folder)"))
      return nil
    }
    do throws(MMSError) {
      try PluginTrust().check(manifest)
      log.add(
        CheckResult(
          "manifest.trust", model: nil, .passed, "writable by nobody else, no way out of the folder"))
      return manifest
    } catch {
      log.add(CheckResult("manifest.trust", model: nil, .failed, error.description))
      return nil
    }
  }

  /// Whether the library is one that this machine could load.
  static func library(_ manifest: PluginManifest, _ log: inout CheckLog) -> Bool {
    let image: LibraryImage
    do throws(MMSError) {
      image = try LibraryImage(LoadedLibrary.read(manifest.libraryPath), name: manifest.libraryPath)
    } catch {
      log.add(CheckResult("elf.image", model: nil, .failed, error.description))
      return false
    }
    log.add(CheckResult("elf.image", model: nil, .passed, "a shared library for this machine"))
    var isSound = true
    func note(_ name: String, _ fault: String?, _ fine: String) {
      if fault != nil { isSound = false }
      log.add(CheckResult(name, model: nil, fault == nil ? .passed : .failed, fault ?? fine))
    }
    if let wanted = manifest.sha256 {
      note(
        "elf.digest",
        wanted == image.digest
          ? nil
          : "its digest is \(image.digest), the manifest says \(wanted); it was built again or exchanged",
        "as the manifest says")
    } else {
      log.add(
        CheckResult("elf.digest", model: nil, .passed, "the manifest states none; it is \(image.digest)"))
    }
    note("elf.exports", missing(manifest, image), "all that the manifest needs")
    note(
      "elf.needs",
      image.foreignNeeds.first.map { "it needs \($0); a plugin is one file: link it statically" },
      "nothing beyond the system")
    return isSound
  }

  /// The first symbol the manifest needs and the library lacks.
  private static func missing(_ manifest: PluginManifest, _ image: LibraryImage) -> String? {
    for model in manifest.models {
      let wanted =
        model.function.map { [$0.prototype.name] + ($0.batch.map { [$0.name] } ?? []) } ?? [
          "mms_plugin_entry_v1"
        ]
      for name in wanted where !image.exports.contains(name) {
        let hint = Suggestion.hint(for: name, among: image.exports).map { " (\($0))" } ?? ""
        return "it does not export \(name), which \(model.descriptor.id) needs\(hint)"
      }
    }
    return nil
  }
}
