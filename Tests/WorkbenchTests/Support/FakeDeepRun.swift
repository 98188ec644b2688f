// SPDX-License-Identifier: Apache-2.0
// A made-up run with more layers than a small window has rows: the fifteen gates of a VGG-like network.

import EngineKit
import Glibc

@testable import Workbench

enum FakeDeepRun {
    static let name = "sbp-vgg-cifar10"

    static let description = RunDescription(
        name: name, engine: "sbp", title: "VGG-like on CIFAR-10", metrics: FakeRun.metrics,
        headlineMetric: "test/error", isOwn: true)

    /// Name, units and side of the map of each gated layer.
    private static let layers: [(name: String, units: Int, side: Int)] = [
        ("conv1_1", 64, 32), ("conv1_2", 64, 32), ("conv2_1", 128, 16), ("conv2_2", 128, 16), ("conv3_1", 256, 8),
        ("conv3_2", 256, 8), ("conv3_3", 256, 8), ("conv4_1", 512, 4), ("conv4_2", 512, 4), ("conv4_3", 512, 4),
        ("conv5_1", 512, 2), ("conv5_2", 512, 2), ("conv5_3", 512, 2), ("flatten", 512, 0), ("fc1", 512, 0),
    ]

    private static let graph: CostGraph = {
        var groups: [UnitGroup] = []
        var edges: [CostEdge] = []
        var input = CostEdge.Side.fixed(3)
        for (index, layer) in layers.enumerated() {
            if layer.name == "flatten" {
                let parent = UnitGroup.Parent(group: index - 1, block: 1)
                groups.append(UnitGroup(name: layer.name, units: layer.units, parent: parent))
            } else {
                groups.append(UnitGroup(name: layer.name, units: layer.units))
                let taps = layer.side > 0 ? 9 : 1
                edges.append(
                    CostEdge(
                        name: layer.name, input: input, output: .group(index, multiplicity: 1),
                        macsPerPair: max(1, layer.side * layer.side) * taps, weightsPerPair: taps))
            }
            input = .group(index, multiplicity: 1)
        }
        edges.append(CostEdge(name: "fc2", input: input, output: .fixed(10), macsPerPair: 1, weightsPerPair: 1))
        return CostGraph(groups: groups, edges: edges)
    }()

    private static func snapshot(epoch: Int) -> LayerSnapshot {
        let time = 1 - exp(-Double(epoch) / 15)
        let states = layers.enumerated().map { index, layer -> LayerState in
            var noise = Noise(UInt64(index + 1))
            // Later layers lose more.
            let share = 1 - 0.06 * Double(index)
            let values = (0..<layer.units).map { _ in
                let goal = noise.uniform() < share ? 1 + 0.4 * noise.normal() : -0.6 + 0.3 * noise.normal()
                return 2 + (goal - 2) * time
            }
            return LayerState(
                name: layer.name, signalToNoise: values.map { pow(10, $0) }, mu: values.map { $0 - 2 },
                logSigma: values.map { -$0 }, kullbackLeibler: 3 * Double(layer.units) * (1 - 0.5 * time))
        }
        return LayerSnapshot(step: epoch * 500, epoch: Double(epoch), layers: states)
    }

    static func model(height: Int, width: Int) -> WorkbenchModel {
        var events: [RunEvent] = [.costGraph(graph)]
        for epoch in stride(from: 5, through: 60, by: 5) {
            let error = 6.5 + 3 * exp(-Double(epoch) / 10)
            events.append(
                .metrics(step: epoch * 500, epoch: Double(epoch), values: [MetricValue("test/error", error)]))
            events.append(.layers(snapshot(epoch: epoch)))
        }
        for (threshold, error) in [(0.2, 6.52), (4.0, 7.9), (12.0, 14.0)] {
            events.append(
                .evaluation(
                    ThresholdEvaluation(
                        requestIdentifier: 0, step: 30_000,
                        thresholds: [Double](repeating: threshold, count: layers.count), testError: error)))
        }
        var model = WorkbenchModel.chooser(height: height, width: width)
        let progress = Progress(step: 30_000, totalSteps: 150_000, epoch: 60, stage: "prune")
        apply(
            [
                .runOpened(description), .runUpdate(name: name, feedUpdate(events, progress: progress)),
            ], to: &model)
        press("2", on: &model)
        model.notice = nil
        return model
    }
}
