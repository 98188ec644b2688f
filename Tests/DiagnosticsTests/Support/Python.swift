// SPDX-License-Identifier: Apache-2.0
// Runs a Python script over a folder of files, for tests that ask other programs whether they can read what elbo wrote.

import Foundation

/// The Python of `ELBO_PYTHON`, else `python3`, if it can import a module.
func python(importing module: String) -> String? {
    let program = ProcessInfo.processInfo.environment["ELBO_PYTHON"] ?? "python3"
    return (try? runPython(program, "import \(module)", [])) == nil ? nil : program
}

/// What a script prints.
///
/// - Throws: when it cannot be started or fails; its complaint is in the error.
func runPython(_ program: String, _ script: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "-W", "ignore", "-c", script] + arguments
    let (output, complaint) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = complaint
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complained = complaint.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw PythonFailure(text: String(decoding: complained, as: UTF8.self))
    }
    return String(decoding: printed, as: UTF8.self)
}

struct PythonFailure: Error {
    var text: String
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
    func file(_ name: String, _ bytes: [UInt8]) -> String {
        _ = FileManager.default.createFile(atPath: path(name), contents: Data(bytes))
        return path(name)
    }
}
