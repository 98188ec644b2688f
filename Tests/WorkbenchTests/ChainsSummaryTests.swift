// SPDX-License-Identifier: Apache-2.0
// The row of a sampler, and the pictures of ranks and sizes, against the diagnostics themselves and worked numbers.

import Diagnostics
import EngineKit
import Glibc
import Screen
import TestSupport
import Testing

@testable import Workbench

@Suite struct ChainsSummaryTests {
    /// Draws of chains without correlation in two coordinates, the second one with chains apart.
    private static func block(
        count: Int, chains: Int = 4, apart: Double = 0, seed: UInt64 = 3, sampler: String = "learned"
    ) -> DrawBlock {
        var noise = Noise(seed)
        var block = chainBlock(
            (0..<count).map { _ in
                (0..<chains).flatMap { [Float(noise.normal()), Float(noise.normal() + apart * Double($0))] }
            }, sampler: sampler, dimension: 2)
        (block.seconds, block.evaluations, block.acceptanceRate) = (0.5, 1000, 0.25)
        return block
    }

    private func summary(
        _ blocks: [DrawBlock], warmUp: Int = 0, target: TargetDescription? = nil
    ) -> SamplerSummary {
        var data = ChainData()
        for block in blocks { data.take(block) }
        let draws = data.samplers[0].draws!
        let key = SamplerKey(
            run: "r", sampler: data.samplers[0].name, phase: .kept, warmUp: warmUp, draws: draws.store.count)
        return SamplerSummaryRequest(key: key, draws: draws, target: target).answer()
    }

    // MARK: Rows

    @Test func aRowIsTheWorstOfAllCoordinates() throws {
        let block = Self.block(count: 200, apart: 0.3)
        let row = summary([block])
        let coordinates = (0..<2).map { coordinate in
            ChainDraws(
                (0..<4).map { chain in (0..<200).map { Double(block.points[($0 * 4 + chain) * 2 + coordinate]) } })
        }
        let hats = try coordinates.map { try #require(rHat($0).value) }
        let bulk = try coordinates.map { try #require(bulkEffectiveSampleSize($0).value) }
        let tail = try coordinates.map { try #require(tailEffectiveSampleSize($0).value) }
        #expect(hats[1] > 1.01 && row.rHat?.value == hats.max())
        #expect(row.bulkSize?.value == bulk.min() && row.tailSize?.value == tail.min())
        expectClose(try #require(row.perSecond), bulk.min()! / 0.5, relative: 1e-12)
        expectClose(try #require(row.perEvaluation), bulk.min()! / 1000, relative: 1e-12)
        #expect(row.acceptance == 0.25 && row.duration == 0.5 && row.totalVariation == nil)
    }

    @Test func whatIsLeftOutDoesNotCount() {
        var blocks = [Self.block(count: 150), Self.block(count: 150, seed: 4)]
        (blocks[0].step, blocks[1].step) = (1, 2)
        (blocks[1].acceptanceRate, blocks[1].seconds) = (0.75, 2)
        let late = summary(blocks, warmUp: 150)
        #expect(late.acceptance == 0.75 && late.duration == 2)
        #expect(late.bulkSize == summary([blocks[1]]).bulkSize)
        #expect(summary(blocks).acceptance == 0.5 && summary(blocks).duration == 2.5)
        let none = summary(blocks, warmUp: 300)
        #expect(none.acceptance == nil && none.rHat == nil && none.duration == nil && none.perSecond == nil)
    }

    @Test func whatIsNotKnownIsNil() {
        let few = summary([Self.block(count: 99)])
        #expect(few.rHat == nil && few.bulkSize == nil && few.perSecond == nil && few.acceptance == 0.25)
        // Old runs measured neither time nor work.
        var old = Self.block(count: 120)
        (old.seconds, old.evaluations, old.acceptanceRate) = (0, 0, .nan)
        let row = summary([old])
        #expect(row.bulkSize?.value != nil && row.perSecond == nil && row.perEvaluation == nil)
        #expect(row.duration == nil && row.acceptance == nil)
        // A coordinate that stays where it is has no R-hat, so the sampler has none.
        var still = Self.block(count: 120)
        for index in stride(from: 1, to: still.points.count, by: 2) { still.points[index] = 7 }
        #expect(summary([still]).rHat?.reason == .constant && summary([still]).bulkSize?.reason == .constant)
    }

    // MARK: Distance

    /// A target that is uniform on the plane: draws in one of 1600 cells are all but 1/1600 away.
    @Test func distanceIsTotalVariationOverCells() throws {
        let plane = TargetDescription.Plane(
            horizontal: 0...40, vertical: 0...40, columns: 80, rows: 40, logNormalizer: 0)
        var target = TargetDescription(
            step: 0, name: "flat", coordinates: ["x", "y"], plane: plane,
            logDensity: [Float](repeating: Float(-log(1600.0)), count: 3200))
        let distance = try #require(PlaneDistance(target))
        let cells = (0..<1600).map { (Double($0 % 40) + 0.5, Double($0 / 40) + 0.5) }
        func away(_ points: [(Double, Double)]) -> Double? {
            distance.totalVariation(x: points.map(\.0), y: points.map(\.1))
        }
        expectClose(try #require(away(cells)), 0, absolute: 1e-6)
        expectClose(try #require(away([(0.1, 0.1), (0.9, 0.9)])), 1 - 1 / 1600.0, absolute: 1e-6)
        // Half of the cells: half of the probability is missed.
        expectClose(try #require(away(cells.filter { $0.0 < 20 })), 0.5, absolute: 1e-6)
        expectClose(try #require(away(cells + cells.map { _ in (-1, .nan) })), 0.5, absolute: 1e-6)
        #expect(away([]) == nil)
        target.plane?.logNormalizer = nil
        #expect(PlaneDistance(target) == nil && PlaneDistance(nil) == nil)
        target.plane = TargetDescription.Plane(
            horizontal: 0...40, vertical: 0...40, columns: 64, rows: 50, logNormalizer: 0)
        #expect(PlaneDistance(target) == nil)
    }

    // MARK: Pictures

    @Test func rankDifferencesAreThoseOfTheLibrary() throws {
        let block = Self.block(count: 150)
        let result = analysis([block], marked: [2, 0])
        let draws = ChainDraws((0..<4).map { chain in (0..<150).map { Double(block.points[($0 * 4 + chain) * 2]) } })
        let times = [2, 0].map { chain in
            max(1, integratedAutocorrelationTime(ChainDraws([Array(draws.matrix[chain])])).value!)
        }
        // Ten draws between two points, for as many as the draws are worth.
        let points = max(2, min(40, Int(150 / times.max()! / 10)))
        let all = rankDistributionDifferences(draws, points: points)
        let picture = result.pictures.differences
        #expect(picture.curves.count == 2)
        for (curve, chain) in zip(picture.curves, [2, 0]) {
            expectClose((0...points).map { curve.y(at: $0) }, all[chain], absolute: 1e-6)
        }
        let band = rankDistributionBand(chains: 4, draws: 150 / times.max()!, points: points, level: 0.95)
        let middle = points / 2
        expectClose(Double(picture.upper.y(at: middle)), band[middle], absolute: 1e-6)
        expectClose(Double(picture.lower.y(at: middle)), -band[middle], absolute: 1e-6)
        // No distribution function is below 0 or above 1.
        expectClose(Double(picture.lower.y(at: 1)), max(-1 / Double(points), -band[1]), absolute: 1e-6)
        // Chains that agree stay within, one that is apart does not.
        #expect(
            picture.curves.allSatisfy { curve in
                (0...points).allSatisfy { abs(Double(curve.y(at: $0))) <= band[$0] + 1e-9 }
            })
        let apart = analysis([Self.block(count: 150, apart: 1)], coordinate: 1, other: 0, marked: [0]).pictures
            .differences
        let place = apart.upper.count / 2
        #expect(apart.curves[0].y(at: place) > apart.upper.y(at: place))
    }

    @Test func oneChainAndFewDrawsHaveNoDifferences() {
        #expect(analysis([Self.block(count: 150, chains: 1)]).pictures.differences.curves.isEmpty)
        #expect(analysis([Self.block(count: 50)]).pictures.differences.curves.isEmpty)
        #expect(analysis([Self.block(count: 150)], marked: []).pictures.differences.curves.isEmpty)
    }

    @Test func sizesEvolveOnlyWhenAsked() throws {
        let block = Self.block(count: 200)
        #expect(analysis([block]).pictures.evolution.bulk.isEmpty)
        let result = analysis([block], warmUp: 40, isEvolving: true)
        let picture = result.pictures.evolution
        let last = picture.bulk.count - 1
        #expect(picture.bulk.x(at: last) == 200)
        let size = try #require(result.summary?.bulkEffectiveSampleSize.value)
        expectClose(Double(picture.bulk.y(at: last)), size, relative: 1e-6)
        // The straight line begins with no draws behind the warm-up and ends where the curve does.
        #expect(picture.evenBulk.x(at: 0) == 40 && picture.evenBulk.y(at: 0) == 0 && picture.evenBulk.x(at: 1) == 200)
        expectClose(Double(picture.evenBulk.y(at: 1)), size, relative: 1e-6)
        expectClose(
            Double(picture.tail.y(at: picture.tail.count - 1)),
            try #require(result.summary?.tailEffectiveSampleSize.value), relative: 1e-6)
    }
}
