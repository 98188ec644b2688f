// SPDX-License-Identifier: Apache-2.0
// What is known of draws: diagnostics of every coordinate, and the distance to a target that is known.

import Diagnostics
import EngineKit

/// What is known of draws: the diagnostics of every coordinate, and the distance to the target where it is known.
struct DrawsReport {
    let summaries: [QuantitySummary]
    let totalVariation: Double?
    /// Share of the draws at each mode; empty without modes.
    let occupancy: [Double]

    init(_ kept: KeptDraws, _ coordinates: [String], _ grid: GridDistance?) {
        let draws = kept.draws(coordinates)
        summaries = coordinates.indices.map { QuantitySummary(name: coordinates[$0], draws.quantity($0)) }
        totalVariation = grid?.totalVariation(kept.values)
        occupancy = grid?.occupancy(kept.values) ?? []
    }

    /// The largest R-hat; `nil` when any is undefined, because nothing is known of that coordinate.
    var largestRHat: Double? { extreme(summaries.map(\.rHat)) { $0.max() } }
    /// The smallest bulk effective sample size, likewise.
    var smallestBulkSize: Double? { extreme(summaries.map(\.bulkEffectiveSampleSize)) { $0.min() } }
    /// The smallest tail effective sample size, likewise.
    var smallestTailSize: Double? { extreme(summaries.map(\.tailEffectiveSampleSize)) { $0.min() } }

    var metrics: [MetricValue] {
        var values: [MetricValue] = []
        if let largestRHat { values.append(MetricValue("sample/rHat", largestRHat)) }
        if let smallestBulkSize { values.append(MetricValue("sample/essBulk", smallestBulkSize)) }
        if let totalVariation { values.append(MetricValue("sample/totalVariation", totalVariation)) }
        return values
    }

    /// Puts the worst coordinate's numbers into a result.
    ///
    /// - Parameter kept: the draws that the report is of, for what they cost.
    func summarize(_ kept: KeptDraws, into object: inout JSONObject) {
        object["rHat"] = JSONValue(largestRHat)
        object["essBulk"] = JSONValue(smallestBulkSize)
        object["essTail"] = JSONValue(smallestTailSize)
        object["essPerSecond"] = JSONValue(smallestBulkSize.map { $0 / max(kept.seconds, 1e-9) })
        object["essPerEvaluation"] = JSONValue(smallestBulkSize.map { $0 / Double(max(kept.evaluations, 1)) })
        object["totalVariation"] = JSONValue(totalVariation)
    }

    private func extreme(_ diagnoses: [Diagnosis], _ choose: ([Double]) -> Double?) -> Double? {
        let values = diagnoses.compactMap(\.value)
        return values.count == diagnoses.count ? choose(values) : nil
    }
}
