// SPDX-License-Identifier: Apache-2.0
// Draws as they are drawn: thinned to what a screen can show, so that a frame takes no longer for more of them.

import Diagnostics
import Screen

/// Everything of an analysis that becomes a picture.
struct ChainPictures: Sendable {
    /// Points of the running mean.
    private static let meanPoints = 400

    /// Points of the pair of coordinates, the lower one horizontal; of one coordinate only `x`, ascending.
    private(set) var x: [Double] = []
    private(set) var y: [Double] = []
    private(set) var xRange: ClosedRange<Double> = 0...1
    private(set) var yRange: ClosedRange<Double> = 0...1
    /// Traces of the marked chains over all draws, those left out included.
    private(set) var traces: [SeriesPyramid] = []
    /// Mean of all draws so far, and one standard error to either side.
    private(set) var mean = SeriesPyramid()
    private(set) var lower = SeriesPyramid()
    private(set) var upper = SeriesPyramid()
    /// The visible part of the running mean: what it and its band span behind the first tenth.
    private(set) var meanRange: ClosedRange<Double>?
    /// Draws of each chain by twentieths of all draws.
    private(set) var ranks: [[Int]] = []
    /// Distributions of the ranks of the marked chains.
    private(set) var differences = RankDifferences()
    /// Effective sample sizes of growing parts of the draws; empty unless they were asked for.
    private(set) var evolution = SizeCurves()

    /// - Parameters:
    ///   - key: what is looked at.
    ///   - store: all draws.
    ///   - draws: the coordinate behind the warm-up.
    ///   - first: the first draw that is looked at.
    ///   - time: draws that are worth one independent draw, for the standard error of the running mean.
    init(_ key: ChainKey, _ store: DrawStore, _ draws: ChainDraws, from first: Int, time: Double?) {
        let (chains, length, values) = (store.chains, draws.drawCount, draws.matrix.values)
        takePoints(key, store, from: first)
        let every = max(1, (store.count + ChainAnalysis.pointCapacity - 1) / ChainAnalysis.pointCapacity)
        traces = key.marked.prefix(Role.seriesCount).filter { (0..<chains).contains($0) }.map { chain in
            var series = SeriesPyramid()
            for draw in stride(from: 0, to: store.count, by: every) {
                let value = store.value(draw: draw, chain: chain, coordinate: key.coordinate)
                series.append(x: Double(draw), y: Double(value))
            }
            return series
        }
        takeMeans(values, chains: chains, length: length, from: first, time: time)
        ranks = Self.ranks(values, chains: chains, length: length)
        if length >= ChainAnalysis.fewestDraws {
            differences = RankDifferences(draws, of: key.marked)
            if key.isEvolving { evolution = SizeCurves(draws, from: first) }
        }
    }

    private mutating func takePoints(_ key: ChainKey, _ store: DrawStore, from first: Int) {
        let (left, right) = (min(key.coordinate, key.other), max(key.coordinate, key.other))
        let isPair = right < store.dimension && left != right
        let length = store.count - first
        let wanted = max(1, ChainAnalysis.pointCapacity / store.chains)
        let every = max(1, (length + wanted - 1) / wanted)
        // The newest draw is always there, so that one sees where the chains are.
        for draw in stride(from: first + max(0, length - 1) % every, to: store.count, by: every) {
            for chain in 0..<store.chains {
                x.append(Double(store.value(draw: draw, chain: chain, coordinate: isPair ? left : key.coordinate)))
                if isPair { y.append(Double(store.value(draw: draw, chain: chain, coordinate: right))) }
            }
        }
        xRange = Self.range(x)
        yRange = Self.range(y)
        if !isPair { x = x.filter { !$0.isNaN }.sorted() }
    }

    /// What finite values span, with a margin of a twentieth.
    static func range(_ values: [Double]) -> ClosedRange<Double> {
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
        guard low <= high else { return 0...1 }
        let margin = high > low ? (high - low) / 20 : max(abs(low) / 10, 1e-6)
        return (low - margin)...(high + margin)
    }

    private mutating func takeMeans(_ values: [Double], chains: Int, length: Int, from first: Int, time: Double?) {
        guard length > 0 else { return }
        let every = max(1, length / Self.meanPoints)
        // Relative to the first value, so that a mean far from zero keeps its digits.
        let origin = values[0]
        var (sum, squares) = (0.0, 0.0)
        for draw in 0..<length {
            for chain in 0..<chains {
                let value = values[chain * length + draw] - origin
                sum += value
                squares += value * value
            }
            guard (draw + 1).isMultiple(of: every) || draw == length - 1 else { continue }
            let count = Double(chains * (draw + 1))
            let center = sum / count
            let place = Double(first + draw)
            mean.append(x: place, y: origin + center)
            guard let time, count > 1 else { continue }
            let variance = max(0, squares - sum * center) / (count - 1)
            let error = (variance * max(time, 0) / count).squareRoot()
            lower.append(x: place, y: origin + center - error)
            upper.append(x: place, y: origin + center + error)
        }
        let window = Double(first + length / 10)...Double(first + length)
        let ends = [mean, lower, upper].compactMap { $0.yRange(in: window) }.flatMap { [$0.lowerBound, $0.upperBound] }
        meanRange = ends.isEmpty ? nil : Self.range(ends)
    }
}
