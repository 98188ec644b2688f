// SPDX-License-Identifier: Apache-2.0
// Costs derived from architectures equal the published counts, row by row, and counts by plain loops.

import EngineKit
import Nets
import TestSupport
import Testing
import Training

/// A row of the published tables [NMAV17]: a network, its widths, and what follows from them.
struct PublishedRow: Sendable, CustomTestStringConvertible {
    let method: String
    let k: Double
    /// As published: inputs and layers of LeNet-500-300; four gates of LeNet-5; 13 convolutions and a layer of VGG-like.
    let widths: [Int]
    let macs: Int
    /// The published ratio of operations; `nil` where it does not follow from the widths.
    let ratio: Double?

    init(_ method: String, k: Double = 1, _ widths: [Int], _ macs: Int, _ ratio: Double?) {
        self.method = method
        self.k = k
        self.widths = widths
        self.macs = macs
        self.ratio = ratio
    }

    var testDescription: String { "\(method) \(widths.map(String.init).joined(separator: "-"))" }
}

@Suite struct CostTests {
    static let leNet500300 = [
        PublishedRow("Original", [784, 500, 300], 545_000, 1),
        PublishedRow("SparseVD", [537, 217, 130], 146_039, 3.73),
        PublishedRow("SSL", [434, 174, 78], 89_868, 6.06),
        PublishedRow("StructuredBP", [245, 160, 55], 48_550, 11.23),
    ]

    @Test(arguments: leNet500300)
    func leNet500300HasThePublishedCounts(row: PublishedRow) {
        let graph = CostGraph(.leNet500300())
        #expect(graph.groups.map(\.units) == [784, 500, 300])
        let widths = row.widths + [10]
        let pairs = (0..<3).reduce(0) { $0 + widths[$1] * widths[$1 + 1] }
        #expect(graph.cost(survivors: row.widths) == Cost(macs: pairs, parameters: pairs))
        check(row, graph, survivors: row.widths)
    }

    /// The published ratios of this network (2.19, 3.90, 10.49) do not follow from its widths; these do.
    static let leNet5 = [
        PublishedRow("Original", [20, 50, 800, 500], 2_293_000, 1),
        PublishedRow("SparseVD", [17, 32, 329, 75], 1_140_625, 2.01),
        PublishedRow("SSL", [3, 12, 800, 500], 505_800, 4.53),
        PublishedRow("StructuredBP", [3, 18, 284, 283], 212_802, 10.78),
    ]

    @Test(arguments: leNet5)
    func leNet5HasTheCountsOfItsWidths(row: PublishedRow) {
        let graph = CostGraph(.leNet5())
        #expect(graph.groups.map(\.units) == [20, 50, 800, 500])
        let (a, b, c, d) = (row.widths[0], row.widths[1], row.widths[2], row.widths[3])
        let parameters = 25 * a + 25 * a * b + c * d + 10 * d
        #expect(graph.cost(survivors: row.widths).parameters == parameters)
        check(row, graph, survivors: row.widths)
    }

    static let vggLike = [
        PublishedRow(
            "Original", [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512], 313_463_808, 1),
        PublishedRow(
            "SparseVD", [64, 62, 128, 126, 234, 155, 31, 81, 76, 9, 138, 101, 413, 373], 137_976_471, 2.27),
        PublishedRow(
            "StructuredBP", [64, 62, 128, 126, 234, 155, 31, 79, 73, 9, 59, 73, 56, 27], 136_024_830, 2.30),
        PublishedRow("StructuredBPa", [44, 54, 92, 115, 234, 155, 31, 76, 55, 9, 34, 35, 21, 280], 99_197_140, 3.16),
        PublishedRow(
            "Original", k: 1.5, [96, 96, 192, 192, 384, 384, 384, 768, 768, 768, 768, 768, 768, 768], 703_962_624, 1),
        PublishedRow(
            "SparseVD", k: 1.5, [96, 78, 191, 146, 254, 126, 27, 79, 74, 9, 137, 100, 416, 479], 215_476_314, 3.27),
        PublishedRow(
            "StructuredBP", k: 1.5, [96, 77, 190, 146, 254, 126, 26, 79, 70, 9, 71, 82, 79, 49], 211_734_005, 3.32),
        PublishedRow(
            "StructuredBPa", k: 1.5, [77, 74, 161, 146, 254, 125, 26, 78, 66, 9, 47, 55, 54, 237], 179_118_984, 3.93),
    ]
    private static let vggWeights = [
        14_977_728, 1_643_022, 1_051_020, 866_407, 33_694_752, 1_898_106, 1_296_464, 1_159_797,
    ]

    /// Fifteen gates, fourteen published widths: the flattened features are the units of the 13th convolution.
    @Test(arguments: vggLike.indices)
    func vggLikeHasThePublishedCounts(index: Int) {
        let row = Self.vggLike[index]
        let graph = CostGraph(.vggLike(k: row.k))
        #expect(graph.groups.count == 15)
        #expect(graph.groups[13].parent == UnitGroup.Parent(group: 12, block: 1))
        let survivors = row.widths[..<13] + [row.widths[12], row.widths[13]]
        let sides = [32, 32, 16, 16, 8, 8, 8, 4, 4, 4, 2, 2, 2]
        var (macs, weights) = (0, 0)
        for (layer, side) in sides.enumerated() {
            let pairs = 9 * (layer == 0 ? 3 : row.widths[layer - 1]) * row.widths[layer]
            weights += pairs
            macs += side * side * pairs
        }
        let dense = row.widths[12] * row.widths[13] + 10 * row.widths[13]
        #expect(graph.cost(survivors: Array(survivors)) == Cost(macs: macs + dense, parameters: weights + dense))
        #expect(weights + dense == Self.vggWeights[index])
        check(row, graph, survivors: Array(survivors))
    }

    /// Counted block by block: two 3x3 convolutions, and a 1x1 convolution where the shape changes.
    @Test(arguments: [1.0, 0.25, 1.5])
    func resNet18HasTheCountsOfItsBlocks(k: Double) {
        let widths = [64, 128, 256, 512].map { Int(k * $0) }
        let graph = CostGraph(.resNet18(k: k))
        #expect(graph.groups.map(\.units) == widths.flatMap { [$0, $0] })
        // Half of the inner units of each block, and all of them.
        for share in [1, 2] {
            var cost = Cost(macs: 1024 * 27 * widths[0], parameters: 27 * widths[0])
            var inputs = widths[0]
            for (stage, width) in widths.enumerated() {
                let pixels = 1024 >> (2 * stage)
                for index in 0..<2 {
                    var weights = 9 * (width / share) * (inputs + width)
                    if stage > 0, index == 0 { weights += inputs * width }
                    cost.parameters += weights
                    cost.macs += pixels * weights
                    inputs = width
                }
            }
            cost.parameters += 10 * inputs
            cost.macs += 10 * inputs
            #expect(graph.cost(survivors: graph.groups.map { $0.units / share }) == cost)
        }
        // The usual count of this network without biases and normalization.
        if k == 1 { #expect(graph.denseCost.parameters == 11_164_352) }
    }

    private func check(_ row: PublishedRow, _ graph: CostGraph, survivors: [Int]) {
        let cost = graph.cost(survivors: survivors)
        #expect(cost.macs == row.macs)
        guard let ratio = row.ratio else { return }
        // Published with two digits, rounded or cut off.
        expectClose(Double(graph.denseCost.macs) / Double(cost.macs), ratio, absolute: 0.01, row.method)
    }
}
