// SPDX-License-Identifier: Apache-2.0
// Small runs of stochastic batch normalization for tests: recipes from settings, engines on built-in images, events.

import EngineKit
import Synchronization
import Testing

@testable import StochasticBatchNorm

/// A reader of sections, each with its keys; lines count from 1.
func reader(_ sections: KeyValuePairs<String, KeyValuePairs<String, Setting.Value>>) -> SettingsReader {
    var line = 0
    func next() -> Int {
        line += 1
        return line
    }
    return SettingsReader(
        SettingTable(
            entries: sections.map { name, keys in
                let head = next()
                let entries = keys.map { SettingTable.Entry(key: $0.key, setting: Setting($0.value, line: next())) }
                return SettingTable.Entry(
                    key: name, setting: Setting(.table(SettingTable(entries: entries)), line: head))
            }))
}

/// One epoch of 5 steps per member, fits of 4 batches each, and an evaluation on 20 glyphs and 12 letters.
func recipe(
    methods: [String] = ["running", "virtual", "direct"], members: Int = 1, dropout: Bool = false, epochs: Int = 1,
    outside: Bool = true, fit: String = "exact", learningRate: Double = 1e-3
) throws -> BatchNormRecipe {
    let rest: KeyValuePairs<String, KeyValuePairs<String, Setting.Value>> = [
        "data": ["trainingLimit": .integer(50), "testLimit": .integer(20)],
        "model": ["name": .string("lenet5-bn"), "dropout": .boolean(dropout)],
        "train": [
            "epochs": .integer(epochs), "batch": .integer(11),
            "optimizer": .table(
                SettingTable(entries: [
                    SettingTable.Entry(key: "learningRate", setting: Setting(.real(learningRate), line: 0))
                ])),
        ],
        "sbn": [
            "methods": .array(methods.map { Setting(.string($0), line: 0) }), "members": .integer(members),
            "draws": .integer(5), "batch": .integer(8), "fitBatches": .integer(4), "fit": .string(fit),
            "directObjects": .integer(3),
        ],
    ]
    let other: KeyValuePairs<String, KeyValuePairs<String, Setting.Value>> = [
        "outOfDomain": ["name": .string("letters"), "testLimit": .integer(12)]
    ]
    var sections = Array(rest)
    if outside { sections += Array(other) }
    let settings = SettingsReader(
        SettingTable(
            entries: sections.map { name, keys in
                SettingTable.Entry(
                    key: name,
                    setting: Setting(
                        .table(
                            SettingTable(
                                entries: keys.map {
                                    SettingTable.Entry(key: $0.key, setting: Setting($0.value, line: 0))
                                })),
                        line: 0))
            }))
    let recipe = BatchNormRecipe(settings)
    try #require(settings.finish() == [])
    return recipe
}

/// An engine with everything that it emitted.
final class BatchNormRun {
    let engine: StochasticBatchNormEngine
    private let recorder: Recorder

    private final class Recorder: Sendable {
        let events = Mutex<[RunEvent]>([])
    }

    init(_ recipe: BatchNormRecipe, continuing checkpoint: Checkpoint? = nil) throws {
        let recorder = Recorder()
        let context = EngineContext(
            seed: 11, threads: 1, dataDirectories: [], isResuming: checkpoint != nil,
            emit: { event in recorder.events.withLock { $0.append(event) } })
        engine = try StochasticBatchNormEngine(recipe, context)
        self.recorder = recorder
        if let checkpoint {
            try engine.restore(checkpoint)
            recorder.events.withLock { $0 = [] }
        }
    }

    var events: [RunEvent] { recorder.events.withLock { $0 } }

    func advance(to step: Int) throws {
        while engine.step < step { _ = try engine.advance() }
    }

    func finish() throws {
        while try engine.advance() == .running {}
    }

    /// The values that were emitted, in order, with their steps.
    var metrics: [(step: Int, value: MetricValue)] {
        events.flatMap { event -> [(step: Int, value: MetricValue)] in
            if case .metrics(let step, _, let values) = event { values.map { (step, $0) } } else { [] }
        }
    }

    /// Metrics after a step as text, in which NaN equals itself.
    func trace(after step: Int) -> [String] {
        metrics.filter { $0.step > step }.map { "\($0.step) \($0.value.name) \($0.value.value)" }
    }
}
