// SPDX-License-Identifier: Apache-2.0
// What was recorded is what is read, in its order and to the last bit.
import EngineKit
import Testing

@testable import Store

@Suite struct EventRoundTripTests {
    static let all: [RunEvent] =
        [
            .stage(step: 0, name: "pretrain", index: 0, count: 2),
            .costGraph(graph),
            .metrics(step: 1, epoch: 0.1, values: [MetricValue("a", 0.1), MetricValue("b", -0.0)]),
            .metrics(step: 1, epoch: 0.1, values: [MetricValue("b", .leastNonzeroMagnitude)]),
            .metrics(step: 2, epoch: 0.2, values: []),
            .metrics(step: 2, epoch: .infinity, values: [MetricValue("a", .infinity), MetricValue("b", -.infinity)]),
            .layers(LayerSnapshot(step: 2, epoch: 0.2, layers: [layer(2), layer(3)])),
            .layers(LayerSnapshot(step: 2, epoch: 0.2, layers: [])),
            .layers(
                LayerSnapshot(
                    step: 2, epoch: 0.3,
                    layers: [
                        LayerState(
                            name: "fc1", signalToNoise: [1, 2], mu: [0, 0], logSigma: [0, 0], kullbackLeibler: 3,
                            evidenceGain: [0.5, -.infinity])
                    ])),
            .stage(step: 2, name: "prune", index: 1, count: 2),
            .evaluation(
                ThresholdEvaluation(requestIdentifier: 7, step: 2, thresholds: [1, .infinity, 0.25], testError: 1.75)),
            .message(step: 2, level: .failure, text: "a \u{0} b \u{1B}[31m \"c\" \\ \u{2028} é 🦉"),
            .metrics(step: 1_000_000_000_000, epoch: 3, values: [MetricValue("a", 3), MetricValue("b", 4)]),
            .metrics(step: -5, epoch: 3, values: [MetricValue("a", 5), MetricValue("b", 6)]),
            .metrics(step: .max, epoch: 3, values: [MetricValue("a", 7), MetricValue("b", 8)]),
            .metrics(step: .min, epoch: 3, values: [MetricValue("a", 9), MetricValue("b", 10)]),
            .metrics(step: 3, epoch: 3, values: [MetricValue("twice", 1), MetricValue("twice", 2)]),
            .message(step: 3, level: .notice, text: ""),
        ] + records

    /// One record of every kind, with arrays of different lengths and numbers of every sort.
    static let records: [RunEvent] = [
        .record(
            .target(
                TargetDescription(
                    step: 3, name: "mog2", coordinates: ["x", "y\u{0}"],
                    plane: TargetDescription.Plane(
                        horizontal: -1...1, vertical: 0...2, columns: 2, rows: 1, logNormalizer: nil),
                    logDensity: [-.infinity, 0.1], modes: [1, 2]))),
        .record(.draws(draws)),
        .record(
            .predictions(
                PredictionBlock(
                    step: 4, method: "virtual", members: 2, domain: .outside, first: 7, total: 9, classes: 2,
                    drawCounts: [1, 2], labels: [], logProbabilities: [-0.5, -1, -.infinity, 0]))),
        .record(
            .statistics(
                ObservedStatistics(
                    step: 4, layer: "bn1", channels: 1, batches: 2, isHeldOut: true, mu: [1, 2], logSigma: [-1, 0],
                    fit: [1, 2, 3, 4], pValues: [0.5, 1]))),
        .record(
            .pictures(
                PictureSet(
                    step: 5, method: "running", members: 1, domain: .outside, height: 1, width: 2, channels: 1,
                    classes: 2, certain: [PictureSet.Entry(object: 3, entropy: 0)], uncertain: [], pixels: [0, 1],
                    probabilities: [1, 0]))),
    ]

    private static let draws: DrawBlock = {
        var draws = DrawBlock(step: 4, sampler: "learned", phase: .burnIn, chains: 2, dimension: 1, proposingChains: 1)
        (draws.stepCount, draws.acceptanceRate, draws.seconds, draws.evaluations) = (2, 0.25, 0.5, 4)
        draws.points = [1, -.infinity, .leastNonzeroMagnitude, -0.0]
        draws.logDensities = [-1, 0]
        draws.acceptedCounts = [1, 0]
        (draws.proposals, draws.isAccepted) = ([5, 6], [1, 0])
        return draws
    }()

    @Test func everyKindOfRecordIsInTheStream() {
        let kinds = Self.records.compactMap { event in
            if case .record(let record) = event { type(of: record.content).kind } else { nil }
        }
        #expect(kinds == RunRecord.kinds.map { $0.kind })
        #expect(Set(kinds).count == kinds.count)
    }

    /// Numbers that do not fill the arrays they are said to fill are damage, and kinds of a later elbo are not.
    @Test func damagedRecordsAreAnErrorAndUnknownOnesAreLeftOut() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for event in Self.records { writer.record(event, at: 1) }
        writer.close()
        let path = folder.path + "/run/run.sqlite"
        try execute("UPDATE record SET kind = 'later' WHERE kind = 'target'", path)
        #expect(try storedEvents(in: folder.path) == Array(Self.records.dropFirst()))
        try execute("UPDATE record SET numbers = substr(numbers, 5) WHERE kind = 'draws'", path)
        expectFailure(.damaged) { _ = try storedEvents(in: folder.path) }
    }

    @Test func everyEventComesBackInOrder() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for event in Self.all { writer.record(event, at: 1) }
        try writer.flush()
        #expect(try storedEvents(in: folder.path) == Self.all)
        writer.close()
        #expect(try storedEvents(in: folder.path) == Self.all)
    }

    @Test func orderDoesNotDependOnHowEventsFallIntoTransactions() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for event in Self.all {
            writer.record(event, at: 1)
            try writer.flush()
        }
        #expect(try storedEvents(in: folder.path) == Self.all)
    }

    @Test func bitsOfNumbersThatAreNotFiniteAreKept() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let values = [Double.nan, Double(nan: 0x123, signaling: false), -.nan, .infinity, -0.0]
        for (step, value) in values.enumerated() {
            writer.record(.metrics(step: step, epoch: .nan, values: [MetricValue("x", value)]), at: 0)
        }
        try writer.flush()
        let series = try RunReader(parent: folder.path, name: "run").series("x")
        #expect(series.map(\.value.bitPattern) == values.map(\.bitPattern))
        #expect(series.allSatisfy { $0.epoch.isNaN })
    }

    @Test func numbersOfLayersAndEvaluationsMayBeNaN() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let layer = LayerState(name: "x", signalToNoise: [.nan, 1], mu: [], logSigma: [2], kullbackLeibler: .nan)
        writer.record(.layers(LayerSnapshot(step: 1, epoch: .nan, layers: [layer])), at: 0)
        writer.record(
            .evaluation(ThresholdEvaluation(requestIdentifier: 1, step: 1, thresholds: [.nan], testError: .nan)), at: 0)
        try writer.flush()
        let events = try storedEvents(in: folder.path)
        guard events.count == 2, case .layers(let snapshot) = events[0], case .evaluation(let answer) = events[1] else {
            Issue.record("\(events)")
            return
        }
        #expect(snapshot.epoch.isNaN)
        #expect(snapshot.layers[0].signalToNoise[0].isNaN && snapshot.layers[0].signalToNoise[1] == 1)
        #expect(snapshot.layers[0].mu == [] && snapshot.layers[0].logSigma == [2])
        #expect(snapshot.layers[0].kullbackLeibler.isNaN)
        #expect(answer.thresholds[0].isNaN && answer.testError.isNaN)
    }

    @Test func onlyTheNewestPositionIsKept() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.update().progress == nil)
        for step in 1...9 {
            writer.record(.progress(Progress(step: step, totalSteps: nil, epoch: 0.5, stage: "a\u{0}b")), at: 0)
        }
        try writer.flush()
        let update = try reader.update()
        #expect(update.progress == Progress(step: 9, totalSteps: nil, epoch: 0.5, stage: "a\u{FFFD}b"))
        #expect(update.events == [])
    }

    @Test func announcingTheSameGraphOrStageAgainChangesNothing() throws {
        let folder = try TemporaryFolder()
        var writer = try create(in: folder.path)
        for _ in 0..<2 {
            for _ in 0..<2 {
                writer.record(.costGraph(graph), at: 0)
                writer.record(.stage(step: 4, name: "prune", index: 1, count: 2), at: 0)
            }
            writer.close()
            writer = try RunWriter.open(parent: folder.path, name: "run")
        }
        #expect(
            try storedEvents(in: folder.path) == [
                .costGraph(graph), .stage(step: 4, name: "prune", index: 1, count: 2),
            ])
    }

    @Test func updatesHaveEachEventOnceWhileTheRunIsWritten() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let reader = try RunReader(parent: folder.path, name: "run")
        var seen: [RunEvent] = []
        var recorded: [RunEvent] = []
        for step in 1...600 {
            for event in events(ofStep: step) {
                writer.record(event, at: Double(step))
                recorded.append(event)
            }
            if step % 37 == 0 { try writer.flush() }
            if step % 50 == 0 {
                let update = try reader.update()
                #expect(!update.mustReload && update.droppedEvents == 0)
                seen += update.events
            }
        }
        try writer.flush()
        seen += try reader.update().events
        #expect(seen == recorded)
        #expect(try reader.update().events == [])
    }

    @Test func seriesOfAMetricInSeveralGroupsIsInOrder() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for step in 1...1000 {
            let values = [MetricValue("x", Double(step))] + (step % 3 == 0 ? [MetricValue("y", 0)] : [])
            writer.record(.metrics(step: step, epoch: 0, values: values), at: Double(step) / 4)
            if step % 100 == 0 { try writer.flush() }
        }
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.series("x").map(\.value) == (1...1000).map(Double.init))
        #expect(try reader.times("x") == (1...1000).map { Double($0) / 4 })
        #expect(try reader.series("y").map(\.step) == (1...333).map { 3 * $0 })
        #expect(try reader.series("z").isEmpty)
        #expect(try reader.metricNames == ["x", "y"])
    }

    @Test func namesOfMetricsMayBeAnything() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let names = [
            "'; DROP TABLE run; --", "a\u{0}b", "", "\"", "é", "e\u{301}", String(repeating: "x", count: 10_000),
        ]
        writer.record(.metrics(step: 1, epoch: 0, values: names.map { MetricValue($0, 1) }), at: 0)
        try writer.flush()
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(
            try reader.update().events == [.metrics(step: 1, epoch: 0, values: names.map { MetricValue($0, 1) })])
        #expect(try reader.series("a\u{0}b").count == 1)
    }
}
