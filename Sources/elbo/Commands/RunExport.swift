// SPDX-License-Identifier: Apache-2.0
// What `elbo export` and `:export` can write: a table of formats, each with its way from a run to files.

import Diagnostics
import EngineKit
import Foundation
import Store

/// A way to write a run's numbers for other programs.
struct ExportFormat: Sendable {
    /// The name on the command line.
    let name: String
    /// What is written, for help.
    let summary: String
    /// Whether it is text that can go to standard output.
    let isText: Bool
    /// The files: what each one's name ends with, put between the stem and the extension of the path, and its bytes.
    let files: @Sendable (RunReader) throws -> [(suffix: String, bytes: Data)]
}

/// Writes runs in open formats.
enum RunExport {
    /// The formats there are.
    static let all: [ExportFormat] = [
        ExportFormat(name: "csv", summary: "series, one point a line", isText: true) { reader in
            [("", Data(try SeriesExport.csv(reader).utf8))]
        },
        ExportFormat(name: "json", summary: "session, result and series", isText: true) { reader in
            [("", Data(try SeriesExport.json(reader).utf8))]
        },
        ExportFormat(
            name: "draws", summary: "kept draws, a CSV file per chain that CmdStanPy and ArviZ read", isText: false
        ) { try DrawsExport($0).chainFiles },
        ExportFormat(name: "npz", summary: "kept draws as a NumPy archive", isText: false) { reader in
            [("", Data(try DrawsExport(reader).archive))]
        },
        ExportFormat(
            name: "statistics", summary: "fitted batch statistics of sbn as safetensors", isText: false
        ) { reader in [("", Data(try StatisticsExport.file(reader)))] },
    ]

    /// The names of the formats.
    static var names: [String] { all.map(\.name) }

    /// The format of a name.
    static func format(_ name: String) throws -> ExportFormat {
        guard let format = all.first(where: { $0.name == name }) else {
            throw CommandFailure.badUsage(
                "elbo: format \(name.printable(limit: 40)), allowed: \(names.joined(separator: ", "))")
        }
        return format
    }

    /// Writes files, replacing existing ones only when everything has been made.
    ///
    /// - Returns: a sentence that says what was written.
    static func write(_ name: String, runsDirectory: String, format: String, path: String) throws -> String {
        let format = try Self.format(format)
        let files = try format.files(try RunReader(parent: runsDirectory, name: name))
        let url = URL(fileURLWithPath: path)
        let (stem, ending) = (url.deletingPathExtension().path, url.pathExtension)
        var total = 0
        for file in files {
            let place = file.suffix.isEmpty ? path : stem + file.suffix + (ending.isEmpty ? "" : "." + ending)
            do {
                try file.bytes.write(to: URL(fileURLWithPath: place), options: .atomic)
            } catch {
                throw CommandFailure.failed(
                    "cannot write \(place.printable(limit: 200)): \(error.localizedDescription)")
            }
            total += file.bytes.count
        }
        let shown = path.printable(limit: 200)
        guard files.count > 1, let first = files.first, let last = files.last else {
            return "wrote \(shown), \(total) bytes"
        }
        return "wrote \(files.count) files beside \(shown), \(first.suffix) to \(last.suffix), \(total) bytes"
    }

    /// The export as bytes for standard output.
    static func text(_ name: String, runsDirectory: String, format: String) throws -> Data {
        let format = try Self.format(format)
        guard format.isText else {
            throw CommandFailure.badUsage("elbo: \(format.name) needs a file: give -o PATH")
        }
        return try format.files(try RunReader(parent: runsDirectory, name: name)).first?.bytes ?? Data()
    }
}

/// Series as text.
enum SeriesExport {
    /// Long form, one point a line: `metric,step,epoch,value`; numbers with all their digits, NaN as `nan`.
    static func csv(_ reader: RunReader) throws -> String {
        var text = "metric,step,epoch,value\n"
        for metric in try reader.metricNames {
            for point in try reader.series(metric) {
                text += "\(metric),\(point.step),\(point.epoch),\(point.value)\n"
            }
        }
        return text
    }

    /// Session, result and series as one JSON object.
    static func json(_ reader: RunReader) throws -> String {
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

/// Fitted batch statistics as a file of their own.
enum StatisticsExport {
    /// Four tensors per batch normalization, such as `conv1.bn.mu_mean`; of further members `member2.conv1.bn.mu_mean`.
    static func file(_ reader: RunReader) throws -> [UInt8] {
        let state = try reader.savedState()
        var export = Checkpoint()
        for tensor in state.checkpoint.tensors where tensor.name.hasPrefix("statistics") {
            let name = tensor.name
            guard let dot = name.firstIndex(of: ".") else { continue }
            let member = name[name.index(name.startIndex, offsetBy: "statistics".count)..<dot]
            let rest = String(name[name.index(after: dot)...])
            export.put(
                StoredTensor(
                    name: member == "1" ? rest : "member\(member).\(rest)", elementType: tensor.elementType,
                    shape: tensor.shape, bytes: tensor.bytes))
        }
        guard !export.tensors.isEmpty else {
            throw CommandFailure.failed(
                "\(reader.header.name.printable(limit: 60)) has no fitted batch statistics; "
                    + "runs of the engine sbn have them when their fit is over")
        }
        return Safetensors.encode(export)
    }
}
