// SPDX-License-Identifier: Apache-2.0
// Models in known states, reached only by actions, and a feed that hands out updates.

import EngineKit
import Screen
import Synchronization

@testable import Workbench

/// An update as a feed would hand it out.
func feedUpdate(
    _ events: [RunEvent] = [], state: RunState = .running, reason: String? = nil, progress: Progress? = nil
) -> EventFeed.Update {
    let feed = EventFeed()
    for event in events { feed.publish(event) }
    if let progress { feed.publish(.progress(progress)) }
    feed.publish(state: state, reason: reason)
    return feed.drain()
}

/// Feeds actions to a model and forgets the effects.
func apply(_ actions: [Action], to model: inout WorkbenchModel) {
    for action in actions { _ = update(&model, action) }
}

/// Presses keys as help prints them, such as `Ctrl-d`, and returns all effects.
@discardableResult
func press(_ keys: String..., on model: inout WorkbenchModel) -> [Effect] {
    keys.flatMap { text in update(&model, .input(.key(KeyPress(text: text)!))) }
}

/// Types text character by character.
func type(_ text: String, on model: inout WorkbenchModel) {
    for character in text { _ = update(&model, .input(.key(KeyPress(.character(character))))) }
}

/// Types a command and Enter; returns the effects.
@discardableResult
func command(_ line: String, on model: inout WorkbenchModel) -> [Effect] {
    press(":", on: &model)
    type(line, on: &model)
    return press("Enter", on: &model)
}

let fakeSessions: [SessionSummary] = [
    SessionSummary(
        path: "sessions/dense-lenet5-mnist.toml", name: "dense-lenet5-mnist", title: "LeNet-5 on MNIST, dense",
        engine: "sbp",
        purpose: "makes a network smaller and faster by removing whole filters and neurons",
        description: "LeNet-5-Caffe on MNIST without any noise: the network to compare the pruned ones with.",
        firstLines: ["engine = \"sbp\"", "title = \"LeNet-5 on MNIST, dense\""]),
    SessionSummary(
        path: "sessions/demo.toml", name: "demo", title: "LeNet-5 on built-in glyphs, pruned while you watch",
        engine: "sbp", purpose: "makes a network smaller and faster by removing whole filters and neurons",
        description:
            "The demo: a LeNet-5 learns built-in handwriting-like glyphs, then loses most of its filters. Two minutes on two cores.",
        firstLines: [
            "# The demo: a LeNet-5 learns built-in handwriting-like glyphs, then loses most of its filters.",
            "engine = \"sbp\"", "title = \"LeNet-5 on built-in glyphs, pruned while you watch\"", "", "[data]",
            "name = \"glyphs\"", "", "[model]", "name = \"lenet5\"", "", "[train]", "epochs = 24", "batch = 100",
        ]),
    SessionSummary(
        path: "sessions/sbp-lenet5-mnist.toml", name: "sbp-lenet5-mnist",
        title: "LeNet-5 on MNIST, structured Bayesian pruning", engine: "sbp",
        purpose: "makes a network smaller and faster by removing whole filters and neurons",
        description: "LeNet-5-Caffe on MNIST: trained, then pruned.", firstLines: ["engine = \"sbp\""]),
]

let fakeCatalog: [RunSummary] = [
    RunSummary(
        name: FakeRun.name, engine: "sbp", title: FakeRun.description.title, state: .running, step: 46_800,
        totalSteps: 48_000, headline: MetricValue("test/error", 0.86), lastSeen: 1000),
    RunSummary(
        name: "dense-lenet5-mnist", engine: "sbp", title: "LeNet-5 on MNIST, dense", state: .finished, step: 12_000,
        totalSteps: 12_000, headline: MetricValue("test/error", 0.81), lastSeen: 1000 - 5_400),
    RunSummary(
        name: "sbp-lenet500-mnist", engine: "sbp", title: "LeNet-500-300 on MNIST, structured Bayesian pruning",
        state: .interrupted, step: 31_200, totalSteps: 48_000, headline: MetricValue("test/error", 1.62),
        lastSeen: 1000 - 90_000),
    RunSummary(
        name: "sbp-vgg-cifar10", engine: "sbp", title: "VGG on CIFAR-10", state: .failed, step: 810,
        totalSteps: 150_000,
        headline: MetricValue("test/error", .nan), lastSeen: 1000 - 260_000),
    RunSummary(
        name: "demo", engine: "sbp", title: "LeNet-5 on built-in glyphs", state: .stopped, step: 1_400,
        totalSteps: 2_900,
        headline: nil, lastSeen: 1000 - 700_000),
]

/// Running models by their number of epochs.
private let runningModels = Mutex<[Int: WorkbenchModel]>([:])

extension WorkbenchModel {
    /// The chooser with sessions and runs.
    static func chooser(height: Int = 24, width: Int = 80) -> WorkbenchModel {
        var model = WorkbenchModel()
        apply(
            [
                .resized(height: height, width: width), .clock(seconds: 1000), .sessions(fakeSessions),
                .catalog(fakeCatalog),
            ], to: &model)
        return model
    }

    /// The fake run in its 78th of 80 epochs, some thresholds evaluated.
    static func running(height: Int = 24, width: Int = 80, epochs: Int = 78) -> WorkbenchModel {
        // Models are values, so all tests can start from copies of the same ones.
        var model = runningModels.withLock { known in
            let model = known[epochs] ?? made(epochs: epochs)
            known[epochs] = model
            return model
        }
        apply([.resized(height: height, width: width)], to: &model)
        return model
    }

    private static func made(epochs: Int) -> WorkbenchModel {
        var model = chooser()
        let step = epochs * FakeRun.stepsPerEpoch
        func progress(_ step: Int) -> Progress {
            Progress(
                step: step, totalSteps: 48_000, epoch: Double(step) / 600,
                stage: step > 12_000 ? "prune" : "pretrain")
        }
        apply(
            [
                .runOpened(FakeRun.description),
                .runUpdate(
                    name: FakeRun.name, feedUpdate(FakeRun.events(epochs: epochs), progress: progress(step - 20))),
                .clock(seconds: 1002),
                .runUpdate(name: FakeRun.name, feedUpdate(progress: progress(step))),
                .system(
                    SystemReport(
                        residentBytes: 91_226_112, frames: 5130, medianFrameMilliseconds: 1.9,
                        highFrameMilliseconds: 4.3,
                        bytesPerFrame: 1240, storeQueue: 3, storeWaitSeconds: 0, threads: 2)),
            ], to: &model)
        if epochs > FakeRun.pretrainEpochs {
            let evaluations = [(0.3, 0.80), (3.0, 0.91), (10.0, 1.34), (20.0, 4.2)].map { threshold, error in
                FakeRun.evaluation([Double](repeating: threshold, count: 4), error: error, step: step)
            }
            apply([.runUpdate(name: FakeRun.name, feedUpdate(evaluations, progress: progress(step)))], to: &model)
        }
        apply([.captured("onednn_verbose,info,cpu,isa:Intel AVX2\n")], to: &model)
        model.notice = nil
        return model
    }
}
