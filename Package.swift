// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// A library that only the service needs.
func service(_ product: String, _ package: String) -> Target.Dependency {
  .product(name: product, package: package, condition: .when(traits: ["Service"]))
}

// Results are promised to the bit, so every dependency is pinned with `exact:`.
let package = Package(
  name: "mms",
  products: [
    .library(name: "MMSCore", targets: ["MMSCore"]),
    .library(name: "MMSEngine", targets: ["MMSEngine"]),
    .library(name: "MMSModels", targets: ["MMSModels"]),
    .library(name: "MMSRuntime", targets: ["MMSRuntime"]),
    .library(name: "MMSPluginKit", targets: ["MMSPluginKit"]),
    .library(name: "queue-race", type: .dynamic, targets: ["QueueRace"]),
    .library(name: "swift-twins", type: .dynamic, targets: ["SwiftTwins"]),
    .executable(name: "mms", targets: ["mms"]),
  ],
  traits: [
    .trait(
      name: "Service",
      description: "The service host: HTTP, gRPC, workers, cache. Off: engine and command line only."),
    .default(enabledTraits: ["Service"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    // Of the trait Service only; without it none of these is even fetched.
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
  ],
  targets: [
    // System libraries, one shim each.
    .systemLibrary(
      name: "CYAML", path: "Sources/CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .systemLibrary(
      name: "CFFI", path: "Sources/CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),
    // libdw of elfutils: what a library's debug information says of its functions.
    .systemLibrary(
      name: "CDwarf", path: "Sources/CDwarf", pkgConfig: "libdw", providers: [.apt(["libdw-dev"])]),

    .systemLibrary(
      name: "CZeroMQ", path: "Sources/CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(
      name: "CHiredis", path: "Sources/CHiredis", providers: [.apt(["libhiredis-dev"])]),

    // The C header that plugins are written against: the one source of truth of the ABI.
    .target(name: "CMMSPlugin"),
    // Rounding, flush-to-zero and masks of the floating-point unit as one word.
    .target(name: "CFloatingPoint"),

    // Protocols, values, draws, math. Imports nothing but the standard library.
    .target(name: "MMSCore"),
    .target(name: "MMSEngine", dependencies: ["MMSCore"]),
    .target(
      name: "MMSModels", dependencies: ["MMSCore"],
      // Beside each model: what it means, and an output that a test replays.
      exclude: [
        "Scenario/BlockBootstrap",
        "Scenario/Brownian",
        "Scenario/GarchT",
        "Scenario/Hawkes",
        "Scenario/Heston",
        "Scenario/History",
        "Scenario/JumpCascade",
        "Scenario/Merton",
        "Scenario/OrnsteinUhlenbeck",
        "Scenario/RegimeSwitch",
        "Scenario/Stress",
        "Fill/KnownQueue",
        "Fill/LogQueue",
        "Fill/PowerQueue",
        "Fill/Probability",
        "Fill/QueuePosition",
        "Fill/RiskAverseQueue",
        "Fill/Touch",
        "Fill/VolumeShare",
        "Flow/ContStoikovTalreja",
        "Flow/Hawkes",
        "Flow/LatentLiquidity",
        "Flow/QueueReactive",
        "Flow/ZeroIntelligence",
        "Impact/Almgren2005",
        "Impact/Linear",
        "Impact/AlmgrenChriss",
        "Impact/None",
        "Impact/ObizhaevaWang",
        "Impact/Propagator",
        "Impact/SquareRoot",
        "Strategy/AvellanedaStoikov",
        "Strategy/AlmgrenChriss",
        "Strategy/BuyAndHold",
        "Strategy/POV",
        "Strategy/TWAP",
        "Strategy/Threshold",
        "Strategy/VWAP",
      ].flatMap { ["\($0)/README.md", "\($0)/reference.csv"] }),
    .target(name: "MMSYAML", dependencies: ["MMSCore", "CYAML"]),
    .target(name: "MMSScenario", dependencies: ["MMSCore", "MMSYAML"]),
    .target(
      name: "MMSStore",
      dependencies: ["MMSCore", .product(name: "GRDB", package: "GRDB.swift")]),
    .target(name: "MMSData", dependencies: ["MMSCore", "MMSStore", "CZlib"]),
    .target(name: "MMSStudy", dependencies: ["MMSCore", "MMSEngine"]),
    .target(name: "MMSReport", dependencies: ["MMSCore", "MMSEngine", "MMSStudy"]),
    // Models from shared libraries.
    .target(
      name: "MMSPluginHost",
      dependencies: ["MMSCore", "MMSYAML", "CMMSPlugin", "CFFI", "CDwarf", "CFloatingPoint"]),
    // What malloc has handed out, and what it keeps.
    .target(name: "CHeap"),
    // Whether a plugin keeps its promises.
    .target(
      name: "MMSConformance", dependencies: ["MMSCore", "MMSPluginHost", "CMMSPlugin", "CHeap"]),
    // For authors of plugins in Swift.
    .target(name: "MMSPluginKit", dependencies: ["MMSCore", "CMMSPlugin"]),
    // The example of a plugin in Swift.
    .target(
      name: "QueueRace", dependencies: ["MMSPluginKit", "MMSCore", "CMMSPlugin"],
      path: "Plugins/queue-race/Sources"),
    // Built-in models exported once more, for the tests that compare bytes.
    .target(
      name: "SwiftTwins", dependencies: ["MMSPluginKit", "MMSModels", "MMSCore", "CMMSPlugin"],
      path: "Tests/TwinPlugins/swift-twins/Sources"),
    // Published experiments, run again with the modules above.
    .target(name: "MMSReference", dependencies: ["MMSCore", "MMSEngine", "MMSModels", "MMSStudy"]),
    .target(
      name: "MMSRuntime",
      dependencies: [
        "MMSCore", "MMSEngine", "MMSModels", "MMSScenario", "MMSStore", "MMSData", "MMSStudy",
        "MMSReport", "MMSPluginHost",
      ]),
    // External data: the exchange's REST interface.
    .target(
      name: "MMSExchange",
      dependencies: [
        "MMSCore", "MMSData", "MMSStore",
        service("AsyncHTTPClient", "async-http-client"), service("NIOCore", "swift-nio"),
        service("NIOPosix", "swift-nio"), service("NIOHTTP1", "swift-nio"),
      ]),
    // The service host: HTTP, gRPC, broker and workers, cache, figures.
    .target(
      name: "MMSServer",
      dependencies: [
        "MMSRuntime", "MMSScenario", "MMSStore", "MMSStudy", "MMSReport", "MMSPluginHost", "MMSCore",
        .target(name: "CZeroMQ", condition: .when(traits: ["Service"])),
        .target(name: "CHiredis", condition: .when(traits: ["Service"])),
        service("Hummingbird", "hummingbird"), service("HummingbirdCore", "hummingbird"),
        service("NIOHTTPTypes", "swift-nio-extras"),
        service("ServiceLifecycle", "swift-service-lifecycle"),
        service("UnixSignals", "swift-service-lifecycle"), service("Logging", "swift-log"),
        service("CoreMetrics", "swift-metrics"),
        service("HTTPTypes", "swift-http-types"),
        service("NIOCore", "swift-nio"), service("NIOHTTP1", "swift-nio"),
        service("SwiftProtobuf", "swift-protobuf"), service("GRPCCore", "grpc-swift-2"),
        service("GRPCNIOTransportHTTP2", "grpc-swift-nio-transport"),
        service("GRPCProtobuf", "grpc-swift-protobuf"),
      ],
      exclude: ["GRPC/mms.proto", "GRPC/health.proto"]),
    .target(
      name: "MMSCommands",
      dependencies: [
        .target(name: "MMSServer", condition: .when(traits: ["Service"])),
        .target(name: "MMSExchange", condition: .when(traits: ["Service"])),
        service("Logging", "swift-log"), service("NIOCore", "swift-nio"), service("NIOPosix", "swift-nio"),
        "MMSRuntime", "MMSCore", "MMSEngine", "MMSModels", "MMSScenario", "MMSStore", "MMSData",
        "MMSStudy", "MMSReport", "MMSYAML", "MMSReference", "MMSPluginHost",
        "MMSConformance", "CHeap",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "mms", dependencies: ["MMSCommands"]),

    .testTarget(name: "MMSCoreTests", dependencies: ["MMSCore"]),
    // malloc, counted: the engine may not allocate per step.
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(
      name: "MMSEngineTests",
      dependencies: ["MMSEngine", "MMSModels", "MMSStudy", "MMSCore", "CAllocationCounter"]),
    .testTarget(name: "MMSModelsTests", dependencies: ["MMSModels", "MMSEngine", "MMSCore"]),
    .testTarget(
      name: "MMSReferenceTests",
      dependencies: ["MMSReference", "MMSModels", "MMSEngine", "MMSStudy", "MMSCore"]),
    .testTarget(
      name: "MMSPluginHostTests",
      dependencies: ["MMSPluginHost", "MMSYAML", "MMSModels", "MMSEngine", "MMSCore", "CMMSPlugin"]),
    .testTarget(
      name: "MMSPluginKitTests",
      dependencies: ["MMSPluginKit", "QueueRace", "MMSModels", "MMSCore", "CMMSPlugin"]),
    .testTarget(name: "MMSYAMLTests", dependencies: ["MMSYAML", "MMSCore"]),
    .testTarget(
      name: "MMSScenarioTests", dependencies: ["MMSScenario", "MMSYAML", "MMSModels", "MMSCore"]),
    .testTarget(
      name: "MMSDataTests",
      dependencies: [
        "MMSData", "MMSStore", "MMSCore", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "MMSStudyTests", dependencies: ["MMSStudy", "MMSEngine", "MMSCore"]),
    .testTarget(
      name: "MMSRuntimeTests",
      dependencies: [
        "MMSRuntime", "MMSStudy", "MMSScenario", "MMSModels", "MMSEngine", "MMSData", "MMSStore",
        "MMSReport", "MMSCore",
      ]),
    .testTarget(
      name: "MMSCommandsTests",
      dependencies: [
        "mms", "MMSCommands", "MMSRuntime", "MMSEngine", "MMSStudy", "MMSPluginHost", "MMSStore",
        "MMSData", "MMSCore",
      ]),
    .testTarget(
      name: "MMSExchangeTests",
      dependencies: [
        "mms", "MMSExchange", "MMSData", "MMSStore", "MMSCore",
        service("NIOCore", "swift-nio"), service("NIOPosix", "swift-nio"), service("NIOHTTP1", "swift-nio"),
      ]),
    .testTarget(
      name: "MMSServerTests",
      dependencies: [
        "mms", "MMSServer", "MMSRuntime", "MMSStore", "MMSCore",
        .product(name: "GRDB", package: "GRDB.swift"), service("Hummingbird", "hummingbird"),
        service("HummingbirdTesting", "hummingbird"), service("Metrics", "swift-metrics"),
        service("AsyncHTTPClient", "async-http-client"), service("Logging", "swift-log"),
        service("ServiceLifecycle", "swift-service-lifecycle"), service("HTTPTypes", "swift-http-types"),
        service("NIOCore", "swift-nio"), service("NIOPosix", "swift-nio"),
        service("GRPCCore", "grpc-swift-2"),
        service("GRPCNIOTransportHTTP2", "grpc-swift-nio-transport"),
        service("GRPCProtobuf", "grpc-swift-protobuf"), service("SwiftProtobuf", "swift-protobuf"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// The same language settings everywhere; a target that needs less must say why beside it.
for target in package.targets where target.type != .system {
  var settings = target.swiftSettings ?? []
  settings += [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335: an erased call is visible where it happens
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409: dependencies do not leak
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444: members come from what a file imports
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .strictMemorySafety(),  // SE-0458: every unsafe use is marked
  ]
  target.swiftSettings = settings
}
