// SPDX-License-Identifier: Apache-2.0
// `elbo diagnose`: whether the draws of any sampler can be trusted, as a table and as JSON.

import ArgumentParser
import Diagnostics
import EngineKit
import Foundation

/// The command `elbo diagnose FILE...`.
struct DiagnoseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagnose", abstract: "Convergence diagnostics of draws in CSV files.",
        discussion: """
            Files of CmdStan, one chain per file, or any CSV files with a header line, where a column `chain` tells \
            the chains of a file apart. All files have the same columns.
            """)

    @Argument(help: ArgumentHelp("Files of draws.", valueName: "file"))
    var files: [String]

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Rows to leave out at the start of each chain; otherwise what the files say.", valueName: "n"))
    var warmup: Int?

    func validate() throws {
        if let warmup, warmup < 0 {
            throw ValidationError("--warmup is \(warmup), allowed: a whole number of at least 0")
        }
    }

    func run() throws {
        let draws: DrawsFiles
        do throws(DrawsFileError) {
            draws = try DrawsFiles(reading: files, warmup: warmup)
        } catch {
            throw CommandFailure.failed(error.sentence.printable(limit: 600))
        }
        for note in draws.notes { printError("elbo: \(note.printable(limit: 300))") }
        let parameters = draws.parameters
        let summaries = parameters.names.indices.map { index in
            QuantitySummary(name: parameters.names[index], parameters.quantity(index))
        }
        if json {
            print(JSONValue.object(DiagnosisReport.object(draws, summaries, files: files)).indentedText)
        } else {
            for line in DiagnosisReport.lines(draws, summaries) { print(line) }
        }
    }
}

/// Summaries of quantities as text and as JSON.
enum DiagnosisReport {
    private static let header = [
        "parameter", "mean", "sd", "MCSE", "q5", "q50", "q95", "R-hat", "bulk ESS", "tail ESS",
    ]

    /// A table, and under it what is wrong.
    static func lines(_ draws: DrawsFiles, _ summaries: [QuantitySummary]) -> [String] {
        let rows = summaries.map { summary in
            [shown(summary.name)]
                + ([summary.mean, summary.standardDeviation, summary.meanStandardError] + summary.quantiles).map {
                    cell($0, SummaryText.number)
                }
                + [cell(summary.rHat) { String(format: "%.3f", $0) }]
                + [summary.bulkEffectiveSampleSize, summary.tailEffectiveSampleSize].map {
                    cell($0) { String(format: "%.0f", $0) }
                }
        }
        let (chains, length) = (draws.parameters.chainCount, draws.parameters.drawCount)
        let warmup = draws.warmupCount == 0 ? "" : ", \(draws.warmupCount) of warm-up left out"
        return ["\(counted(chains, "chain")) of \(counted(length, "draw"))\(warmup)", ""]
            + TextTable.lines(header: header, rows) + [""] + verdict(summaries)
    }

    /// One line per kind of trouble with the quantities that have it, or one that says there is none.
    private static func verdict(_ summaries: [QuantitySummary]) -> [String] {
        var lines: [String] = []
        let apart = summaries.filter(\.hasLargeRHat)
        if !apart.isEmpty {
            let listed = list(apart) { "\(shown($0.name)) (\(cell($0.rHat) { String(format: "%.3f", $0) }))" }
            lines.append("R-hat above \(QuantitySummary.largestRHat), the chains disagree: \(listed)")
        }
        let small = summaries.filter(\.hasSmallSize)
        if !small.isEmpty {
            let listed = list(small) { summary in
                let sizes = [summary.bulkEffectiveSampleSize, summary.tailEffectiveSampleSize].compactMap(\.value)
                return "\(shown(summary.name)) (\(String(format: "%.0f", sizes.min() ?? 0)))"
            }
            let limit = Int(QuantitySummary.smallestSizePerChain)
            lines.append("ESS below \(limit) per chain, too few independent draws: \(listed)")
        }
        for summary in summaries {
            for (columns, reason) in summary.undefined {
                lines.append("undefined for \(shown(summary.name)): \(columns.joined(separator: ", ")): \(reason)")
            }
            // A constant column or two are normal; a file full of them would bury the rest.
            if lines.count > 20 {
                lines.append("… and more; --json has all of them")
                break
            }
        }
        guard lines.isEmpty else { return lines }
        let limit = Int(QuantitySummary.smallestSizePerChain)
        return ["R-hat is at most \(QuantitySummary.largestRHat) and ESS at least \(limit) per chain everywhere"]
    }

    /// The same as one object; what is undefined is null, with its reason under `undefined`.
    static func object(_ draws: DrawsFiles, _ summaries: [QuantitySummary], files: [String]) -> JSONObject {
        var object = JSONObject()
        object["files"] = .array(files.map { .string($0) })
        object["chains"] = .integer(draws.parameters.chainCount)
        object["draws"] = .integer(draws.parameters.drawCount)
        object["warmup"] = .integer(draws.warmupCount)
        object["notes"] = .array(draws.notes.map { .string($0) })
        object["parameters"] = .array(summaries.map { .object(Self.object($0)) })
        object["rHatAbove"] = names(summaries, where: \.hasLargeRHat)
        object["essBelow"] = names(summaries, where: \.hasSmallSize)
        object["undefined"] = names(summaries) { !$0.undefined.isEmpty }
        return object
    }

    private static func object(_ summary: QuantitySummary) -> JSONObject {
        var object = JSONObject()
        var reasons = JSONObject()
        object["name"] = .string(summary.name)
        let values = [
            ("mean", summary.mean), ("sd", summary.standardDeviation), ("mcse", summary.meanStandardError),
            ("q5", summary.quantiles[0]), ("q50", summary.quantiles[1]), ("q95", summary.quantiles[2]),
            ("rHat", summary.rHat), ("essBulk", summary.bulkEffectiveSampleSize),
            ("essTail", summary.tailEffectiveSampleSize),
        ]
        for (key, diagnosis) in values {
            object[key] = JSONValue(diagnosis.value)
            if let reason = diagnosis.reason { reasons[key] = .string(reason.description) }
        }
        object["undefined"] = .object(reasons)
        return object
    }

    private static func names(
        _ summaries: [QuantitySummary], where isMeant: (QuantitySummary) -> Bool
    ) -> JSONValue {
        .array(summaries.filter(isMeant).map { .string($0.name) })
    }

    private static func list(_ summaries: [QuantitySummary], _ text: (QuantitySummary) -> String) -> String {
        let most = 10
        let more = summaries.count > most ? ", and \(summaries.count - most) more" : ""
        return summaries.prefix(most).map(text).joined(separator: ", ") + more
    }

    private static func cell(_ diagnosis: Diagnosis, _ text: (Double) -> String) -> String {
        diagnosis.value.map(text) ?? "–"
    }

    /// A name from a file, safe for the terminal.
    private static func shown(_ name: String) -> String { name.printable(limit: 40) }

    private static func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
}
