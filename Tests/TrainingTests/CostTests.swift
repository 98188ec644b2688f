// SPDX-License-Identifier: Apache-2.0
// Costs derived from architectures equal the published counts, row by row, and counts by plain loops.

import EngineKit
import Nets
import TestSupport
import Testing
import Training

/// Published networks, row by row.
@Suite struct CostTests {
    /// What follows from the widths of each row, in the order of `PublishedWidths.all`.
    private static let counted: [(macs: Int, parameters: Int)] = [
        (545_000, 545_000), (146_039, 146_039), (89_868, 89_868), (48_550, 48_550),
        (2_293_000, 430_500), (1_140_625, 39_450), (505_800, 405_975), (212_802, 84_627),
        (313_463_808, 14_977_728), (137_976_471, 1_643_022), (136_024_830, 1_051_020), (99_197_140, 866_407),
        (703_962_624, 33_694_752), (215_476_314, 1_898_106), (211_734_005, 1_296_464), (179_118_984, 1_159_797),
    ]

    @Test(arguments: PublishedWidths.all.indices)
    func publishedNetworksHaveTheCountsOfTheirWidths(row index: Int) {
        let row = PublishedWidths.all[index]
        let graph = CostGraph(row.network.architecture)
        let expected = Cost(macs: Self.counted[index].macs, parameters: Self.counted[index].parameters)
        #expect(graph.cost(survivors: row.survivors) == expected, "\(row)")
        #expect(Self.countedByHand(row) == expected, "\(row)")
        if row.method == "Original" { #expect(graph.denseCost == expected, "\(row)") }
        // The narrow network that is timed is the one that was counted, but for features that cannot exist: 12 channels have
        // 192 of the 800 that are listed.
        let missing = "\(row)" == "lenet5 SSL" ? (800 - 192) * 500 : 0
        let real = Cost(macs: expected.macs - missing, parameters: expected.parameters - missing)
        #expect(CostGraph(row.narrow).denseCost == real, "\(row)")
    }

    @Test(arguments: PublishedWidths.all.indices)
    func publishedRatiosOfOperationsAreThoseOfMultiplyAccumulatesButForLeNet5(row index: Int) throws {
        let row = PublishedWidths.all[index]
        let graph = CostGraph(row.network.architecture)
        let ratio = Double(graph.denseCost.macs) / Double(graph.cost(survivors: row.survivors).macs)
        guard row.network == .leNet5, row.method != "Original" else {
            // Published with two digits, rounded or cut off.
            expectClose(ratio, row.operationsRatio, absolute: 0.01, "\(row)")
            return
        }
        let own = try #require(["SparseVD": 2.01, "SSL": 4.53, "StructuredBP": 10.78][row.method])
        expectClose(ratio, own, absolute: 0.005, "\(row)")
        #expect(abs(ratio - row.operationsRatio) > 0.15, "\(row)")
    }

    /// The products of the layers, written out for each network.
    private static func countedByHand(_ row: PublishedWidths) -> Cost {
        let w = row.widths
        switch row.network {
        case .leNet500300:
            let pairs = w[0] * w[1] + w[1] * w[2] + w[2] * 10
            return Cost(macs: pairs, parameters: pairs)
        case .leNet5:
            // Maps of 24 x 24 and 8 x 8 pixels behind windows of 5 x 5.
            let dense = w[2] * w[3] + w[3] * 10
            return Cost(
                macs: 576 * 25 * w[0] + 64 * 25 * w[0] * w[1] + dense, parameters: 25 * w[0] + 25 * w[0] * w[1] + dense)
        case .vggLike:
            let sides = [32, 32, 16, 16, 8, 8, 8, 4, 4, 4, 2, 2, 2]
            // The flattened features are the units of the 13th convolution.
            var cost = Cost(macs: w[12] * w[13] + 10 * w[13], parameters: w[12] * w[13] + 10 * w[13])
            for (layer, side) in sides.enumerated() {
                let weights = 9 * (layer == 0 ? 3 : w[layer - 1]) * w[layer]
                cost.parameters += weights
                cost.macs += side * side * weights
            }
            return cost
        }
    }

    @Test func gatesOfThePublishedNetworksAreTheirWidths() {
        #expect(CostGraph(.leNet500300()).groups.map(\.units) == [784, 500, 300])
        #expect(CostGraph(.leNet5()).groups.map(\.units) == [20, 50, 800, 500])
        // Fifteen gates, fourteen published widths.
        let vgg = CostGraph(.vggLike())
        #expect(vgg.groups.count == 15)
        #expect(vgg.groups[13].parent == UnitGroup.Parent(group: 12, block: 1))
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
            let survivors = graph.groups.map { $0.units / share }
            #expect(graph.cost(survivors: survivors) == cost)
            #expect(CostGraph(Architecture.resNet18(k: k).narrowed(to: survivors)).denseCost == cost)
        }
        // The usual count of this network without biases and normalization.
        if k == 1 { #expect(graph.denseCost.parameters == 11_164_352) }
    }
}
