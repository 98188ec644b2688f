// SPDX-License-Identifier: Apache-2.0
// Effective sample sizes of growing parts of the draws, and the straight lines that they follow if the chains mix.

import Diagnostics
import Screen

/// The picture "ESS evolution" of a coordinate.
struct SizeCurves: Sendable {
    /// Parts of the draws that are looked at.
    static let parts = 20

    /// Effective sample sizes over the draws of each chain.
    private(set) var bulk = SeriesPyramid()
    private(set) var tail = SeriesPyramid()
    /// Straight lines from no draws at all to the last sizes; empty without.
    private(set) var evenBulk = SeriesPyramid()
    private(set) var evenTail = SeriesPyramid()

    /// Nothing to draw.
    init() {}

    /// Looks at twentieths of draws; sizes that are undefined are left out.
    ///
    /// - Parameters:
    ///   - draws: the draws behind the warm-up.
    ///   - first: the first of them, counted from the beginning.
    init(_ draws: ChainDraws, from first: Int) {
        let sizes = effectiveSampleSizeEvolution(draws, parts: Self.parts)
        for size in sizes {
            let place = Double(first + size.drawCount)
            if let value = size.bulk.value { bulk.append(x: place, y: value) }
            if let value = size.tail.value { tail.append(x: place, y: value) }
        }
        let origin = Double(first)
        func straight(_ last: Double?) -> SeriesPyramid {
            guard let last else { return SeriesPyramid() }
            return SeriesPyramid(x: [origin, origin + Double(draws.drawCount)], y: [0, last])
        }
        evenBulk = straight(sizes.last?.bulk.value)
        evenTail = straight(sizes.last?.tail.value)
    }
}
