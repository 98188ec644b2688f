// SPDX-License-Identifier: Apache-2.0
// The result of chains as lines for people: acceptance, convergence, and a row per coordinate.

import EngineKit

extension SummaryText {
    /// Coordinates that are listed; all of them are in the JSON.
    private static let mostCoordinates = 40

    /// What a run with a learned proposal found; nothing for other runs.
    static func chains(_ summary: JSONObject) -> [String] {
        guard let rate = summary["acceptanceRate"]?.number else { return [] }
        func value(_ key: String) -> String { summary[key].flatMap(plain) ?? "–" }
        var lines = [
            "  acceptance      \(number(rate)), lower bound \(value("acceptanceLowerBound"))",
            "  convergence     R-hat \(value("rHat")), ESS bulk \(value("essBulk")), tail \(value("essTail")), "
                + "\(value("essPerSecond")) a second; the worst coordinate each",
            "  time            \(value("trainingSeconds")) s training, \(value("samplingSeconds")) s sampling",
        ]
        if summary["totalVariation"]?.number != nil {
            lines.append("  to the target   total variation \(value("totalVariation")) on a grid")
        }
        lines += samplers(summary)
        let coordinates = summary["coordinates"]?.array?.compactMap(\.object) ?? []
        let keys = ["name", "mean", "sd", "mcse", "rHat", "essBulk", "essTail"]
        let rows = coordinates.prefix(mostCoordinates).map { row in keys.map { row[$0].flatMap(plain) ?? "–" } }
        if !rows.isEmpty {
            lines += TextTable.lines(
                header: ["coordinate", "mean", "sd", "MCSE", "R-hat", "bulk ESS", "tail ESS"], Array(rows)
            ).map { "  " + $0 }
        }
        if coordinates.count > mostCoordinates {
            lines.append("  and \(coordinates.count - mostCoordinates) more coordinates, see --json")
        }
        return lines
    }

    /// The learned sampler beside its baselines; nothing without baselines.
    private static func samplers(_ summary: JSONObject) -> [String] {
        let baselines = summary["baselines"]?.array?.compactMap(\.object) ?? []
        guard !baselines.isEmpty else { return [] }
        let keys = [
            "name", "acceptanceRate", "rHat", "essBulk", "essPerSecond", "essPerEvaluation", "samplingSeconds",
            "meanDifference",
        ]
        var learned = summary
        learned["name"] = .string("learned")
        let measured = [learned] + baselines.filter { $0["reason"] == nil }
        let rows = measured.map { row in keys.map { row[$0].flatMap(plain) ?? "–" } }
        let header = [
            "sampler", "acceptance", "R-hat", "bulk ESS", "a second", "an evaluation", "seconds", "means off by",
        ]
        return TextTable.lines(header: header, rows).map { "  " + $0 }
            + baselines.compactMap { row in
                row["reason"].flatMap(plain).map { "  without \(row["name"].flatMap(plain) ?? "?"): \($0)" }
            }
    }
}
