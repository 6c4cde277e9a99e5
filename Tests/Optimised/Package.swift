// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackageDescription

// The tests of all that computes, with optimisation and without the rest of the package: what is promised only
// of optimised code, such as that no step allocates, is asserted here, and every stored reference is replayed,
// so that optimised code has the bits of plain code. The folders are links to the sources.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
]

/// Pages and reference outputs beside the models, which are no sources.
let notes: [String] = {
  let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Sources/MMSModels")
    .resolvingSymlinksInPath().path
  let files = FileManager.default.enumerator(atPath: models)?.compactMap { $0 as? String } ?? []
  return files.filter { $0.hasSuffix(".md") || $0.hasSuffix(".csv") }
}()

let package = Package(
  name: "optimised",
  targets: [
    .target(name: "MMSCore", swiftSettings: settings),
    .target(name: "MMSEngine", dependencies: ["MMSCore"], swiftSettings: settings),
    .target(name: "MMSModels", dependencies: ["MMSCore"], exclude: notes, swiftSettings: settings),
    .target(name: "MMSStudy", dependencies: ["MMSCore", "MMSEngine"], swiftSettings: settings),
    .target(
      name: "MMSReference", dependencies: ["MMSCore", "MMSEngine", "MMSModels", "MMSStudy"],
      swiftSettings: settings),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(
      name: "MMSEngineTests",
      dependencies: ["MMSEngine", "MMSModels", "MMSStudy", "MMSCore", "CAllocationCounter"],
      swiftSettings: settings),
    .testTarget(name: "MMSCoreTests", dependencies: ["MMSCore"], swiftSettings: settings),
    .testTarget(
      name: "MMSStudyTests", dependencies: ["MMSStudy", "MMSEngine", "MMSCore"], swiftSettings: settings),
    .testTarget(
      name: "MMSModelsTests", dependencies: ["MMSModels", "MMSEngine", "MMSCore"], swiftSettings: settings),
    .testTarget(
      name: "MMSReferenceTests",
      dependencies: ["MMSReference", "MMSModels", "MMSEngine", "MMSStudy", "MMSCore"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
