// SPDX-License-Identifier: Apache-2.0
// Distributions of the ranks of chains minus the uniform one, with the band that chains which agree stay within.

import Diagnostics
import Screen

/// The picture "ECDF difference" of a coordinate.
struct RankDifferences: Sendable {
    /// Intervals of the ranks at whose ends the distributions are compared, at most.
    static let mostPoints = 40
    /// Independent draws of a chain in an interval, at least: of fewer the counts are too skewed for the band's normal limit.
    private static let fewestDraws = 10.0
    /// The probability that no chain leaves the band at any point.
    static let level = 0.95

    /// The distribution of the ranks of each chain that is shown minus the uniform one, over the ranks in [0, 1].
    private(set) var curves: [SeriesPyramid] = []
    /// The edges of the band; empty where it is not known.
    private(set) var lower = SeriesPyramid()
    private(set) var upper = SeriesPyramid()

    /// Nothing to draw.
    init() {}

    /// Compares chains with all draws; there is nothing to compare with one chain.
    ///
    /// The band is that of independent draws, as many as those of a chain are worth: by the autocorrelation time within
    /// the chains that are shown, their median. Between chains that disagree that of all draws would be so long that
    /// nothing ever left the band.
    init(_ draws: ChainDraws, of chains: [Int]) {
        let shown = chains.filter { (0..<draws.chainCount).contains($0) }
        guard draws.chainCount > 1, !shown.isEmpty else { return }
        let times = shown.compactMap { chain -> Double? in
            integratedAutocorrelationTime(ChainDraws([Array(draws.matrix[chain])])).value
        }.sorted()
        // Draws that are worth more than independent ones are not trusted to be.
        let worth = times.isEmpty ? nil : Double(draws.drawCount) / max(1, times[times.count / 2])
        let points = max(2, min(Self.mostPoints, Int((worth ?? Double(draws.drawCount)) / Self.fewestDraws)))
        let differences = rankDistributionDifferences(draws, points: points)
        guard !differences.isEmpty else { return }
        let places = (0...points).map { Double($0) / Double(points) }
        curves = shown.map { chain in
            var curve = SeriesPyramid()
            for (place, difference) in zip(places, differences[chain]) { curve.append(x: place, y: difference) }
            return curve
        }
        guard let worth else { return }
        let widths = rankDistributionBand(
            chains: draws.chainCount, draws: worth, points: points, level: Self.level)
        for (place, width) in zip(places, widths) {
            // A distribution function lies in [0, 1].
            lower.append(x: place, y: max(-place, -width))
            upper.append(x: place, y: min(1 - place, width))
        }
    }
}
