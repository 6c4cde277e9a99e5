// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension TemplateParts {
  /// How to build it: `make` alone.
  var makefile: String {
    let needs = bare ? "" : language == .rust ? " mms.rs" : " mms_plugin.h exports.map"
    let map = bare ? "" : " -Wl,--version-script=exports.map"
    let hidden = bare ? "" : " -fvisibility=hidden"
    let (settings, command) =
      switch language {
      case .c:
        (
          "CC ?= cc\nCFLAGS = -std=c11 -O2 -fPIC\(hidden) -ffp-contract=off -Wall -Wextra",
          "$(CC) $(CFLAGS) -shared\(map) -o $@ $< -lm"
        )
      case .cpp:
        (
          "CXX ?= c++\n"
            + "CXXFLAGS = -std=c++17 -O2 -fPIC\(hidden) -fno-gnu-unique -ffp-contract=off -Wall -Wextra",
          "$(CXX) $(CXXFLAGS) -shared\(map) -o $@ $< -static-libstdc++ -static-libgcc -lm"
        )
      case .rust:
        (
          "RUSTC ?= rustc\nRUSTFLAGS = --edition 2021 --crate-type cdylib -C opt-level=3 -C panic=unwind",
          "$(RUSTC) $(RUSTFLAGS) -o $@ $<"
        )
      case .swift:
        (
          "SWIFTC ?= swiftc\n"
            + "SWIFTFLAGS = -swift-version 6 -O -parse-as-library -static-stdlib -module-name \(typeName)",
          "$(SWIFTC) $(SWIFTFLAGS) -import-objc-header mms_plugin.h -emit-library -o $@ $< \\\n"
            + "\t  -Xlinker --version-script=exports.map -Xlinker -Bsymbolic"
        )
      case .fortran:
        (
          "FC = gfortran\nFFLAGS = -std=f2008 -O2 -fPIC -ffp-contract=off -Wall",
          "$(FC) $(FFLAGS) -shared -o $@ $<"
        )
      }
    return """
      # `make` builds \(library); then: mms plugin check .
      \(settings)

      .PHONY: all clean
      all: \(library)

      \(library): \(sourceFile)\(needs)
      \t\(command)

      clean:
      \trm -f \(library)

      """
  }

  /// The scenario that uses it; nil for kinds that scenarios do not name.
  var scenario: String? {
    guard kind != .source, kind != .strategy else { return nil }
    let change =
      kind == .scenario ? "Spreads wider and books thinner" : "The \(kind) model of the plugin \(name)"
    return """
      apiVersion: mms/v1
      kind: Scenario
      metadata:
        name: \(scenarioName)
        version: 1
        summary: \(change), otherwise normal.
        source: The plugin \(name), whose README says where its numbers come from.
      extends: [normal]
      spec:
        plugins: [{name: \(name), version: "^1.0"}]
        models:
          \(kind): {use: \(id)}

      """
  }

  /// The words after `mms` that simulate with it.
  func trial(folder: String) -> [String] {
    let words = ["simulate", "--plugin-path", folder, "--period", "7d"]
    return switch kind {
    case .strategy: words + ["--symbol", "BTCUSDT", "--scenario", "normal", "--strategy", id]
    case .source: words + ["--symbol", "WAVE", "--scenario", "normal", "--data", "plugin:\(id)"]
    default: words + ["--symbol", "BTCUSDT", "--scenario", scenarioName]
    }
  }

  /// What it is, for people.
  var readme: String {
    """
    # \(name)

    \(TemplateModel(kind: kind, bare: bare).summary) Exchange the law in `\(sourceFile)`, say the same in
    `plugin.yaml` (parameters in the order of the source, and at least one row of tests), and check it:

    ```console
    make
    mms plugin check .
    mms \(trial(folder: ".").joined(separator: " "))
    ```

    A loaded library has full trust: it can do all that the program can.

    ## Equations

    \(TemplateModel(kind: kind, bare: bare).equations)

    ## Source

    Where the equation and its numbers come from: the example that MMS writes; no measurement.

    """
  }
}
