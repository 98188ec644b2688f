// SPDX-License-Identifier: Apache-2.0
// The network of a saved run as a file: cut at any threshold, with and without the data, before and behind the cut.

import Datasets
import EngineKit
import Foundation
import Nets
import Probability
import TensorCore
import TestSupport
import Testing
import Training

@testable import StructuredPruning

@Suite(.serialized) struct NetworkWritingTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("elbo-net-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String = "net.safetensors") -> String { folder.appendingPathComponent(name).path }

    private func write(
        _ recipe: PruningRecipe, _ checkpoint: Checkpoint, _ thresholds: NetworkRequest.Thresholds = .session,
        to name: String = "net.safetensors"
    ) throws -> (report: JSONObject, file: NetworkFile) {
        let context = EngineContext(seed: 11, threads: 1, dataDirectories: [], emit: { _ in })
        let report = try recipe.writeNetwork(
            of: checkpoint, NetworkRequest(thresholds: thresholds, path: path(name), provenance: ["run": "test"]),
            context: context)
        return (report, try NetworkFile(path: path(name)))
    }

    /// A mask with some units of each gate, the same in every test.
    private func someUnits(_ run: PruningRun) -> [[Bool]] {
        var numbers = TestNumbers(seed: 4)
        return run.engine.network.gates.map { gate in
            (0..<gate.units).map { unit in unit == gate.units - 1 || Double.random(in: 0..<1, using: &numbers) < 0.4 }
        }
    }

    @Test(arguments: [
        ("lenet5", "glyphs", "structured-bp"), ("lenet500-300", "glyphs", "structured-bp-a"),
        ("vgg-like", "shapes", "structured-bp"), ("resnet18", "shapes", "structured-bp"), ("lenet5", "glyphs", "dense"),
    ])
    func theFileComputesWhatTheMaskedNetworkComputes(model: String, data: String, method: String) throws {
        let recipe = try recipe(method: method, model: model, data: data, test: 50)
        let run = try PruningRun(recipe)
        try run.advance(to: 7)
        let gates = run.engine.network.gates.map(\.name)
        let keep = someUnits(run)
        let checkpoint =
            method == "dense" ? run.engine.checkpoint() : run.engine.checkpoint().forcing(keep, gates)
        let masked = try PruningRun(recipe, continuing: checkpoint)
        let (report, file) = try write(recipe, checkpoint)

        let images = Tensor(
            shape: Shape([50] + masked.engine.data.imageShape),
            scalars: masked.engine.data.test.evaluationBatches(
                size: 50, normalization: masked.engine.data.normalization
            )
            .flatMap(\.images))
        let masks = masked.engine.currentMasks(thresholds: nil)
        let expected = withoutGradients {
            masked.engine.network(images, .prediction(gates: masked.engine.gates(masks: masks))).scalars()
        }
        let found = file.logits(images).scalars()
        expectClose(found, expected, absolute: 1e-4 * expected.map { Double(abs($0)) }.max()!, "logits")
        #expect(report["testError"]?.number == masked.engine.evaluate(masks: masks).error)
        #expect(report["testImages"] == 50)
        let survivors = report["layers"]?.array?.compactMap { $0.object?["survivors"]?.wholeNumber }
        #expect(survivors == masks.map { mask in mask.count { $0 } })
        let weights = file.network.parameters.filter { $0.value.rank > 1 }.reduce(0) { $0 + $1.value.count }
        #expect(report["parametersCompact"]?.wholeNumber == weights)
        #expect(try #require(report["maxRelativeDifference"]?.number) <= 1e-4)
        #expect(file.provenance["step"] == 7)
        #expect(file.provenance["data"]?.object?["name"] == .string(data))
        #expect(file.classNames == masked.engine.data.train.classNames)
    }

    @Test func thresholdsOfTheRequestDecide() throws {
        let recipe = try recipe()
        let run = try PruningRun(recipe)
        try run.advance(to: 13)
        let checkpoint = run.engine.checkpoint()
        let snr = run.engine.posteriors.map(\.signalToNoise)
        let middle = snr.map { $0.sorted()[$0.count / 2] }
        let (report, _) = try write(recipe, checkpoint, .each(middle))
        let survivors = report["layers"]?.array?.compactMap { $0.object?["survivors"]?.wholeNumber }
        let masks = run.engine.currentMasks(thresholds: middle)
        #expect(survivors == masks.map { mask in mask.count { $0 } })
        #expect(report["thresholds"]?.array?.compactMap(\.number) == middle)
        #expect(try write(recipe, checkpoint, .all(0)).report["parametersCompact"] == report["parameters"])

        var error = #expect(throws: EngineError.self) { _ = try write(recipe, checkpoint, .each([1, 2])) }
        #expect(error?.description.contains("2 thresholds for 3 layers: input, fc1, fc2") == true)
        error = #expect(throws: EngineError.self) {
            _ = try write(recipe, checkpoint, .all(1e9), to: "none.safetensors")
        }
        #expect(error?.description.contains("no unit is left of input at") == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("largest signal-to-noise ratio") == true)
        #expect(!FileManager.default.fileExists(atPath: path("none.safetensors")))
    }

    /// The weights behind the cut are written for the thresholds of the cut only.
    @Test func aFineTunedNetworkIsWrittenAsItWasTuned() throws {
        let recipe = try recipe(finetune: 1)
        let first = try PruningRun(recipe)
        try first.advance(to: 12)
        let (before, _) = try write(recipe, first.engine.checkpoint())
        #expect(before["fineTuned"] == false)
        try first.advance(to: 17)
        let checkpoint = first.engine.checkpoint()
        let tuned = try #require(first.engine.compactNetwork)
        for thresholds in [NetworkRequest.Thresholds.session, .all(1)] {
            let (report, file) = try write(recipe, checkpoint, thresholds)
            #expect(report["fineTuned"] == true)
            #expect(report["maxAbsDifference"] == .real(0))
            for parameter in file.network.parameters {
                #expect(parameter.value.scalars() == tuned.parameter(parameter.name)?.value.scalars())
            }
        }
        let (other, file) = try write(recipe, checkpoint, .all(0.5))
        #expect(other["fineTuned"] == false)
        let masks = first.engine.currentMasks(thresholds: Array(repeating: 0.5, count: 3))
        #expect(
            file.network.parameter("fc2.weight")?.value.shape.sizes == masks[1...2].map { $0.count { $0 } }.reversed())
    }

    @Test func beforeThereIsNoiseTheWholeNetworkIsWritten() throws {
        let recipe = try recipe()
        let run = try PruningRun(recipe)
        try run.advance(to: 3)
        let (report, file) = try write(recipe, run.engine.checkpoint())
        #expect(report["thresholds"] == [])
        #expect(report["parametersCompact"] == report["parameters"])
        for parameter in file.network.parameters {
            #expect(parameter.value.scalars() == run.engine.network.parameter(parameter.name)?.value.scalars())
        }
        let error = #expect(throws: EngineError.self) { _ = try write(recipe, run.engine.checkpoint(), .all(1)) }
        #expect(error?.description.contains("stage pretrain has no noise yet") == true)
    }

    /// Moved to a machine without the data: the scale of the images comes from the checkpoint.
    @Test func withoutTheDataTheErrorIsAbsentAndTheNetworkIsTheSame() throws {
        var recipe = try recipe(model: "lenet5")
        let run = try PruningRun(recipe)
        try run.advance(to: 7)
        let checkpoint = run.engine.checkpoint()
        let (_, whole) = try write(recipe, checkpoint)
        // MNIST has the shape and the class names of the glyphs, and is in no folder here.
        recipe.data.name = "mnist"
        let (report, file) = try write(recipe, checkpoint, to: "without.safetensors")
        #expect(report["testError"] == .null)
        #expect(report["testErrorAbsent"]?.string?.contains("mnist") == true)
        #expect(report["comparedOn"] == "250 images of noise")
        #expect(file.normalization == whole.normalization)
        #expect(file.normalization == run.engine.data.normalization)
        for parameter in file.network.parameters {
            #expect(parameter.value.scalars() == whole.network.parameter(parameter.name)?.value.scalars())
        }
        var old = Checkpoint()
        for tensor in checkpoint.tensors { old.put(tensor) }
        let error = #expect(throws: EngineError.self) { _ = try write(recipe, old) }
        #expect(error?.description.contains("training images") == true, "\(error?.description ?? "")")
    }

    @Test func aCheckpointOfAnotherNetworkIsRefused() throws {
        let run = try PruningRun(try recipe())
        let checkpoint = run.engine.checkpoint()
        #expect(throws: EngineError.self) { _ = try write(try recipe(model: "lenet5"), checkpoint) }
        #expect(!FileManager.default.fileExists(atPath: path()))
    }

    /// The weights of a session are those that the first step sees, and a resumed run does not ask for the file.
    @Test func aRunBeginsWithTheWeightsOfItsSession() throws {
        let source = try PruningRun(try recipe())
        try source.advance(to: 5)
        let start = Safetensors.encode(source.engine.checkpoint())
        #expect(FileManager.default.createFile(atPath: path("start.safetensors"), contents: Data(start)))
        var begun = try recipe(pretrain: 0)
        begun.model.weights = path("start.safetensors")
        let run = try PruningRun(begun)
        for parameter in run.engine.network.parameters {
            #expect(parameter.value.scalars() == source.engine.network.parameter(parameter.name)?.value.scalars())
        }
        #expect(run.events.contains { if case .message(0, .notice, _) = $0 { true } else { false } })
        try run.advance(to: 2)
        let checkpoint = run.engine.checkpoint()
        try FileManager.default.removeItem(atPath: path("start.safetensors"))
        #expect(throws: EngineError.self) { _ = try PruningRun(begun) }
        let context = EngineContext(seed: 11, threads: 1, dataDirectories: [], isResuming: true, emit: { _ in })
        let resumed = try StructuredPruningEngine(begun, context)
        try resumed.restore(checkpoint)
        try run.advance(to: 6)
        while resumed.step < 6 { _ = try resumed.advance() }
        #expect(resumed.checkpoint() == run.engine.checkpoint())
        #expect(begun.freezesStatistics == false)
    }

    @Test func statisticsRestWhenTheWeightsComeFromAFile() throws {
        #expect(FileManager.default.createFile(atPath: path("start.safetensors"), contents: Data()))
        let settings = reader(["model": ["weights": .string(path("start.safetensors"))]])
        #expect(PruningRecipe(settings).freezesStatistics)
        #expect(settings.finish() == [])
    }
}
