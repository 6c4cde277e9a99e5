// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// One new plugin: what goes into its files.
struct TemplateParts {
  let name: String
  let language: PluginTemplate.Language
  let kind: ModelKind
  let bare: Bool

  /// The name of the type in the model's id: `my-impact` → `MyImpact`.
  var typeName: String {
    name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
  /// The model's id.
  var id: String { "\(name)/\(typeName)-v1" }
  /// What the scenario that uses it is called: names of scenarios have no dashes.
  var scenarioName: String { name.replacing("-", with: "_") }
  /// The shared library beside the manifest.
  var library: String { "lib\(name).so" }
  /// The source file.
  var sourceFile: String {
    let ending =
      switch language {
      case .c: "c"
      case .cpp: "cpp"
      case .rust: "rs"
      case .swift: "swift"
      case .fortran: "f90"
      }
    return "\(name).\(ending)"
  }

  var files: [(path: String, contents: String)] {
    var files: [(path: String, contents: String)] = [
      (sourceFile, source), ("Makefile", makefile), ("plugin.yaml", manifest), ("README.md", readme),
      (".gitignore", "*.so\n*.o\n*.mod\n"),
    ]
    if !bare {
      files.append(("mms_plugin.h", HeaderText.header))
      if language == .rust { files.append(("mms.rs", HeaderText.rustBindings)) }
      if language != .rust {
        files.append(("exports.map", "{ global: mms_plugin_entry_v1; local: *; };\n"))
      }
    }
    if let scenario { files.append(("scenarios/\(scenarioName).yaml", scenario)) }
    return files
  }

  private var source: String {
    let text =
      switch language {
      case .c, .cpp: bare ? CTemplate.bare(kind) : CTemplate.source(kind, isCpp: language == .cpp)
      case .rust: bare ? RustTemplate.bare(kind) : RustTemplate.source(kind)
      case .swift: SwiftTemplate.source(kind)
      case .fortran: FortranTemplate.bare(kind)
      }
    return rendered(text)
  }

  /// A text with this plugin's names in the place of marks.
  func rendered(_ text: String) -> String {
    text.replacing("{{name}}", with: name).replacing("{{type}}", with: typeName).replacing("{{id}}", with: id)
      .replacing("{{library}}", with: library).replacing("{{source}}", with: sourceFile)
      .replacing("{{kind}}", with: kind.rawValue)
      .replacing("{{KIND}}", with: kind.rawValue.uppercased())
      .replacing("{{extern}}", with: language == .cpp ? "extern \"C\" " : "")
  }
}
