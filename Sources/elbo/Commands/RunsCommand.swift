// SPDX-License-Identifier: Apache-2.0
// `elbo runs` and `elbo show`: what has been run, as tables and as JSON.

import ArgumentParser
import EngineKit
import Foundation
import Store

/// The command `elbo runs`.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "runs", abstract: "List the runs.")

    @Flag(help: "Print a JSON array.")
    var json = false

    @OptionGroup var runs: RunsOptions

    func run() throws {
        let (entries, unreadable) = RunCatalog.runs(in: runs.directory)
        if json {
            print(JSONValue.array(entries.map { .object(Self.object($0)) }).indentedText)
        } else if entries.isEmpty {
            print("no runs in \(runs.directory); `elbo run sessions/demo.toml` makes one")
        } else {
            let rows = entries.map { entry in
                [
                    entry.name, entry.engine, entry.state.rawValue,
                    "\(entry.step)" + (entry.totalSteps.map { "/\($0)" } ?? ""),
                    entry.headline.map { "\($0.name) \(SummaryText.number($0.value))" } ?? "–",
                    SummaryText.duration(Date().timeIntervalSince1970 - entry.lastSeen) + " ago",
                ]
            }
            for line in TextTable.lines(header: ["run", "engine", "state", "step", "headline", "last seen"], rows) {
                print(line)
            }
        }
        for (name, reason) in unreadable { printError("elbo: \(name.printable(limit: 100)): \(reason)") }
    }

    private static func object(_ entry: RunEntry) -> JSONObject {
        var object = JSONObject()
        object["name"] = .string(entry.name)
        object["engine"] = .string(entry.engine)
        object["title"] = .string(entry.title)
        object["state"] = .string(entry.state.rawValue)
        object["step"] = .integer(entry.step)
        object["totalSteps"] = entry.totalSteps.map { .integer($0) } ?? .null
        if let headline = entry.headline {
            object["headline"] = ["name": .string(headline.name), "value": .real(headline.value)]
        } else {
            object["headline"] = .null
        }
        object["lastSeen"] = .real(entry.lastSeen)
        object["createdAt"] = .real(entry.createdAt)
        return object
    }
}

/// The command `elbo show RUN`.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "The summary of a run.")

    @Argument(help: ArgumentHelp("Name of the run.", valueName: "run"))
    var name: String

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var runs: RunsOptions

    func run() throws {
        let summary = try explaining {
            let reader = try RunReader(parent: runs.directory, name: name)
            return try reader.summary() ?? Self.partial(reader)
        }
        print(json ? summary.indentedText : SummaryText.lines(summary).joined(separator: "\n"))
    }

    /// What can be said of a run that has not ended properly.
    private static func partial(_ reader: RunReader) throws -> JSONObject {
        let update = try reader.update()
        var object = JSONObject()
        object["engine"] = .string(reader.header.engine)
        object["session"] = .string(reader.header.sessionPath)
        object["name"] = .string(reader.header.name)
        object["title"] = .string(reader.header.title)
        object["state"] = .string(update.state.rawValue)
        if let reason = update.reason { object["reason"] = .string(reason) }
        object["seed"] = .integer(Int(clamping: reader.header.seed))
        object["steps"] = .integer(update.progress?.step ?? 0)
        object["threads"] = .integer(reader.header.threads)
        return object
    }
}

/// Columns of text.
enum TextTable {
    /// Lines with columns as wide as their widest cell.
    static func lines(header: [String], _ rows: [[String]]) -> [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
                .joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
