// SPDX-License-Identifier: Apache-2.0
// Downloads a file, checks it, and puts it where data sets are looked for; curl, md5sum and tar do the work.

import Datasets
import EngineKit
import Foundation

/// Brings downloads into a data folder.
struct DataFetch {
    /// The data folder; made when it is missing.
    let folder: URL
    /// A place that takes the part of the published one, or `nil`.
    let mirror: String?

    /// Fetches one download, unless everything that it brings is there.
    ///
    /// Nothing appears under its name before it is whole: the transfer goes into a folder beside the target, which goes away
    /// in any case.
    func callAsFunction(_ download: Download) throws {
        let missing = download.paths.filter { !FileManager.default.fileExists(atPath: target($0).path) }
        guard !missing.isEmpty else {
            return printError("\(download.name): already here")
        }
        try makeFolder(folder)
        let staging = folder.appending(path: ".fetch-\(UUID().uuidString)")
        try makeFolder(staging)
        defer { try? FileManager.default.removeItem(at: staging) }
        let file = staging.appending(path: download.name)
        try transfer(download, to: file)
        try check(download, file)
        switch download.content {
        case .file(let path): try keep(file, as: path)
        case .archive(let members):
            let wanted = members.filter { missing.contains($0.path) }
            try run(
                "tar", ["-xzf", file.path, "-C", staging.path, "--"] + wanted.map(\.name), "unpack \(download.name)")
            for member in wanted { try keep(staging.appending(path: member.name), as: member.path) }
        }
    }

    private func target(_ path: String) -> URL { folder.appending(path: path) }

    private func transfer(_ download: Download, to file: URL) throws {
        let place = mirror.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? download.place
        printError("fetching \((place + download.name).printable(limit: 300))")
        // Errors are shown in any case; the bar only where somebody watches.
        let progress = isatty(STDERR_FILENO) == 1 ? ["--progress-bar"] : ["--silent", "--show-error"]
        try run(
            "curl",
            progress + ["--fail", "--location", "--retry", "3", "--output", file.path, "--", place + download.name],
            "fetch \(place + download.name)")
    }

    private func check(_ download: Download, _ file: URL) throws {
        let output = try run("md5sum", [file.path], "check \(download.name)")
        // md5sum begins the line with a backslash when the name has characters that it escapes.
        let found = output.drop { $0 == "\\" }.prefix { $0 != " " }
        guard found == download.md5 else {
            throw CommandFailure.failed(
                "\(download.name): MD5 sum \(String(found).printable(limit: 40)), published \(download.md5); "
                    + "the file is not kept. Try again, or another place with --from URL.")
        }
    }

    private func keep(_ file: URL, as path: String) throws {
        let place = target(path)
        try makeFolder(place.deletingLastPathComponent())
        do {
            try FileManager.default.moveItem(at: file, to: place)
        } catch {
            throw CommandFailure.failed("cannot write \(place.path): \(error.localizedDescription)")
        }
    }

    private func makeFolder(_ url: URL) throws {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure.failed("cannot make the folder \(url.path): \(error.localizedDescription)")
        }
    }

    /// Runs a program of the system to its end.
    ///
    /// - Returns: its standard output; its standard error goes where ours goes.
    @discardableResult
    private func run(_ program: String, _ arguments: [String], _ purpose: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // What env says when there is no such program.
        if process.terminationStatus == 127 {
            throw CommandFailure.failed("cannot \(purpose.printable(limit: 300)): \(program) is not installed")
        }
        guard process.terminationStatus == 0 else {
            throw CommandFailure.failed(
                "cannot \(purpose.printable(limit: 300)): \(program) ended with status \(process.terminationStatus)")
        }
        return text
    }
}
