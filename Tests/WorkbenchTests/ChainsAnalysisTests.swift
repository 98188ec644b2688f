// SPDX-License-Identifier: Apache-2.0
// What is computed of draws, against numbers worked out by hand and against the diagnostics themselves.

import Diagnostics
import EngineKit
import Screen
import TestSupport
import Testing

@testable import Workbench

/// What the draws of blocks say.
func analysis(
    _ blocks: [DrawBlock], coordinate: Int = 0, other: Int = 1, warmUp: Int = 0, modes: [Float] = [],
    marked: [Int] = [0], isEvolving: Bool = false
) -> ChainAnalysis {
    var data = ChainData()
    for block in blocks { data.take(block) }
    let draws = data.samplers[0].draws!
    let key = ChainKey(
        run: "r", sampler: "learned", phase: .kept, coordinate: coordinate, other: other, warmUp: warmUp,
        draws: draws.store.count, marked: marked, isEvolving: isEvolving)
    return ChainAnalysisRequest(key: key, draws: draws, modes: modes).answer()
}

/// A block of draws of chains without any correlation, from a seed.
private func noiseBlock(count: Int, shifts: [Double], seed: UInt64 = 3) -> DrawBlock {
    var noise = Noise(seed)
    return chainBlock(
        (0..<count).map { _ in shifts.map { Float($0 + noise.normal()) } },
        accepted: shifts.map { _ in Float(count / 2) })
}

@Suite struct ChainsAnalysisTests {
    @Test func fewDrawsHaveMeansButNoDiagnostics() throws {
        let result = analysis([chainBlock([[1, 5], [2, 5], [6, 5]])])
        #expect(result.summary == nil && result.autocorrelationTime == nil && result.autocorrelations.isEmpty)
        #expect(result.drawCount == 3 && result.chainCount == 2)
        // Jumps of 1, 4 and two of 0.
        #expect(result.squaredJump == 4.25)
        #expect(result.rows.map(\.mean) == [3, 5])
        expectClose(result.rows[0].standardDeviation, 7.0.squareRoot(), absolute: 1e-12)
        #expect(result.rows.allSatisfy { $0.deviation == nil && !$0.isStuck })
        // Means of (1, 5), of those and (2, 5), of all.
        #expect((0..<3).map { result.pictures.mean.y(at: $0) } == [3, 3.25, 4])
        #expect(result.pictures.lower.isEmpty)
        #expect(analysis([chainBlock([[1]])]).squaredJump == nil)
    }

    @Test func whatIsLeftOutDoesNotCount() {
        let blocks = [
            chainBlock([[1, 5], [2, 5]], step: 1, accepted: [2, 1]), chainBlock([[6, 5]], step: 2, accepted: [0, 1]),
        ]
        let result = analysis(blocks, warmUp: 2)
        #expect(result.drawCount == 1 && result.rows.map(\.mean) == [6, 5])
        #expect(result.rows.map(\.acceptance) == [0, 1])
        #expect(result.pictures.mean.count == 1 && result.pictures.mean.x(at: 0) == 2)
        // The trace shows all draws, so that one sees what is left out.
        #expect(result.pictures.traces[0].count == 3)
        #expect(analysis(blocks, warmUp: 3).drawCount == 0)
        #expect(analysis(blocks, warmUp: .max).rows.count == 2)
        #expect(analysis(blocks).rows.map(\.acceptance) == [2.0 / 3, 2.0 / 3])
    }

    @Test func diagnosticsAreThoseOfTheLibrary() throws {
        let block = noiseBlock(count: 200, shifts: [0, 0, 0, 0])
        let result = analysis([block], warmUp: 50)
        let chains = (0..<4).map { chain in (50..<200).map { Double(block.points[$0 * 4 + chain]) } }
        let draws = ChainDraws(chains)
        #expect(result.summary == QuantitySummary(name: "", draws))
        #expect(result.autocorrelationTime == integratedAutocorrelationTime(draws))
        #expect(result.autocorrelations == autocorrelations(draws, lags: result.autocorrelations.count))
        let jump = try #require(expectedSquaredJumpDistance(draws).value)
        expectClose(try #require(result.squaredJump), jump, relative: 1e-12)
    }

    @Test func aChainApartIsSoManyErrorsAway() throws {
        let block = noiseBlock(count: 400, shifts: [0, 0, 0, 1])
        let result = analysis([block])
        let errors = (0..<4).map { chain in
            meanStandardError(ChainDraws([(0..<400).map { Double(block.points[$0 * 4 + chain]) }])).value!
        }
        let means = result.rows.map(\.mean)
        let rest = (means[0] + means[1] + means[2]) / 3
        let spread = (errors[3] * errors[3] + errors[..<3].reduce(0) { $0 + $1 * $1 } / 9).squareRoot()
        expectClose(try #require(result.rows[3].deviation), (means[3] - rest) / spread, relative: 1e-9)
        #expect(result.rows[3].deviation! > 10)
        #expect(result.summary?.hasLargeRHat == true)
        // A chain that stays where it is has no error, and is none of the rest.
        var still = noiseBlock(count: 400, shifts: [0, 0, 0])
        for draw in 0..<400 { still.points[draw * 3 + 2] = 50 }
        let deviations = analysis([still]).rows.map(\.deviation)
        #expect(deviations[2] == nil && abs(deviations[0] ?? 99) < 4)
        expectClose(try #require(deviations[0]), -(try #require(deviations[1])), absolute: 1e-9)
    }

    @Test func aChainThatAcceptedNothingInAHundredStepsIsStuck() {
        func stuck(_ accepted: [[Float]], steps: Int) -> [Bool] {
            let blocks = accepted.enumerated().map { index, counts in
                chainBlock(
                    (0..<steps).map { _ in counts.map { _ in 0 } }, step: index + 1, accepted: counts)
            }
            return analysis(blocks).rows.map(\.isStuck)
        }
        #expect(stuck([[5, 5], [0, 1], [0, 0]], steps: 50) == [true, false])
        #expect(stuck([[5, 5], [1, 0], [0, 0]], steps: 40) == [false, false])
        #expect(stuck([[0, 0]], steps: 99) == [false, false])
        // Nobody counted: the states tell.
        func still(_ count: Int) -> [Bool] {
            let moving: [[Float]] = (0..<20).map { [Float($0), 0] }
            let rows: [[Float]] = moving + (0..<count).map { [7, Float($0)] }
            return analysis([chainBlock(rows)]).rows.map(\.isStuck)
        }
        #expect(still(101) == [true, false])
        #expect(still(100) == [false, false])
    }

    /// 20 values, one in each twentieth: the first chain has the lower half of them.
    @Test func ranksCountTwentieths() {
        let values = (0..<10).map(Double.init) + (10..<20).map(Double.init)
        let ranks = ChainPictures.ranks(values + values.map { $0 + 0.5 }, chains: 2, length: 20)
        #expect(ranks == [[Int](repeating: 1, count: 20), [Int](repeating: 1, count: 20)])
        let halves = ChainPictures.ranks((0..<40).map(Double.init), chains: 2, length: 20)
        #expect(halves[0] == [Int](repeating: 2, count: 10) + [Int](repeating: 0, count: 10))
        #expect(halves[1] == [Int](repeating: 0, count: 10) + [Int](repeating: 2, count: 10))
        #expect(ChainPictures.ranks([Double](repeating: .nan, count: 40), chains: 2, length: 20) == [])
        #expect(ChainPictures.ranks([1, 2, 3], chains: 1, length: 3) == [])
    }

    @Test func theRunningMeanHasABandOfOneError() throws {
        let block = noiseBlock(count: 150, shifts: [3, 3])
        let result = analysis([block])
        let last = result.pictures.mean.count - 1
        let time = try #require(result.autocorrelationTime?.value)
        let deviation = try #require(result.summary?.standardDeviation.value)
        let error = deviation * (time / 300).squareRoot()
        let center = try #require(result.summary?.mean.value)
        expectClose(result.pictures.mean.y(at: last), center, relative: 1e-6)
        expectClose(result.pictures.upper.y(at: last), center + error, relative: 1e-6)
        expectClose(result.pictures.lower.y(at: last), center - error, relative: 1e-6)
        // The whole of the draws has just the error of the mean.
        expectClose(error, try #require(result.summary?.meanStandardError.value), relative: 1e-9)
    }

    @Test func effortCountsOnlyBlocksBehindTheWarmUp() throws {
        var blocks = (1...4).map { step -> DrawBlock in
            var block = noiseBlock(count: 50, shifts: [0, 0], seed: UInt64(step))
            block.step = step
            (block.seconds, block.evaluations, block.acceptanceRate) = (0.5, 1000, Double(step) / 10)
            return block
        }
        blocks[3].acceptanceRate = 0.8
        let all = analysis(blocks)
        let size = try #require(all.summary?.bulkEffectiveSampleSize.value)
        expectClose(try #require(all.drawsPerSecond), size / 2, relative: 1e-12)
        expectClose(try #require(all.drawsPerEvaluation), size / 4000, relative: 1e-12)
        expectClose(try #require(all.acceptance), 0.35, absolute: 1e-12)
        let late = analysis(blocks, warmUp: 60)
        expectClose(try #require(late.acceptance), 0.55, absolute: 1e-12)
        let rest = try #require(late.summary?.bulkEffectiveSampleSize.value)
        expectClose(try #require(late.drawsPerSecond), rest, relative: 1e-12)
    }

    @Test func drawsThatAreNoNumbersLeaveReasons() {
        var block = noiseBlock(count: 120, shifts: [0, 0])
        block.points[7] = .nan
        let result = analysis([block])
        #expect(result.summary?.rHat.reason == .notFinite && result.autocorrelations.isEmpty)
        #expect(result.squaredJump == nil && result.pictures.ranks.isEmpty)
        let constant = analysis([chainBlock((0..<120).map { _ in [2, 2] })])
        #expect(constant.summary?.rHat.reason == .constant && constant.squaredJump == 0)
        #expect(constant.rows.allSatisfy { $0.isStuck && $0.deviation == nil })
    }

    /// No more points than a screen shows, the newest among them; the pair is always drawn the same way round.
    @Test func picturesAreThinnedToWhatIsSeen() {
        let rows = (0..<30_000).map { [Float($0), -Float($0)] }
        let result = analysis([chainBlock(rows, dimension: 2)], coordinate: 1, other: 0)
        #expect(result.pictures.x.count <= ChainAnalysis.pointCapacity)
        #expect(result.pictures.x.last == 29_999 && result.pictures.y.last == -29_999)
        #expect(result.pictures.traces[0].count == 15_000)
        #expect(result.pictures.mean.count <= 402)
        let modes = analysis([chainBlock(rows, dimension: 2)], modes: [0, 0, 29_999, -29_999])
        #expect(modes.occupancy == [0.5, 0.5])
    }
}
