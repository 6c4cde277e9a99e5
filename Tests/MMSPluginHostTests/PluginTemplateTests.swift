// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

@testable import MMSPluginHost

/// One folder that `mms plugin new` can write.
struct TemplateChoice: Sendable, CustomTestStringConvertible {
  let language: PluginTemplate.Language
  let kind: ModelKind
  let bare: Bool

  var testDescription: String { "\(language.rawValue) \(kind)\(bare ? " bare" : "")" }

  static let all: [TemplateChoice] = PluginTemplate.Language.allCases.flatMap { language in
    [false, true].flatMap { bare in
      PluginTemplate.kinds(language, bare: bare).map {
        TemplateChoice(language: language, kind: $0, bare: bare)
      }
    }
  }
}

@Suite("Templates of plugins")
struct PluginTemplateTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("Every template builds with make alone, without a warning", arguments: TemplateChoice.all)
  func everyTemplateBuilds(_ choice: TemplateChoice) throws {
    let compiler =
      switch choice.language {
      case .c: "cc"
      case .cpp: "c++"
      case .rust: "rustc"
      case .swift: "swiftc"
      case .fortran: "gfortran"
      }
    guard try run(["sh", "-c", "command -v \(compiler)"], in: Self.root).status == 0 else {
      print("skipped: there is no \(compiler) here to build a template with")
      return
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "mms-template-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in try PluginTemplate.files(
      name: "my-model", language: choice.language, kind: choice.kind, bare: choice.bare)
    {
      let url = folder.appending(path: file.path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try file.contents.write(to: url, atomically: true, encoding: .utf8)
      #expect(file.contents.hasSuffix("\n"), "\(file.path) ends without a newline")
      #expect(!file.contents.contains("{{"), "\(file.path) has a mark that nothing was put in the place of")
    }
    let made = try run(["make", "-s"], in: folder)
    #expect(made.status == 0)
    #expect(made.output == "")
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "libmy-model.so").path))
    if choice.bare { try runTestRows(folder.path, choice.kind) }
  }

  /// Loads what was built: making a model runs the test rows of its manifest.
  private func runTestRows(_ folder: String, _ kind: ModelKind) throws {
    let catalogue = PluginCatalogue(directories: [folder])
    #expect(catalogue.problems.map(\.description) == [])
    let entry = try #require(catalogue.entries().first)
    let values = try ParameterResolver.resolve(
      [], schema: entry.descriptor.parameters, owner: "my-model", path: "params")
    switch entry.factory {
    case .scenario(let make): _ = try make(values)
    case .fill(let make): _ = try make(values)
    case .impact(let make): _ = try make(values)
    default: Issue.record("a bare function became a \(kind) model")
    }
  }

  @Test("The texts that folders get are those of the repository")
  func textsAreThoseOfTheRepository() throws {
    let header = Self.root.appending(path: "Sources/CMMSPlugin/include/mms_plugin.h")
    #expect(try String(contentsOf: header, encoding: .utf8) == HeaderText.header)
    let bindings = Self.root.appending(path: "Plugins/liquidity-regimes/mms.rs")
    #expect(try String(contentsOf: bindings, encoding: .utf8) == HeaderText.rustBindings)
  }

  @Test(
    "Names that could be no library's are refused",
    arguments: ["", "A", "1a", "a/b", "a b", "../a", "a-", "ä"])
  func badNamesAreRefused(_ name: String) {
    #expect(throws: MMSError.self) {
      try PluginTemplate.files(name: name, language: .c, kind: .impact, bare: false)
    }
  }

  @Test("What nobody offers is refused with what there is")
  func missingCombinationsAreRefused() {
    for (language, kind, bare) in [
      (PluginTemplate.Language.swift, ModelKind.impact, true), (.fortran, .impact, false),
      (.c, .strategy, true),
    ] {
      do throws(MMSError) {
        _ = try PluginTemplate.files(name: "a", language: language, kind: kind, bare: bare)
        Issue.record("\(language) \(kind) was written")
      } catch {
        #expect(error.hint != nil)
      }
    }
  }

  private func run(_ words: [String], in folder: URL) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
