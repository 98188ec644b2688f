// SPDX-License-Identifier: Apache-2.0
// Runs the built program and collects what it says.

import Foundation
import TestSupport

/// What a finished program left behind.
struct ProgramResult {
    let exitCode: Int32
    let output: String
    let errorText: String
}

/// The root of the checkout, so that session files are found.
let projectRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Runs elbo without a terminal and waits for it.
func runElbo(_ arguments: [String], environment: [String: String] = [:]) throws -> ProgramResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: builtProgram("elbo"))
    process.arguments = arguments
    process.currentDirectoryURL = projectRoot
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: nothing can fill up while the program is waited for.
    let folder = try TemporaryFolder()
    let (out, err) = (folder.file("out", ""), folder.file("err", ""))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: out))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: err))
    try process.run()
    process.waitUntilExit()
    return ProgramResult(
        exitCode: process.terminationStatus, output: try String(contentsOfFile: out, encoding: .utf8),
        errorText: try String(contentsOfFile: err, encoding: .utf8))
}

/// A folder that goes away with its owner.
final class TemporaryFolder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "elbo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file and returns its path.
    func file(_ name: String, _ text: String) -> String {
        _ = FileManager.default.createFile(atPath: path(name), contents: Data(text.utf8))
        return path(name)
    }
}
