// SPDX-License-Identifier: Apache-2.0
// The result's fields about costs: the compact network, its speed, other cuts of the same network, the scan.

import EngineKit
import Nets
import TensorCore

extension StructuredPruningEngine {
    /// Adds what the end of the run measured; null where it has not come that far.
    func addCosts(to object: inout JSONObject) {
        let report = closing?.report
        let speedup = closing?.latency(batch: 100)?.ratio
        object["cpuSpeedup"] = speedup.map { .real($0.median) } ?? .null
        object["cpuSpeedupQuartiles"] = speedup?.json ?? .null
        let latencies = closing?.latencies ?? []
        object["latency"] = latencies.isEmpty ? .null : .array(latencies.map { .object($0.json) })
        object["compactTestError"] = (report?.testError ?? errorAfterCut).map { .real($0) } ?? .null
        object["compactMaxAbsDifference"] = report.map { .real($0.maxAbsoluteDifference) } ?? .null
        object["compactMaxRelativeDifference"] = report.map { .real($0.maxRelativeDifference) } ?? .null
        object["cutRule"] = recipe.method.hasNoise ? .string(recipe.cutRule) : .null
        guard let closing, closing.errors.isComplete, !closing.scan.isEmpty else {
            object["cuts"] = .null
            object["thresholdScan"] = .null
            return
        }
        object["cuts"] = .array(
            closing.cuts.map { .object(row("rule", .string($0.rule), $0.cut, closing.errors)) })
        object["thresholdScan"] = .array(
            closing.scan.map { .object(row("threshold", .real($0.threshold), $0.cut, closing.errors)) })
    }

    /// What a cut leaves: widths, costs and the error right behind it.
    private func row(_ key: String, _ value: JSONValue, _ cut: Cut, _ errors: CutErrors) -> JSONObject {
        let cost = costGraph.cost(survivors: cut.units.map { mask in mask.count { $0 } })
        var row = JSONObject()
        row[key] = value
        row["widths"] = .array(widths(cut.units).map { .integer($0) })
        row["macs"] = .integer(cost.macs)
        row["parameters"] = .integer(cost.parameters)
        row["testError"] = errors.error(of: cut).map { .real($0) } ?? .null
        return row
    }
}
