// SPDX-License-Identifier: Apache-2.0
// A made-up run of stochastic batch normalization: four methods on 200 objects of each domain.

import EngineKit
import Glibc

@testable import Workbench

enum FakeUncertaintyRun {
    static let name = "sbn-lenet5-glyphs"

    static let description = RunDescription(
        name: name, engine: "sbn", title: "LeNet-5 on glyphs, stochastic batch normalization", metrics: [],
        headlineMetric: "nll/virtual", isOwn: true)

    static let objects = 200
    static let classes = 10

    /// Log probabilities of a method that is `sharpness` sure of one class; outside less so and of any class.
    private static func logProbabilities(_ sharpness: Double, _ domain: PredictionBlock.Domain, _ noise: inout Noise)
        -> [Float]
    {
        (0..<objects).flatMap { object -> [Float] in
            let scale = domain == .inside ? sharpness : sharpness * 0.5
            let favourite = noise.uniform() < 0.97 ? object % classes : (object + 3) % classes
            let logits = (0..<classes).map { ($0 == favourite ? scale : 0) + noise.normal() }
            let total = log(logits.reduce(0) { $0 + exp($1) })
            return logits.map { Float($0 - total) }
        }
    }

    static func block(
        _ method: String, members: Int = 1, _ domain: PredictionBlock.Domain, drawCounts: [Int], sharpness: Double
    ) -> RunEvent {
        var noise = Noise(UInt64(method.count * 10 + members))
        return .record(
            .predictions(
                PredictionBlock(
                    step: 900, method: method, members: members, domain: domain, first: 0, total: objects,
                    classes: classes, drawCounts: drawCounts,
                    labels: domain == .inside ? (0..<objects).map { $0 % classes } : [],
                    logProbabilities: drawCounts.indices.flatMap { place in
                        logProbabilities(sharpness - 0.3 * Double(place), domain, &noise)
                    })))
    }

    static var pictures: RunEvent {
        func entries(_ first: Int, _ entropy: Double) -> [PictureSet.Entry] {
            (0..<12).map { PictureSet.Entry(object: first + $0, entropy: entropy + 0.01 * Double($0)) }
        }
        return .record(
            .pictures(
                PictureSet(
                    step: 900, method: "virtual", members: 1, domain: .outside, height: 28, width: 28, channels: 1,
                    classes: classes, certain: entries(3, 0.01), uncertain: entries(90, 1.9),
                    pixels: (0..<24 * 784).map { Float($0 % 28 + $0 / 784) / 56 },
                    probabilities: (0..<24 * classes).map { $0 % classes == 2 ? 0.91 : 0.01 })))
    }

    static func statistics(_ layer: String, channels: Int, batches: Int = 100) -> RunEvent {
        var noise = Noise(7)
        let values = (0..<batches * channels).map { _ in Float(noise.normal()) }
        return .record(
            .statistics(
                ObservedStatistics(
                    step: 800, layer: layer, channels: channels, batches: batches, isHeldOut: true, mu: values,
                    logSigma: values.map { $0 / 10 - 1 },
                    fit: [0, 1, -1, 0.1].flatMap { [Float](repeating: $0, count: channels) },
                    pValues: (0..<2 * channels).map { Float($0 + 1) / Float(2 * channels) })))
    }

    static let events: [RunEvent] = [
        .stage(step: 800, name: "evaluate", index: 3, count: 4),
        statistics("conv1.bn", channels: 20), statistics("conv2.bn", channels: 50),
        block("running", .inside, drawCounts: [1], sharpness: 9),
        block("running", .outside, drawCounts: [1], sharpness: 9),
        block("virtual", .inside, drawCounts: [1, 2, 4, 8, 16, 32], sharpness: 8.5),
        block("virtual", .outside, drawCounts: [1, 2, 4, 8, 16, 32], sharpness: 7),
        pictures,
        block("virtual", members: 5, .inside, drawCounts: [1, 2, 4, 8, 16, 32], sharpness: 8),
        block("virtual", members: 5, .outside, drawCounts: [1, 2, 4, 8, 16, 32], sharpness: 6),
        // Still under way.
        block("dropout", .inside, drawCounts: [1, 2, 4, 8, 16, 32], sharpness: 7),
    ]

    static func model(height: Int = 24, width: Int = 80) -> WorkbenchModel {
        var model = WorkbenchModel()
        apply(
            [
                .clock(seconds: 1000), .resized(height: height, width: width), .runOpened(description),
                .runHistory(name: name, RunHistory(events: events, startsOver: true, isComplete: true)),
                .runUpdate(
                    name: name,
                    feedUpdate(progress: Progress(step: 900, totalSteps: 1200, epoch: 12, stage: "evaluate"))),
            ], to: &model)
        press("3", on: &model)
        model.notice = nil
        return model
    }
}
