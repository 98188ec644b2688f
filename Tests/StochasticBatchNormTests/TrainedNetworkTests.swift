// SPDX-License-Identifier: Apache-2.0
// Networks as people have them: one that was trained with a run, and one from a file with the names of PyTorch.

import Datasets
import EngineKit
import Foundation
import Glibc
import Nets
import TensorCore
import TestSupport
import Testing

@testable import StochasticBatchNorm
@testable import Training

@Suite(.serialized) struct TrainedNetworkTests {
    private static func recipe(
        _ model: KeyValuePairs<String, Setting.Value>, epochs: Int, batch: Int = 16, methods: [String]
    ) throws -> BatchNormRecipe {
        let settings = reader([
            "data": ["trainingLimit": .integer(600), "testLimit": .integer(60)], "model": model,
            "train": ["epochs": .integer(epochs), "batch": .integer(batch)],
            "sbn": [
                "methods": .array(methods.map { Setting(.string($0), line: 0) }), "draws": .integer(4),
                "batch": .integer(batch), "fitBatches": .integer(100), "checkBatches": .integer(0),
            ],
        ])
        let recipe = BatchNormRecipe(settings)
        try #require(settings.finish() == [])
        return recipe
    }

    /// The first images of a set as the network gets them.
    private static func images(_ dataset: ImageDataset, _ count: Int, _ engine: StochasticBatchNormEngine) -> Tensor {
        var batches = dataset.selecting(0..<count).evaluationBatches(
            size: count, normalization: engine.data.normalization)
        guard let batch = batches.next() else { fatalError("no images") }
        return Tensor(batch)
    }

    /// On a trained LeNet-5 the virtual batch gives the mean prediction of real ones, but for the error of K draws and for what
    /// the approximation leaves out: that the object is a member of its batch, and that channels move together.
    @Test func virtualAndRealBatchesAgreeOnATrainedLeNet() throws {
        let batch = 32
        let run = try BatchNormRun(
            try Self.recipe(["name": .string("lenet5-bn")], epochs: 8, batch: batch, methods: ["running", "virtual"]))
        try run.finish()
        let engine = run.engine
        let sites = engine.networks[0].architecture.normalizations.filter(\.followsConvolution).map(\.name)
        let predictor = Predictor(
            network: engine.networks[0], distribution: engine.fits[0].distribution.restricted(to: sites))
        let images = Self.images(engine.data.test, 20, engine)
        let training = Self.images(engine.data.train, 600, engine)
        var numbers = TestNumbers(seed: 8)
        let draws = 32
        func logs(_ name: String) throws -> [Double] {
            let method = try #require(PredictionMethod.named(name))
            return predictor.logProbabilities(
                method, images: images, draws: draws, randomness: DrawStreams(seed: 3, label: name, object: 0)
            ) {
                concatenate(
                    numbers.numbers(batch - 1, in: 0...599.99).map { training.slice(Int($0)..<Int($0) + 1) })
            }
        }
        let (virtual, direct) = (try logs("virtual"), try logs("direct"))
        var (differences, errors) = (0.0, 0.0)
        for object in 0..<20 {
            for label in 0..<10 {
                func moments(_ logs: [Double]) -> (mean: Double, error: Double) {
                    let values = (0..<draws).map { exp(logs[(object * draws + $0) * 10 + label]) }
                    let mean = values.reduce(0, +) / Double(draws)
                    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1)
                    return (mean, (square / Double(draws)).squareRoot())
                }
                let (one, other) = (moments(virtual), moments(direct))
                differences += abs(one.mean - other.mean)
                errors += hypot(one.error, other.error)
            }
        }
        // Of normal numbers with deviation e the mean absolute value is 0.8 e. Measured are 1.5, 1.2 and 1.0 with batches of 16,
        // 32 and 64.
        #expect(errors > 0)
        #expect(differences < 1.5 * errors, "\(differences / errors)")
    }

    /// The file's numbers stay as they are while statistics are fitted, and predictions without noise are the file's, to the
    /// bit.
    @Test func aNetworkOfPyTorchIsLeftAsItIs() throws {
        let source = FeedForwardNetwork(
            .resNet18(k: 0.05, inputShape: [1, 28, 28]), initializer: NetworkInitializer(seed: 4))
        var numbers = TestNumbers(seed: 4)
        for statistic in source.statistics {
            let range = statistic.name.hasSuffix("running_var") ? 0.2...1.0 : -0.3...0.3
            let values = numbers.numbers(statistic.value.count, in: range).map { Float($0) }
            statistic.value = Tensor(shape: statistic.value.shape, scalars: values)
        }
        var contents = Checkpoint()
        for name in TensorNaming(source.architecture).tensors(of: source) {
            contents.put(
                name.stored, try #require(source.parameter(name.own)?.value ?? source.statistic(name.own)?.value))
        }
        #expect(contents["layer2.0.downsample.1.running_var"] != nil && contents["bn1.running_mean"] != nil)
        let path = NSTemporaryDirectory() + "network-\(UUID().uuidString).safetensors"
        try Data(Safetensors.encode(contents)).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }

        let run = try BatchNormRun(
            try Self.recipe(
                ["name": .string("resnet18"), "k": .real(0.05), "weights": .string(path)], epochs: 0,
                methods: ["running", "virtual"]))
        try run.finish()
        let network = run.engine.networks[0]
        func bits(_ network: FeedForwardNetwork) -> [[Float]] {
            network.parameters.map { $0.value.scalars() } + network.statistics.map { $0.value.scalars() }
        }
        #expect(bits(network) == bits(source))
        #expect(run.engine.fits[0].batches == 100)
        let images = Self.images(run.engine.data.test, 60, run.engine)
        let (own, other) = withoutGradients {
            (network(images, .prediction()).scalars(), source(images, .prediction()).scalars())
        }
        #expect(own == other)
        // And those are what the result judges under the name running.
        let labels = run.engine.data.test.labels.map { Int($0) }
        let wrong = labels.indices.count { index in
            let row = own[index * 10..<index * 10 + 10]
            return row.indices.max { row[$0] < row[$1] } != row.startIndex + labels[index]
        }
        let methods = run.engine.summary()["methods"]?.array?.compactMap(\.object) ?? []
        let error = try #require(methods.first { $0["name"] == .string("running") }?["error"]?.number)
        expectClose(error, 100 * Double(wrong) / 60, absolute: 1e-9)
    }
}
