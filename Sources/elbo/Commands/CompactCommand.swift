// SPDX-License-Identifier: Apache-2.0
// `elbo compact`: the network of a run, without its removed units, as a file that opens without the run.

import ArgumentParser
import EngineKit
import Foundation
import Runner

/// The command `elbo compact RUN -o FILE`.
struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Write the smaller network of a run to a safetensors file.",
        discussion: """
            Takes the newest checkpoint of the run; a run that is being worked on is asked for one first. The file is \
            read back and compared with the masked network before it gets its name.
            """)

    @Argument(help: ArgumentHelp("Name of the run.", valueName: "run"))
    var name: String

    @Option(
        help: ArgumentHelp(
            "Removes units with a signal-to-noise ratio of at most this; otherwise the session's threshold.",
            valueName: "snr"))
    var threshold: Double?

    @Option(help: ArgumentHelp("One threshold per layer, in network order, with commas.", valueName: "snr,snr,…"))
    var thresholds: String?

    @Option(help: ArgumentHelp("Step of the checkpoint; otherwise the newest.", valueName: "step"))
    var checkpoint: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "path"))
    var output: String

    @Flag(help: "Print the report as one JSON object.")
    var json = false

    @OptionGroup var runs: RunsOptions

    @Option(help: ArgumentHelp("Folder of data sets; otherwise $ELBO_DATA, then ./data.", valueName: "dir"))
    var data: String?

    @Option(help: "Compute threads.")
    var threads: Int?

    func validate() throws {
        _ = try request()
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), allowed: 1 to 1024")
        }
    }

    func run() throws {
        let outcome = try explaining {
            var plan = try Planning.stored(name, runsDirectory: runs.directory, data: data, limits: RunLimits())
            if let threads { plan.threads = threads }
            return try CompactRun(plan: plan, thresholds: try request(), step: checkpoint, path: output).perform()
        }
        for note in outcome.notes { printError("elbo: \(note)") }
        print(json ? CompactText.object(outcome).indentedText : CompactText.lines(outcome).joined(separator: "\n"))
    }

    private func request() throws -> NetworkRequest.Thresholds {
        func check(_ value: Double?, _ text: String) throws -> Double {
            guard let value, value.isFinite, value >= 0 else {
                throw ValidationError("a threshold is \(text.printable(limit: 40)), allowed: a number from 0")
            }
            return value
        }
        switch (threshold, thresholds) {
        case (nil, nil): return .session
        case (let threshold?, nil): return .all(try check(threshold, "\(threshold)"))
        case (nil, let list?):
            return .each(
                try list.split(separator: ",", omittingEmptySubsequences: false).map {
                    try check(Double($0.trimmingCharacters(in: .whitespaces)), String($0))
                })
        case (_?, _?): throw ValidationError("--threshold and --thresholds exclude each other")
        }
    }
}

/// What was written, for people and for programs.
enum CompactText {
    /// The report with the file's name and size.
    static func object(_ outcome: CompactOutcome) -> JSONObject {
        var object: JSONObject = [
            "file": .string(outcome.path), "bytes": .integer(size(outcome.path)), "step": .integer(outcome.step),
        ]
        object.merge(outcome.report)
        return object
    }

    /// One sentence, for a line of the workbench.
    static func sentence(_ outcome: CompactOutcome) -> String {
        let widths = widths(outcome.report)
        let error = outcome.report["testError"]?.number.map { ", test error \(SummaryText.number($0)) %" } ?? ""
        return "wrote \(outcome.path.printable()): \(widths) of step \(outcome.step)\(error), "
            + "\(size(outcome.path)) bytes"
    }

    /// The lines of `elbo compact`.
    static func lines(_ outcome: CompactOutcome) -> [String] {
        let report = outcome.report
        func row(_ name: String, _ text: String) -> String {
            "  \(name.padding(toLength: 15, withPad: " ", startingAt: 0)) \(text)"
        }
        var lines = ["\(outcome.path.printable())  \(size(outcome.path)) bytes, step \(outcome.step)"]
        lines.append(row("units", widths(report)))
        let thresholds = report["thresholds"]?.array?.compactMap(\.number) ?? []
        if !thresholds.isEmpty {
            let isSame = Set(thresholds).count == 1
            let shown = isSame ? [thresholds[0]] : thresholds
            lines.append(row("kept", "SNR > " + shown.map(SummaryText.number).joined(separator: ", ")))
        }
        if report["fineTuned"]?.boolean == true { lines.append(row("weights of", "the fine-tuning behind the cut")) }
        if let error = report["testError"]?.number {
            let images = report["testImages"]?.wholeNumber ?? 0
            lines.append(row("test error", "\(SummaryText.number(error)) % of \(images) images"))
        } else {
            let reason = report["testErrorAbsent"]?.string ?? ""
            lines.append(row("test error", "not measured: \(reason.printable(limit: 300))"))
        }
        lines += SummaryText.costs(report)
        if let absolute = report["maxAbsDifference"]?.number, let relative = report["maxRelativeDifference"]?.number {
            lines.append(
                row(
                    report["fineTuned"]?.boolean == true ? "read back" : "masked–compact",
                    String(format: "%.2g largest logit difference, %.2g relative", absolute, relative)
                        + ", on \(report["comparedOn"]?.string ?? "")"))
        }
        return lines
    }

    private static func widths(_ report: JSONObject) -> String {
        (report["widths"]?.array ?? []).compactMap(\.wholeNumber).map(String.init).joined(separator: "-")
    }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    }
}
