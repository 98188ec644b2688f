// SPDX-License-Identifier: Apache-2.0
// `elbo export`: a run's numbers for other programs.

import ArgumentParser
import EngineKit
import Foundation
import Store

/// The command `elbo export RUN --format csv|json -o PATH`.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a run's series as CSV or everything as JSON.")

    @Argument(help: ArgumentHelp("Name of the run.", valueName: "run"))
    var name: String

    @Option(help: ArgumentHelp("One of: \(RunExport.formats.joined(separator: ", ")).", valueName: "format"))
    var format = "csv"

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write; - for standard output.", valueName: "path"))
    var output = "-"

    @OptionGroup var runs: RunsOptions

    func run() throws {
        guard RunExport.formats.contains(format) else {
            throw CommandFailure.badUsage(
                "elbo: --format is \(format.printable(limit: 40)), allowed: \(RunExport.formats.joined(separator: ", "))"
            )
        }
        try explaining {
            if output == "-" {
                let text = try RunExport.text(name, runsDirectory: runs.directory, format: format)
                FileHandle.standardOutput.write(Data(text.utf8))
            } else {
                printError(
                    try RunExport.write(name, runsDirectory: runs.directory, format: format, path: output))
            }
        }
    }
}

/// Writes runs in open formats.
enum RunExport {
    /// The formats there are.
    static let formats = ["csv", "json"]

    /// Writes a file, replacing an existing one only when everything has been written.
    ///
    /// - Returns: a sentence that says what was written.
    static func write(_ name: String, runsDirectory: String, format: String, path: String) throws -> String {
        guard formats.contains(format) else {
            throw CommandFailure.badUsage(
                "format \(format.printable(limit: 40)), allowed: \(formats.joined(separator: ", "))")
        }
        let text = try text(name, runsDirectory: runsDirectory, format: format)
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure.failed("cannot write \(path.printable(limit: 200)): \(error.localizedDescription)")
        }
        return "wrote \(path.printable(limit: 200)), \(text.utf8.count) bytes"
    }

    /// The export as text.
    static func text(_ name: String, runsDirectory: String, format: String) throws -> String {
        let reader = try RunReader(parent: runsDirectory, name: name)
        return format == "json" ? try json(reader) : try csv(reader)
    }

    /// Long form, one point a line: `metric,step,epoch,value`; numbers with all their digits, NaN as `nan`.
    private static func csv(_ reader: RunReader) throws -> String {
        var text = "metric,step,epoch,value\n"
        for metric in try reader.metricNames {
            for point in try reader.series(metric) {
                text += "\(metric),\(point.step),\(point.epoch),\(point.value)\n"
            }
        }
        return text
    }

    private static func json(_ reader: RunReader) throws -> String {
        var object = JSONObject()
        object["name"] = .string(reader.header.name)
        object["engine"] = .string(reader.header.engine)
        object["title"] = .string(reader.header.title)
        object["session"] = .string(reader.sessionText)
        object["summary"] = (try reader.summary()).map { .object($0) } ?? .null
        var series = JSONObject()
        for metric in try reader.metricNames {
            let points = try reader.series(metric)
            series[metric] = [
                "step": .array(points.map { .integer($0.step) }), "epoch": .array(points.map { .real($0.epoch) }),
                "value": .array(points.map { .real($0.value) }),
            ]
        }
        object["series"] = .object(series)
        return object.text + "\n"
    }
}
