// SPDX-License-Identifier: Apache-2.0
// The arrows between targets are law: the manifest and every import must agree with docs/Architecture.md.

import Foundation
import Testing

/// The root of the checkout, from the place of this file.
private let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Modules of the toolchain and the system that any target may import.
private let everywhere: Set<String> = ["Glibc", "Synchronization", "Foundation", "Dispatch"]

/// Targets that stay free of Foundation: faster builds, no locale surprises.
private let withoutFoundation: Set<String> = [
    "Probability", "Diagnostics", "Chains", "TensorCore", "Nets", "Datasets", "Screen", "Workbench",
]

/// The arrows as written in docs/Architecture.md.
private func writtenArrows() throws -> [String: Set<String>] {
    let text = try String(contentsOf: root.appending(path: "docs/Architecture.md"), encoding: .utf8)
    let block = try #require(text.split(separator: "```arrows\n").last?.split(separator: "```").first)
    var arrows: [String: Set<String>] = [:]
    for line in block.split(separator: "\n") {
        let sides = line.split(separator: "->", omittingEmptySubsequences: false)
        arrows[sides[0].trimmingCharacters(in: .whitespaces)] = Set(sides[1].split(separator: " ").map(String.init))
    }
    return arrows
}

/// The part of `swift package dump-package` that the arrows need.
private struct Manifest: Decodable {
    struct Target: Decodable {
        let name: String
        let type: String
        let path: String?
        let dependencies: [[String: [Dependency?]]]

        /// Whether it holds C or wraps a system library: its name is a C before a name.
        var isOfC: Bool { name.hasPrefix("C") && name.dropFirst().first?.isUppercase == true }
    }

    enum Dependency: Decodable {
        case name(String)
        case other

        init(from decoder: any Decoder) throws {
            self = (try? decoder.singleValueContainer().decode(String.self)).map(Dependency.name) ?? .other
        }
    }

    let targets: [Target]
}

private func manifest() throws -> Manifest {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["swift", "package", "--ignore-lock", "--package-path", root.path, "dump-package"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Manifest.self, from: data)
}

@Suite struct Arrows {
    @Test func manifestHasExactlyTheWrittenArrows() throws {
        let written = try writtenArrows()
        var found: [String: Set<String>] = [:]
        for target in try manifest().targets where target.type == "regular" || target.type == "executable" {
            guard target.path?.hasPrefix("Sources/") == true, !target.isOfC else { continue }
            found[target.name] = Set(
                target.dependencies.flatMap { $0.values }.compactMap { parts in
                    if case .name(let name)?? = parts.first { name } else { nil }
                })
        }
        #expect(found == written)
    }

    @Test func everyImportIsAnArrow() throws {
        for target in try manifest().targets where target.type == "regular" || target.type == "executable" {
            guard let path = target.path, path.hasPrefix("Sources/"), !target.isOfC else { continue }
            let allowed = try #require(try writtenArrows()[target.name])
            let files = FileManager.default.enumerator(at: root.appending(path: path), includingPropertiesForKeys: nil)
            for case let file as URL in try #require(files) where file.pathExtension == "swift" {
                for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                    let words = line.split(separator: " ")
                    guard let index = words.firstIndex(of: "import"), index <= 1, words.count > index + 1 else {
                        continue
                    }
                    // `import struct GRDB.Row` names the kind of declaration before the module.
                    let isKind = ["struct", "class", "enum", "func"].contains(words[index + 1])
                    let name = words[index + (isKind ? 2 : 1)]
                    let imported = String(name.split(separator: ".")[0])
                    guard index == 0 || ["public", "package", "internal", "private"].contains(words[0]) else {
                        continue
                    }
                    #expect(
                        allowed.contains(imported) || everywhere.contains(imported),
                        "\(file.lastPathComponent) of \(target.name) imports \(imported)")
                    #expect(
                        imported != "Foundation" || !withoutFoundation.contains(target.name),
                        "\(file.lastPathComponent) of \(target.name) imports Foundation")
                }
            }
        }
    }

    @Test func writtenArrowsHaveNoCycle() throws {
        var left = try writtenArrows()
        while !left.isEmpty {
            let free = left.filter { $0.value.isDisjoint(with: left.keys) }.keys
            try #require(!free.isEmpty, "a cycle among \(left.keys.sorted())")
            for name in free { left[name] = nil }
        }
    }
}
