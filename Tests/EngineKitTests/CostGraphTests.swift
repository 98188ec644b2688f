// SPDX-License-Identifier: Apache-2.0
// The cost of pruned networks against the published widths and multiply-accumulate counts (methods.md of the papers'
// tables: LeNet-500-300, LeNet-5 with VALID convolutions, VGG-like), and the rules of dying units.
import EngineKit
import Testing

@Suite struct CostGraphTests {
    @Test(arguments: [
        ([784, 500, 300], 545_000), ([537, 217, 130], 146_039), ([434, 174, 78], 89_868), ([245, 160, 55], 48_550),
    ])
    func costOfLeNet500And300IsThePublishedOne(widths: [Int], macs: Int) {
        let graph = CostGraph(
            groups: [
                UnitGroup(name: "input", units: 784), UnitGroup(name: "dense1", units: 500),
                UnitGroup(name: "dense2", units: 300),
            ],
            edges: [
                dense("dense1", .group(0, multiplicity: 1), .group(1, multiplicity: 1)),
                dense("dense2", .group(1, multiplicity: 1), .group(2, multiplicity: 1)),
                dense("dense3", .group(2, multiplicity: 1), .fixed(10)),
            ])
        #expect(graph.cost(survivors: widths) == Cost(macs: macs, parameters: macs))
        #expect(graph.denseCost.macs == 545_000)
    }

    @Test(arguments: [
        ([20, 50, 800, 500], 2_293_000), ([17, 32, 329, 75], 1_140_625), ([3, 12, 800, 500], 505_800),
        ([3, 18, 284, 283], 212_802),
    ])
    func costOfLeNet5IsThePublishedOne(widths: [Int], macs: Int) {
        #expect(leNet5.cost(survivors: widths).macs == macs)
    }

    @Test func leNet5HasItsKnownNumberOfWeights() {
        #expect(leNet5.denseCost.parameters == 500 + 25_000 + 400_000 + 5_000)
    }

    @Test(arguments: [
        (1.0, [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512], 313_463_808, 14_977_728),
        (1.0, [64, 62, 128, 126, 234, 155, 31, 81, 76, 9, 138, 101, 413, 373], 137_976_471, 1_643_022),
        (1.0, [64, 62, 128, 126, 234, 155, 31, 79, 73, 9, 59, 73, 56, 27], 136_024_830, 1_051_020),
        (1.0, [44, 54, 92, 115, 234, 155, 31, 76, 55, 9, 34, 35, 21, 280], 99_197_140, 866_407),
        (1.5, [96, 96, 192, 192, 384, 384, 384, 768, 768, 768, 768, 768, 768, 768], 703_962_624, 33_694_752),
        (1.5, [96, 78, 191, 146, 254, 126, 27, 79, 74, 9, 137, 100, 416, 479], 215_476_314, 1_898_106),
        (1.5, [96, 77, 190, 146, 254, 126, 26, 79, 70, 9, 71, 82, 79, 49], 211_734_005, 1_296_464),
        (1.5, [77, 74, 161, 146, 254, 125, 26, 78, 66, 9, 47, 55, 54, 237], 179_118_984, 1_159_797),
    ])
    func costOfTheVGGNetworkIsThePublishedOne(k: Double, widths: [Int], macs: Int, weights: Int) {
        #expect(vggLike(k: k).cost(survivors: widths) == Cost(macs: macs, parameters: weights))
    }

    @Test func unitInsideADeadParentIsDead() {
        var keep = leNet5.groups.map { [Bool](repeating: true, count: $0.units) }
        keep[1][7] = false
        let masks = leNet5.effectiveMasks(keep)
        #expect(masks[2][(7 * 16)..<(8 * 16)].allSatisfy { !$0 })
        #expect(leNet5.survivors(keep) == [20, 49, 784, 500])
    }

    @Test func parentWithoutLivingChildrenIsDead() {
        var keep = leNet5.groups.map { [Bool](repeating: true, count: $0.units) }
        for unit in 0..<16 { keep[2][unit] = false }
        keep[2][17] = false
        let masks = leNet5.effectiveMasks(keep)
        #expect(!masks[1][0])
        #expect(masks[1][1])
        #expect(leNet5.survivors(keep) == [20, 49, 783, 500])
    }

    @Test func deathTravelsUpAndDownAChainOfGroups() {
        let graph = CostGraph(
            groups: [
                UnitGroup(name: "a", units: 2), UnitGroup(name: "b", units: 4, parent: .init(group: 0, block: 2)),
                UnitGroup(name: "c", units: 4, parent: .init(group: 1, block: 1)),
                UnitGroup(name: "d", units: 2, parent: .init(group: 0, block: 1)),
            ], edges: [])
        let all = { (count: Int) in [Bool](repeating: true, count: count) }
        // Both units of c that belong to unit 0 of a die: so do b's, then a's, then d's.
        let masks = graph.effectiveMasks([all(2), all(4), [false, false, true, true], all(2)])
        #expect(masks == [[false, true], [false, false, true, true], [false, false, true, true], [false, true]])
    }

    @Test func masksThatDoNotFitTrap() async {
        await #expect(processExitsWith: .failure) { _ = CostGraphTests.sample.effectiveMasks([[true]]) }
        await #expect(processExitsWith: .failure) { _ = CostGraphTests.sample.cost(survivors: [1, 2]) }
    }

    static let sample = CostGraph(groups: [UnitGroup(name: "a", units: 2)], edges: [])

    private func dense(_ name: String, _ input: CostEdge.Side, _ output: CostEdge.Side) -> CostEdge {
        CostEdge(name: name, input: input, output: output, macsPerPair: 1, weightsPerPair: 1)
    }

    private var leNet5: CostGraph {
        CostGraph(
            groups: [
                UnitGroup(name: "conv1", units: 20), UnitGroup(name: "conv2", units: 50),
                UnitGroup(name: "flat", units: 800, parent: .init(group: 1, block: 16)),
                UnitGroup(name: "dense1", units: 500),
            ],
            edges: [
                convolution("conv1", .fixed(1), .group(0, multiplicity: 1), side: 24, kernel: 5),
                convolution("conv2", .group(0, multiplicity: 1), .group(1, multiplicity: 1), side: 8, kernel: 5),
                dense("dense1", .group(2, multiplicity: 1), .group(3, multiplicity: 1)),
                dense("dense2", .group(3, multiplicity: 1), .fixed(10)),
            ])
    }

    /// 13 convolutions of 3x3, then 512k hidden units and 10 classes; the flattened map is 1x1.
    private func vggLike(k: Double) -> CostGraph {
        let widths = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512].map { Int(Double($0) * k) }
        let sides = [32, 32, 16, 16, 8, 8, 8, 4, 4, 4, 2, 2, 2]
        var edges: [CostEdge] = []
        for layer in 0..<13 {
            let input: CostEdge.Side = layer == 0 ? .fixed(3) : .group(layer - 1, multiplicity: 1)
            let output = CostEdge.Side.group(layer, multiplicity: 1)
            edges.append(convolution("conv\(layer + 1)", input, output, side: sides[layer], kernel: 3))
        }
        edges.append(dense("dense1", .group(12, multiplicity: 1), .group(13, multiplicity: 1)))
        edges.append(dense("dense2", .group(13, multiplicity: 1), .fixed(10)))
        let groups = widths.enumerated().map {
            UnitGroup(name: $0.offset < 13 ? "conv\($0.offset + 1)" : "dense1", units: $0.element)
        }
        return CostGraph(groups: groups, edges: edges)
    }

    private func convolution(
        _ name: String, _ input: CostEdge.Side, _ output: CostEdge.Side, side: Int, kernel: Int
    ) -> CostEdge {
        let weights = kernel * kernel
        return CostEdge(
            name: name, input: input, output: output, macsPerPair: side * side * weights, weightsPerPair: weights)
    }
}
