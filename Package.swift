// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Every Swift target is compiled with these: Swift 6 language mode, explicit imports, no warnings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Tests are compiled without optimisation, also in release: what they test is optimised, and they are built far quicker.
let testing: [SwiftSetting] = strict + [.unsafeFlags(["-Onone"])]

/// C kernels stay optimised in debug builds too: at -O0 a gradient check would take minutes.
let optimised: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno"])]

/// A Swift target and its test target, the pair that every module of elbo consists of.
func module(
    _ name: String, path: String? = nil, _ dependencies: [Target.Dependency],
    testsNeed: [Target.Dependency] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + testsNeed,
            path: "Tests/\(name)Tests", swiftSettings: testing),
    ]
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let systemLibraries: [Target] = [
    .systemLibrary(name: "CDNNL", path: "Sources/CDNNL"),
    .systemLibrary(name: "CNcurses", path: "Sources/CNcurses"),
    .systemLibrary(name: "CZlib", path: "Sources/CZlib"),
    .target(name: "CPlatform", path: "Sources/CPlatform"),
    .target(name: "CKernels", path: "Sources/CKernels", cSettings: optimised, linkerSettings: [.linkedLibrary("gomp")]),
]

// The arrows of docs/Architecture.md; Tests/ArchitectureTests compares this list with the one written there.
let modules: [[Target]] = [
    module("Probability", ["CKernels", real]),
    module("Diagnostics", ["Probability", real]),
    module("Chains", ["CKernels", "Probability", real], testsNeed: ["Probability", real]),
    module("TensorCore", ["CDNNL", "CKernels"]),
    module("Nets", ["TensorCore", "Probability"]),
    module("Datasets", ["Probability", "CZlib"]),
    module("EngineKit", []),
    module("Training", ["EngineKit", "Nets", "TensorCore", "Datasets", "Probability"]),
    module(
        "StructuredPruning", path: "Sources/Engines/StructuredPruning",
        ["EngineKit", "Training", "Nets", "TensorCore", "Datasets", "Probability"]),
    module(
        "StochasticBatchNorm", path: "Sources/Engines/StochasticBatchNorm",
        ["EngineKit", "Training", "Diagnostics", "Nets", "TensorCore", "Datasets", "Probability", real]),
    module(
        "LearnedProposals", path: "Sources/Engines/LearnedProposals",
        ["EngineKit", "Training", "Chains", "Diagnostics", "Nets", "TensorCore", "Datasets", "Probability"],
        testsNeed: ["Chains"]),
    module("SessionFile", ["EngineKit", toml]),
    module("Store", ["EngineKit", grdb]),
    module(
        "Runner",
        [
            "EngineKit", "Training", "StructuredPruning", "StochasticBatchNorm", "LearnedProposals", "Store",
            "SessionFile", "Datasets", "CPlatform",
        ]),
    module("Screen", []),
    module("Workbench", ["Screen", "EngineKit", "Diagnostics"]),
    module(
        "Terminal", ["Screen", "CNcurses", "CPlatform"], testsNeed: ["Screen", "CNcurses", "CPlatform", "TerminalDemo"]),
]

let package = Package(
    name: "elbo",
    products: [.executable(name: "elbo", targets: ["elbo"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    ],
    targets: systemLibraries + modules.flatMap { $0 } + [
        .executableTarget(
            name: "elbo",
            dependencies: [
                "Runner", "Workbench", "Terminal", "Screen", "SessionFile", "EngineKit", "Store", "Datasets",
                "Diagnostics", "CPlatform", arguments,
            ],
            path: "Sources/elbo", swiftSettings: strict),
        .executableTarget(
            name: "bench",
            dependencies: [
                "TensorCore", "Nets", "Chains", "EngineKit", "StructuredPruning", "StochasticBatchNorm",
                "LearnedProposals", "Probability",
            ],
            path: "Sources/bench", exclude: ["peer_torch.py"], swiftSettings: strict),
        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .target(
            name: "TestSupport", dependencies: ["CTestSupport", "EngineKit"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .executableTarget(
            name: "TerminalDemo", dependencies: ["Terminal", "Screen"], path: "Tests/TerminalDemo",
            swiftSettings: strict),
        .executableTarget(
            name: "latency", dependencies: ["CTestSupport"], path: "Tests/Latency", swiftSettings: strict),
        .testTarget(
            name: "CKernelsTests", dependencies: ["CKernels", "TestSupport"], path: "Tests/CKernelsTests",
            swiftSettings: testing),
        .testTarget(name: "ArchitectureTests", path: "Tests/ArchitectureTests", swiftSettings: testing),
        .testTarget(
            name: "EndToEndTests", dependencies: ["TestSupport", "EngineKit", "elbo"], path: "Tests/EndToEndTests",
            swiftSettings: testing),
    ]
)
