// SPDX-License-Identifier: Apache-2.0
// `elbo data`: the data sets, where their files are looked for, and how they come there.

import ArgumentParser
import Datasets
import EngineKit
import Foundation

/// The command `elbo data [list|info NAME|fetch NAME]`.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "What data is readable, where it is looked for, how it is fetched.",
        subcommands: [List.self, Info.self, Fetch.self], defaultSubcommand: List.self)

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
            print("or let `elbo data fetch \(kind.name)` do it; it takes them from")
            for place in Set(kind.downloads.map(\.place)).sorted() { print("  \(place)") }
        }
    }

    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Download a data set into a data folder.",
            discussion: """
                Needs curl, and tar for archives. Files that are there already stay as they are. Every download is checked \
                against its published MD5 sum before anything is kept.
                """)

        @Argument(help: "Name of the data set.")
        var name: String

        @Option(help: ArgumentHelp("The data folder; otherwise $ELBO_DATA, then ./data.", valueName: "dir"))
        var data: String?

        @Option(
            help: ArgumentHelp("Another place that has the same files, an address or file:///folder.", valueName: "url")
        )
        var from: String?

        func run() throws {
            try explaining {
                let kind = try datasetKind(named: name)
                guard !kind.downloads.isEmpty else {
                    return print("\(kind.name) is built in: there is nothing to fetch")
                }
                let folder = dataDirectories(data)[0]
                let fetch = DataFetch(folder: URL(fileURLWithPath: folder), mirror: from)
                for download in kind.downloads { try fetch(download) }
                print("\(kind.name) is in \(folder.printable(limit: 200))")
            }
        }
    }

    private static func status(_ kind: DatasetKind, _ folders: [String]) -> String {
        guard case .files = kind.origin else { return "built in" }
        let files = kind.locate(in: folders)
        let found = files.count { $0.found != nil }
        return found == 0 ? "missing" : found == files.count ? "here" : "\(found) of \(files.count) files"
    }
}
