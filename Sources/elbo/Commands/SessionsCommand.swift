// SPDX-License-Identifier: Apache-2.0
// `elbo sessions` and `elbo data`: what can be run, and on what.

import ArgumentParser
import Datasets
import EngineKit
import Foundation
import Workbench

/// The command `elbo sessions`.
struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "The session files that ship, one line each.")

    func run() throws {
        let rows = SessionCatalog.summaries().map { [$0.path, $0.engine, $0.title] }
        guard !rows.isEmpty else {
            throw CommandFailure.failed(
                "no session files in ./\(SessionCatalog.folder); start elbo in the project's folder")
        }
        for line in TextTable.lines(header: ["session", "engine", "title"], rows) { print(line) }
    }
}

/// The command `elbo data [list|info NAME]`.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "What data is readable, where it is looked for, how it is fetched.",
        subcommands: [List.self, Info.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All data sets, and which of them are here.")

        @Option(help: ArgumentHelp("Folder of data sets; otherwise $ELBO_DATA, then ./data.", valueName: "dir"))
        var data: String?

        func run() throws {
            let folders = dataDirectories(data)
            let rows = allDatasets.map { [$0.name, $0.shape.description, status($0, folders), $0.summary] }
            for line in TextTable.lines(header: ["name", "shape", "status", "what"], rows) { print(line) }
            print("looked for in: \(folders.joined(separator: ", "))")
        }
    }

    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One data set and its files.")

        @Argument(help: "Name of the data set.")
        var name: String

        @Option(help: ArgumentHelp("Folder of data sets; otherwise $ELBO_DATA, then ./data.", valueName: "dir"))
        var data: String?

        func run() throws {
            let kind = try explaining { try datasetKind(named: name) }
            print("\(kind.name): \(kind.summary)")
            print("shape \(kind.shape), \(kind.classNames.count) classes: \(kind.classNames.joined(separator: ", "))")
            guard case .files = kind.origin else { return print("built in: drawn from the seed of the run") }
            for (file, found) in kind.locate(in: dataDirectories(data)) {
                print("  \(file.candidates.joined(separator: " or ")): \(found ?? "missing")")
            }
            print("put the files into one of: \(dataDirectories(data).joined(separator: ", "))")
        }
    }

    private static func status(_ kind: DatasetKind, _ folders: [String]) -> String {
        guard case .files = kind.origin else { return "built in" }
        let files = kind.locate(in: folders)
        let found = files.count { $0.found != nil }
        return found == 0 ? "missing" : found == files.count ? "here" : "\(found) of \(files.count) files"
    }
}
