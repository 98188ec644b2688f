// SPDX-License-Identifier: Apache-2.0
// Small networks with random weights in every tensor, and files made of them.

import Datasets
import EngineKit
import Foundation
import Nets
import TensorCore
import TestSupport

@testable import Training

/// A folder that is removed when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("elbo-training-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// A network of any layers in which no tensor has its first value.
func sampleNetwork(_ architecture: Architecture, seed: UInt64 = 6) -> FeedForwardNetwork {
    let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: seed))
    var numbers = TestNumbers(seed: seed)
    for parameter in network.parameters where parameter.value.rank == 1 {
        let range = parameter.name.hasSuffix("bn.weight") ? 0.5...1.5 : -0.3...0.3
        let values = numbers.numbers(parameter.value.count, in: range).map { Float($0) }
        parameter.value.assign(Tensor(shape: parameter.value.shape, scalars: values))
    }
    for statistic in network.statistics {
        let range = statistic.name.hasSuffix("running_var") ? 0.2...1.0 : -0.3...0.3
        let values = numbers.numbers(statistic.value.count, in: range).map { Float($0) }
        statistic.value = Tensor(shape: statistic.value.shape, scalars: values)
    }
    return network
}

/// The architectures that a run can end with: chains, numbered chains, blocks, an offset in the place of a block.
let sampleArchitectures: [Architecture] = [
    Architecture(
        name: "lenet5", inputShape: [1, 12, 12],
        layers: [
            .convolution(ConvolutionDescription(name: "conv1", channels: 3, kernel: 5, gated: false)), .maxPool(2),
            .convolution(ConvolutionDescription(name: "conv2", channels: 4, kernel: 3, gated: false)),
            .flatten(gate: nil), .selectFeatures([0, 2, 3, 7, 8, 11, 15]),
            .dense(DenseDescription(name: "fc1", units: 6, gated: false)),
            .dense(DenseDescription(name: "fc2", units: 10, activation: .none, gated: false)),
        ]),
    Architecture(
        name: "lenet500-300", inputShape: [144],
        layers: [
            .selectFeatures([3, 5, 80, 143]), .dense(DenseDescription(name: "fc1", units: 7, gated: false)),
            .dense(DenseDescription(name: "fc2", units: 10, activation: .none, gated: false)),
        ]),
    Architecture.vggLike(k: 0.03).withoutGatesAndDropout,
    Architecture.resNet18(k: 0.03, inputShape: [3, 9, 9]).withoutGatesAndDropout,
    Architecture(
        name: "resnet18", inputShape: [2, 9, 9],
        layers: [
            .convolution(
                ConvolutionDescription(
                    name: "conv1", channels: 3, kernel: 3, padding: 1, batchNormalization: true, gated: false)),
            .offset(OffsetDescription(name: "layer1.0", channels: 3)),
            .convolution(
                ConvolutionDescription(
                    name: "layer2.0.shortcut", channels: 4, kernel: 1, stride: 2, batchNormalization: true,
                    activation: .none, gated: false)),
            .offset(OffsetDescription(name: "layer2.0", channels: 4, activation: .tanh)),
            .globalAveragePool,
            .dense(DenseDescription(name: "fc", units: 10, activation: .none, gated: false)),
        ]),
]

/// The images that a sample architecture takes.
func imageShape(of architecture: Architecture) -> ImageShape {
    let shape = architecture.inputShape
    return shape.count == 3
        ? ImageShape(channels: shape[0], height: shape[1], width: shape[2])
        : ImageShape(channels: 1, height: 12, width: shape[0] / 12)
}

/// A file's content around a sample network.
func sampleFile(_ index: Int = 0, scale: String = "mean-image") -> NetworkFile {
    let architecture = sampleArchitectures[index]
    let shape = imageShape(of: architecture)
    var numbers = TestNumbers(seed: 3)
    let normalization: Normalization =
        switch scale {
        case "mean-image": .centered(meanImage: numbers.numbers(shape.count).map { Float($0) })
        case "channels":
            .standardized(
                mean: numbers.numbers(shape.channels).map { Float($0) },
                standardDeviation: numbers.numbers(shape.channels, in: 0.1...1).map { Float($0) })
        case "per-image": .perImage
        case "signed": .signed
        default: .unit
        }
    return NetworkFile(
        network: sampleNetwork(architecture), imageShape: shape, classNames: (0..<10).map { "class \($0)" },
        normalization: normalization, provenance: ["run": "demo", "seed": 3], report: ["testError": 1.5])
}

/// Images on the scale 0…1.
func sampleImages(_ shape: ImageShape, count: Int = 5) -> ImageDataset {
    var numbers = TestNumbers(seed: 9)
    return ImageDataset(
        name: "sample", shape: shape,
        pixels: .floats(numbers.numbers(count * shape.count, in: 0...1).map { Float($0) }),
        labels: (0..<count).map { Int32($0 % 10) }, classNames: (0..<10).map { "class \($0)" }, source: "test")
}

/// Logits of the sample images.
func sampleLogits(_ file: NetworkFile) -> Tensor { file.logits(sampleBatch(file)) }

/// The sample images, scaled as the file says.
func sampleBatch(_ file: NetworkFile) -> Tensor {
    var batches = sampleImages(file.imageShape).evaluationBatches(size: 5, normalization: file.normalization)
    guard let batch = batches.next() else { fatalError("no images") }
    return Tensor(batch)
}
