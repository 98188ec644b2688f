// SPDX-License-Identifier: Apache-2.0
// What the draws of one coordinate say: diagnostics, and everything that is drawn of them, small enough to be kept.

import Diagnostics
import Screen

/// The answer to a `ChainAnalysisRequest`.
public struct ChainAnalysis: ChainAnswer {
    /// Draws per chain below which nothing is said of them.
    static let fewestDraws = 100
    /// Steps that the moving window of the acceptance rate covers.
    static let acceptanceWindow = 1000
    /// Points of a picture: more are not seen.
    static let pointCapacity = 20_000

    let key: ChainKey
    /// Draws of each chain that were looked at.
    let drawCount: Int
    let chainCount: Int
    /// Diagnostics of the coordinate; `nil` below `fewestDraws`.
    let summary: QuantitySummary?
    /// Draws that are worth one independent draw; `nil` below `fewestDraws`.
    let autocorrelationTime: Diagnosis?
    /// Mean squared distance of neighbouring draws over all coordinates; `nil` without two draws.
    let squaredJump: Double?
    /// Autocorrelations from lag 0 on; empty where there are none.
    let autocorrelations: [Double]
    /// Share of the draws nearest to each mode; empty without modes.
    let occupancy: [Double]
    /// Acceptance rate over the steps of these draws; `nil` when unknown.
    let acceptance: Double?
    /// Effective draws per second and per density evaluation; `nil` when unknown.
    let drawsPerSecond: Double?
    let drawsPerEvaluation: Double?
    let rows: [ChainRow]
    let pictures: ChainPictures
    /// What the analysis took.
    let seconds: Double

    /// Looks at draws.
    ///
    /// - Complexity: O(S log S), and O(S D) for the jumps.
    init(_ request: ChainAnalysisRequest) {
        let clock = ContinuousClock()
        let start = clock.now
        let (key, store) = (request.key, request.draws.store)
        let warmUp = min(max(0, key.warmUp), store.count)
        let values = store.coordinate(key.coordinate, from: warmUp)
        let length = store.count - warmUp
        let draws = ChainDraws(ChainMatrix(values, count: store.chains, length: length))
        let isEnough = length >= Self.fewestDraws
        self.key = key
        drawCount = length
        chainCount = store.chains
        let summary = isEnough ? QuantitySummary(name: "", draws) : nil
        let time = isEnough ? integratedAutocorrelationTime(draws) : nil
        self.summary = summary
        autocorrelationTime = time
        squaredJump = Self.squaredJump(store, from: warmUp)
        let lags = min(length, max(24, Int(min(400, (time?.value ?? 20) * 4))))
        autocorrelations = isEnough ? Diagnostics.autocorrelations(draws, lags: lags) : []
        let effort = Effort(request.draws.notes, from: warmUp)
        acceptance = effort.acceptance
        let size = summary?.bulkEffectiveSampleSize.value
        drawsPerSecond = effort.perSecond(size)
        drawsPerEvaluation = effort.perEvaluation(size)
        rows = ChainRow.rows(request.draws, values, from: warmUp)
        occupancy = Self.occupancy(request, from: warmUp)
        pictures = ChainPictures(key, store, draws, from: warmUp, time: time?.value)
        seconds = clock.now.seconds(since: start)
    }

    private static func squaredJump(_ store: DrawStore, from first: Int) -> Double? {
        guard store.count - first > 1 else { return nil }
        var before = [Float](repeating: 0, count: store.chains * store.dimension)
        var sum = 0.0
        store.forEachState(from: first) { draw, state in
            for index in before.indices {
                let jump = draw > first ? Double(state[index]) - Double(before[index]) : 0
                sum += jump * jump
                before[index] = state[index]
            }
        }
        let mean = sum / Double(store.chains * (store.count - first - 1))
        return mean.isFinite ? mean : nil
    }

    private static func occupancy(_ request: ChainAnalysisRequest, from first: Int) -> [Double] {
        guard !request.modes.isEmpty, request.draws.store.dimension == 2 else { return [] }
        let store = request.draws.store
        return ModeOccupancy(request.modes).shares(
            x: store.coordinate(0, from: first), y: store.coordinate(1, from: first))
    }
}
