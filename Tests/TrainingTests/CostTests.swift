// SPDX-License-Identifier: Apache-2.0
// Costs derived from architectures equal the published counts.

import EngineKit
import Nets
import Testing
import Training

@Suite struct CostTests {
    @Test func leNet500300HasThePublishedCounts() {
        let graph = CostGraph(.leNet500300())
        #expect(graph.groups.map(\.units) == [784, 500, 300])
        #expect(graph.denseCost.macs == 545_000)
        #expect(graph.cost(survivors: [537, 217, 130]).macs == 146_039)
        #expect(graph.cost(survivors: [434, 174, 78]).macs == 89_868)
        #expect(graph.cost(survivors: [245, 160, 55]).macs == 48_550)
    }

    @Test func leNet5HasThePublishedCounts() {
        let graph = CostGraph(.leNet5())
        #expect(graph.groups.map(\.units) == [20, 50, 800, 500])
        #expect(graph.denseCost.macs == 2_293_000)
        #expect(graph.cost(survivors: [17, 32, 329, 75]).macs == 1_140_625)
        #expect(graph.cost(survivors: [3, 12, 800, 500]).macs == 505_800)
        #expect(graph.cost(survivors: [3, 18, 284, 283]).macs == 212_802)
    }

    /// Published widths: thirteen convolutions and the dense layer; the flattened features are the 13th convolution's.
    @Test(arguments: [
        (1.0, [64, 62, 128, 126, 234, 155, 31, 81, 76, 9, 138, 101, 413, 373], 137_976_471, 1_643_022),
        (1.0, [64, 62, 128, 126, 234, 155, 31, 79, 73, 9, 59, 73, 56, 27], 136_024_830, 1_051_020),
        (1.0, [44, 54, 92, 115, 234, 155, 31, 76, 55, 9, 34, 35, 21, 280], 99_197_140, 866_407),
        (1.5, [96, 78, 191, 146, 254, 126, 27, 79, 74, 9, 137, 100, 416, 479], 215_476_314, 1_898_106),
        (1.5, [96, 77, 190, 146, 254, 126, 26, 79, 70, 9, 71, 82, 79, 49], 211_734_005, 1_296_464),
        (1.5, [77, 74, 161, 146, 254, 125, 26, 78, 66, 9, 47, 55, 54, 237], 179_118_984, 1_159_797),
    ])
    func vggLikeHasThePublishedCounts(k: Double, widths: [Int], macs: Int, weights: Int) {
        let graph = CostGraph(.vggLike(k: k))
        #expect(graph.denseCost.macs == (k == 1 ? 313_463_808 : 703_962_624))
        #expect(graph.denseCost.parameters == (k == 1 ? 14_977_728 : 33_694_752))
        #expect(graph.groups.count == 15)
        let survivors = Array(widths[..<13]) + [widths[12], widths[13]]
        #expect(graph.cost(survivors: survivors) == Cost(macs: macs, parameters: weights))
    }
}
