// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackageDescription

// Everything that reads what others wrote, with libFuzzer and the address sanitizer inside: `make fuzz`. The folders
// are links to the sources; readers of files without the database, which no parser needs.
let sanitizers: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .unsafeFlags(["-sanitize=fuzzer,address"]),
]

/// Pages and reference outputs beside the models, which are no sources.
let notes: [String] = {
  let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Sources/MMSModels")
    .resolvingSymlinksInPath().path
  let files = FileManager.default.enumerator(atPath: models)?.compactMap { $0 as? String } ?? []
  return files.filter { $0.hasSuffix(".md") || $0.hasSuffix(".csv") }
}()

let package = Package(
  name: "fuzz",
  targets: [
    .systemLibrary(name: "CYAML", path: "Sources/CYAML", pkgConfig: "yaml-0.1"),
    .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib"),
    .target(name: "MMSCore", swiftSettings: sanitizers),
    .target(name: "MMSEngine", dependencies: ["MMSCore"], swiftSettings: sanitizers),
    .target(name: "MMSModels", dependencies: ["MMSCore"], exclude: notes, swiftSettings: sanitizers),
    .target(name: "MMSStudy", dependencies: ["MMSCore", "MMSEngine"], swiftSettings: sanitizers),
    .target(name: "MMSYAML", dependencies: ["MMSCore", "CYAML"], swiftSettings: sanitizers),
    .target(name: "MMSScenario", dependencies: ["MMSCore", "MMSYAML"], swiftSettings: sanitizers),
    .target(name: "MMSData", dependencies: ["MMSCore", "CZlib"], swiftSettings: sanitizers),
    .target(
      name: "MMSRuntime", dependencies: ["MMSCore", "MMSEngine", "MMSModels", "MMSStudy", "MMSData"],
      swiftSettings: sanitizers),
    .executableTarget(
      name: "FuzzParsers",
      dependencies: ["MMSCore", "MMSData", "MMSRuntime", "MMSScenario", "MMSModels", "MMSStudy"],
      swiftSettings: sanitizers + [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]),
  ],
  swiftLanguageModes: [.v6]
)
