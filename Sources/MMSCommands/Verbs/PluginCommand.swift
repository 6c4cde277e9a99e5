// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore
import MMSPluginHost
import MMSRuntime

/// `mms plugin`: models from shared libraries.
struct PluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin", abstract: "Write and look at models in shared libraries.",
    discussion: """
      Examples:
        mms plugin new my-impact --language c --kind impact
        mms plugin list --plugin-path my-impact
        mms plugin check my-impact

      A loaded library has full trust, so none is loaded here: models of plugins run only
      in a child of the simulation or the check that uses them.
      """,
    subcommands: [New.self, Check.self, Bench.self, Inspect.self, List.self])

  /// `mms plugin new`.
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new", abstract: "Write a folder that builds with make and simulates as it is.",
      discussion: "Example:\n  mms plugin new my-impact --language c --kind impact")

    @Argument(help: "The plugin's name; the folder gets it too.") var name: String
    @Option(help: ArgumentHelp("c, cpp, rust, swift or fortran.", valueName: "language")) var language = "c"
    @Option(help: ArgumentHelp("scenario, fill, impact, source or strategy.", valueName: "kind")) var kind =
      "scenario"
    @Flag(help: "One plain function without the header.") var bare = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
      guard let chosen = PluginTemplate.Language(rawValue: language) else {
        let all = PluginTemplate.Language.allCases.map(\.rawValue)
        throw MMSError(
          .invalidValue, "there is no template in '\(language)'", path: "language",
          hint: Suggestion.hint(for: language, among: all) ?? "there is \(all.joined(separator: ", "))")
      }
      guard ModelKind.pluggable.contains(ModelKind(rawValue: kind)) else {
        throw MMSError(
          .invalidValue, "there is no kind of model '\(kind)'", path: "kind",
          hint: Suggestion.hint(for: kind, among: ModelKind.pluggable.map(\.rawValue)))
      }
      let files = try PluginTemplate.files(
        name: name, language: chosen, kind: ModelKind(rawValue: kind), bare: bare)
      if FileManager.default.fileExists(atPath: name) {
        throw MMSError(
          .invalidValue, "'\(name)' is there already and would be overwritten", hint: "choose another name")
      }
      for file in files {
        let path = "\(name)/\(file.path)"
        let folder = Surroundings.folder(of: path) ?? name
        do {
          try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
          try file.contents.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
          throw MMSError(.unavailable, "'\(path)' cannot be written: \(error.localizedDescription)")
        }
      }
      if global.json {
        try Standard.write(["folder": .string(name), "files": .array(files.map { .string($0.path) })])
      } else {
        let trial = PluginTemplate.trial(
          name: name, language: chosen, kind: ModelKind(rawValue: kind), bare: bare)
        try Standard.write(
          """
          \(Figures.count(files.count, "file")) written to \(name). Next:
            make -C \(name)
            mms plugin check \(name)
            mms \(trial.joined(separator: " "))

          """)
      }
    }
  }

  /// `mms plugin list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the plugins that are found, and what keeps others from it.",
      discussion: "Example:\n  mms plugin list")

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let catalogue = try global.runtime().plugins
      if global.json {
        try Standard.write([
          "plugins": .array(catalogue.manifests.map { PluginFacts($0).json }),
          "problems": .array(catalogue.problems.map { .string($0.description) }),
        ])
        return
      }
      var table = TextTable(.left, .left, .left, .left)
      table.head("plugin", "version", "folder", "library")
      for manifest in catalogue.manifests {
        table.add(manifest.name, manifest.version.description, manifest.folder, PluginFacts(manifest).state)
      }
      try Standard.write(
        catalogue.manifests.isEmpty ? "No plugin is installed; --plugin-path names a folder.\n" : table.text)
      for problem in catalogue.problems { Standard.complain("warning: \(problem)") }
    }
  }

  /// `mms plugin inspect`.
  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "inspect",
      abstract: "Show a plugin's manifest and what its library exports, without running it.",
      discussion: "Example:\n  mms plugin inspect Plugins/flash-crash")

    @Argument(help: "A plugin's folder, or a library.", completion: .directory) var path: String
    @OptionGroup var global: GlobalOptions

    func run() throws {
      var facts = try PluginFacts(path: path)
      try facts.readPrototypes(global.runtime())
      if global.json { try Standard.write(facts.json) } else { try Standard.write(facts.text) }
    }
  }
}

/// What can be said of a plugin without running it.
struct PluginFacts {
  private let manifest: PluginManifest?
  private let library: String
  private let image: LibraryImage?
  private var problem: MMSError?
  /// What the library's debug information says of its functions.
  private var prototypes: [String] = []

  /// Looks at a folder's manifest and library, or at a library alone.
  init(path: String) throws(MMSError) {
    if Surroundings.isFolder(path) {
      self.init(try PluginManifest(contentsOf: "\(path)/\(PluginManifest.fileName)"))
    } else {
      self.init(library: path, image: try Self.image(path))
    }
  }

  private init(library: String, image: LibraryImage) {
    manifest = nil
    self.library = library
    self.image = image
    problem = nil
  }

  init(_ manifest: PluginManifest) {
    self.manifest = manifest
    library = manifest.libraryPath
    do throws(MMSError) {
      image = try Self.image(library)
      problem = nil
    } catch {
      image = nil
      problem = error
    }
  }

  /// Lets a child read the library's debug information.
  mutating func readPrototypes(_ runtime: Runtime) {
    guard image != nil else { return }
    do throws(MMSError) {
      prototypes = try runtime.prototypes(inLibrary: library)
    } catch {
      problem = error
    }
  }

  private static func image(_ path: String) throws(MMSError) -> LibraryImage {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw MMSError(.notFound, "there is no library '\(path)'", hint: "build it first, with make")
    }
    return try LibraryImage(Array(bytes), name: path)
  }

  /// The library's digest, or what is wrong with it, in few words.
  var state: String { image.map { String($0.digest.prefix(16)) } ?? problem?.message ?? "" }

  var json: JSONValue {
    var object = JSONObject()
    if let manifest {
      object["name"] = .string(manifest.name)
      object["version"] = .string(manifest.version.description)
      object["summary"] = .string(manifest.summary)
      object["folder"] = .string(manifest.folder)
      object["models"] = .array(
        manifest.models.map {
          ["id": .string($0.descriptor.id), "kind": .string($0.descriptor.kind.rawValue)]
        })
    }
    object["library"] = .string(library)
    object["digest"] = image.map { .string($0.digest) } ?? .null
    object["exports"] = .array((image?.exports ?? []).map { .string($0) })
    object["prototypes"] = .array(prototypes.map { .string($0) })
    object["needs"] = .array((image?.needed ?? []).map { .string($0) })
    if let problem { object["problem"] = .string(problem.description) }
    return .object(object)
  }

  var text: String {
    var text = ""
    if let manifest {
      text += Style.bold("\(manifest.name) \(manifest.version)") + "\n  \(manifest.summary)\n\n"
      for model in manifest.models { text += "  \(model.descriptor.kind)  \(model.descriptor.id)\n" }
      text += "\n"
    }
    text += "library  \(library)\n"
    if let problem { text += "problem  \(problem)\n" }
    guard let image else { return text }
    text += "sha256   \(image.digest)\n"
    text += "exports  \(image.exports.joined(separator: ", "))\n"
    text += "needs    \(image.needed.joined(separator: ", "))\n"
    for (index, prototype) in prototypes.enumerated() {
      text += (index == 0 ? "says     " : "         ") + prototype + "\n"
    }
    return text
  }
}
