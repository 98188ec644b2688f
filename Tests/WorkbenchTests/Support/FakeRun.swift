// SPDX-License-Identifier: Apache-2.0
// A made-up run of structured Bayesian pruning on LeNet-5 whose numbers look like those of a real one, always the same.

import EngineKit
import Glibc

@testable import Workbench

/// Deterministic numbers (SplitMix64), good enough to look like noise.
struct Noise {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// Uniform in (0, 1).
    mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return (Double((z ^ z >> 31) >> 11) + 0.5) / 9_007_199_254_740_992
    }

    /// Normal with mean 0 and standard deviation 1 (Box and Muller).
    mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
}

/// The run.
enum FakeRun {
    static let name = "sbp-lenet5-mnist"
    static let stepsPerEpoch = 600
    static let pretrainEpochs = 20
    static let epochs = 80

    static let metrics: [MetricDefinition] = [
        MetricDefinition(
            name: "train/loss", unit: "nats", direction: .lowerIsBetter,
            definition: "Negative lower bound per object: mean cross-entropy of the batch plus KL / N."),
        MetricDefinition(
            name: "train/crossEntropy", unit: "nats", direction: .lowerIsBetter,
            definition: "Mean cross-entropy of the batch under one draw of the noise."),
        MetricDefinition(
            name: "train/divergence", unit: "nats", direction: .neutral,
            definition: "Sum over all units of KL(q || p), the price of the information in the noise scales."),
        MetricDefinition(
            name: "train/error", unit: "%", direction: .lowerIsBetter,
            definition: "Share of training objects misclassified."),
        MetricDefinition(
            name: "test/error", unit: "%", direction: .lowerIsBetter, definition: "Share of test objects misclassified."
        ),
        MetricDefinition(
            name: "test/crossEntropy", unit: "nats", direction: .lowerIsBetter,
            definition: "Mean cross-entropy on the test set, as for test/error."),
        MetricDefinition(
            name: "cost/macsRatio", unit: "", direction: .higherIsBetter,
            definition: "Multiply-accumulates of the dense network over those of the surviving one."),
        MetricDefinition(
            name: "cost/parametersRatio", unit: "", direction: .higherIsBetter,
            definition: "Weights of the dense network over those of the surviving one."),
        MetricDefinition(
            name: "speed/imagesPerSecond", unit: "1/s", direction: .higherIsBetter,
            definition: "Training images per second over the last epoch, evaluation not counted."),
    ]

    static let description = RunDescription(
        name: name, engine: "sbp", title: "LeNet-5 on MNIST, structured Bayesian pruning", metrics: metrics,
        headlineMetric: "test/error", isOwn: true)

    /// LeNet-5-Caffe: 2 293 000 multiply-accumulates, 430 500 weights.
    static let graph = CostGraph(
        groups: [
            UnitGroup(name: "conv1", units: 20), UnitGroup(name: "conv2", units: 50),
            UnitGroup(name: "flat", units: 800, parent: .init(group: 1, block: 16)),
            UnitGroup(name: "dense1", units: 500),
        ],
        edges: [
            CostEdge(
                name: "conv1", input: .fixed(1), output: .group(0, multiplicity: 1), macsPerPair: 14400,
                weightsPerPair: 25),
            CostEdge(
                name: "conv2", input: .group(0, multiplicity: 1), output: .group(1, multiplicity: 1), macsPerPair: 1600,
                weightsPerPair: 25),
            CostEdge(
                name: "dense1", input: .group(2, multiplicity: 1), output: .group(3, multiplicity: 1), macsPerPair: 1,
                weightsPerPair: 1),
            CostEdge(
                name: "dense2", input: .group(3, multiplicity: 1), output: .fixed(10), macsPerPair: 1, weightsPerPair: 1
            ),
        ])

    /// The share of units of each layer that survives in the end.
    private static let kept = [0.25, 0.4, 0.3, 0.45]

    /// The layers after an epoch of pruning: units drift apart into two heaps.
    static func layers(epoch: Int) -> LayerSnapshot {
        let time = 1 - exp(-Double(epoch - pretrainEpochs) / 18)
        let layers = graph.groups.enumerated().map { index, group -> LayerState in
            var noise = Noise(UInt64(index + 1))
            var snr: [Double] = []
            var mu: [Double] = []
            var logSigma: [Double] = []
            var gains: [Double] = []
            // A stream of its own, so that the other numbers do not depend on it.
            var opinion = Noise(UInt64(index + 101))
            for _ in 0..<group.units {
                let isKept = noise.uniform() < kept[index]
                let goal = isKept ? 1.3 + 0.35 * noise.normal() : -0.7 + 0.3 * noise.normal()
                let value = 2.1 + (goal - 2.1) * time + 0.05 * noise.normal()
                snr.append(pow(10, value))
                gains.append(-0.4 - 2 * value + 0.8 * opinion.normal())
                mu.append(isKept ? -0.4 + 0.3 * noise.normal() : -0.4 - 3 * time + 0.8 * noise.normal())
                logSigma.append(isKept ? -2.8 + 0.4 * noise.normal() : -2.8 + 4 * time + 0.5 * noise.normal())
            }
            return LayerState(
                name: group.name, signalToNoise: snr, mu: mu, logSigma: logSigma,
                kullbackLeibler: Double(group.units) * (2 - time), evidenceGain: gains)
        }
        return LayerSnapshot(step: epoch * stepsPerEpoch, epoch: Double(epoch), layers: layers)
    }

    /// All events up to the end of an epoch.
    static func events(epochs: Int, seed: UInt64 = 7) -> [RunEvent] {
        var noise = Noise(seed)
        var events: [RunEvent] = [
            .stage(step: 0, name: "pretrain", index: 0, count: 2),
            .message(step: 0, level: .notice, text: "60 000 training and 10 000 test images of 28×28 from mnist"),
        ]
        for epoch in 1...epochs {
            if epoch == pretrainEpochs + 1 {
                events.append(.costGraph(graph))
                events.append(.stage(step: pretrainEpochs * stepsPerEpoch, name: "prune", index: 1, count: 2))
            }
            events += stepEvents(epoch: epoch, noise: &noise)
            events += epochEvents(epoch: epoch, noise: &noise)
        }
        return events
    }

    private static func stepEvents(epoch: Int, noise: inout Noise) -> [RunEvent] {
        stride(from: 50, through: stepsPerEpoch, by: 50).map { offset in
            let step = (epoch - 1) * stepsPerEpoch + offset
            let age = Double(step) / Double(stepsPerEpoch)
            let isPruning = epoch > pretrainEpochs
            let cross = 0.02 + 0.7 * exp(-age / 1.6) + (isPruning ? 0.035 * exp(-(age - 20) / 20) : 0)
            let crossEntropy = cross * exp(0.25 * noise.normal())
            let divergence = isPruning ? 6000 * exp(-(age - 20) / 16) + 2300 : 0
            var values = [
                MetricValue("train/loss", crossEntropy + divergence / 60000),
                MetricValue("train/crossEntropy", crossEntropy),
            ]
            if isPruning { values.append(MetricValue("train/divergence", divergence)) }
            return .metrics(step: step, epoch: age, values: values)
        }
    }

    private static func epochEvents(epoch: Int, noise: inout Noise) -> [RunEvent] {
        let step = epoch * stepsPerEpoch
        let isPruning = epoch > pretrainEpochs
        let time = isPruning ? Double(epoch - pretrainEpochs) / 60 : 0
        let error = 0.78 + 2.4 * exp(-Double(epoch) / 3) + 0.12 * time + 0.04 * noise.normal()
        var values = [
            MetricValue("train/error", 0.2 + 6 * exp(-Double(epoch) / 2.5) + 0.5 * time + 0.03 * noise.normal()),
            MetricValue("test/error", error),
            MetricValue("test/crossEntropy", 0.026 + error / 100 + 0.001 * noise.normal()),
            MetricValue("speed/imagesPerSecond", 8200 + 60 * noise.normal() - (isPruning ? 350 : 0)),
        ]
        var events: [RunEvent] = []
        if isPruning {
            let snapshot = layers(epoch: epoch)
            let masks = snapshot.layers.map { $0.survivors(threshold: 1) }
            let cost = graph.cost(survivors: graph.survivors(masks))
            values.append(MetricValue("cost/macsRatio", Double(graph.denseCost.macs) / Double(cost.macs)))
            values.append(
                MetricValue("cost/parametersRatio", Double(graph.denseCost.parameters) / Double(cost.parameters)))
            events.append(.layers(snapshot))
        }
        events.insert(.metrics(step: step, epoch: Double(epoch), values: values), at: 0)
        if epoch % 20 == 0 {
            events.append(.message(step: step, level: .notice, text: "checkpoint of epoch \(epoch) written"))
        }
        return events
    }

    static func evaluation(_ thresholds: [Double], error: Double, step: Int, request: Int = 0) -> RunEvent {
        .evaluation(
            ThresholdEvaluation(requestIdentifier: request, step: step, thresholds: thresholds, testError: error))
    }
}
