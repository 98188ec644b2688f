// SPDX-License-Identifier: Apache-2.0
// A network that leaves as a file comes back computing the same bits, and a file that is not right never appears.

import EngineKit
import Foundation
import Nets
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite(.serialized) struct NetworkFileTests {
    @Test(arguments: sampleArchitectures.indices, ["mean-image", "channels", "per-image", "signed", "unit"])
    func everythingComesBack(index: Int, scale: String) throws {
        let file = sampleFile(index, scale: scale)
        let back = try NetworkFile(try Safetensors.decode(Safetensors.encode(file.contents)))
        #expect(back.network.architecture == file.network.architecture)
        #expect(back.normalization == file.normalization)
        #expect(back.imageShape == file.imageShape)
        #expect(back.classNames == file.classNames)
        #expect(back.provenance == file.provenance)
        #expect(back.report == file.report)
        #expect(sampleLogits(back).scalars() == sampleLogits(file).scalars())
    }

    /// The names that PyTorch users know; those of VGG and ResNet are torchvision's.
    @Test(arguments: [
        (
            0, ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias", "fc2.weight"],
            ["select1.index", "preprocessing.mean"]
        ),
        (
            2,
            [
                "features.0.weight", "features.1.weight", "features.1.bias", "features.1.running_mean",
                "features.1.running_var", "features.3.weight", "features.7.weight", "features.10.weight",
                "features.14.weight", "features.24.weight", "features.34.weight", "features.37.weight",
                "features.40.weight", "features.41.running_var", "classifier.0.weight", "classifier.1.weight",
                "classifier.3.weight", "classifier.3.bias",
            ], []
        ),
        (
            3,
            [
                "conv1.weight", "bn1.weight", "bn1.running_mean", "layer1.0.conv1.weight", "layer1.0.bn1.bias",
                "layer1.0.conv2.weight", "layer1.0.bn2.running_var", "layer2.0.downsample.0.weight",
                "layer2.0.downsample.1.running_mean", "layer4.1.bn2.weight", "fc.weight", "fc.bias",
            ], []
        ),
        (
            4,
            [
                "layer1.0.offset", "layer2.0.offset", "layer2.0.downsample.0.weight", "layer2.0.downsample.1.weight",
            ], []
        ),
    ])
    func tensorsHaveTheNamesOfAStateDictionary(index: Int, names: [String], others: [String]) {
        let contents = sampleFile(index).contents
        for name in names + others { #expect(contents[name] != nil, "\(name)") }
        #expect(contents.metadata["format"] == "pt")
        if index == 2 { #expect(contents["features.0.bias"] == nil && contents["classifier.0.bias"] == nil) }
    }

    @Test func namesOfAllShippedNetworksAreUniqueAndComplete() {
        for architecture in sampleArchitectures + [.leNet5(), .vggLike(k: 0.1, dropout: true), .resNet18(k: 0.1)] {
            let network = sampleNetwork(architecture)
            let names = TensorNaming(architecture).tensors(of: network)
            #expect(Set(names.map(\.stored)).count == names.count)
            let shapes = Dictionary(uniqueKeysWithValues: architecture.tensorShapes.map { ($0.name, $0.shape) })
            #expect(shapes.count == names.count)
            for parameter in network.parameters { #expect(shapes[parameter.name] == parameter.value.shape.sizes) }
            for statistic in network.statistics { #expect(shapes[statistic.name] == statistic.value.shape.sizes) }
        }
    }

    /// The constant in the file is the one that the layer computes with: a unit without variance shows it.
    @Test func theStatedEpsilonIsTheOneInUse() throws {
        let network = sampleNetwork(
            Architecture(
                name: "one", inputShape: [1, 1, 1],
                layers: [
                    .convolution(
                        ConvolutionDescription(
                            name: "a", channels: 1, kernel: 1, batchNormalization: true, activation: .none, gated: false
                        )
                    ),
                    .flatten(gate: nil),
                ]))
        for (name, value) in [("a.weight", 1.0), ("a.bn.weight", 1), ("a.bn.bias", 0)] {
            let parameter = try #require(network.parameter(name))
            parameter.value.assign(Tensor.full(parameter.value.shape, value))
        }
        for statistic in network.statistics { statistic.value = Tensor.zeros([1]) }
        let output = withoutGradients { network(Tensor.ones([1, 1, 1, 1]), .prediction()).item() }
        expectClose(output, 1 / NetworkHeader.normalizationEpsilon.squareRoot(), relative: 1e-5)
    }

    @Test func aFileAppearsWithWhatWasComparedInItsReport() throws {
        let folder = try TemporaryFolder()
        var file = sampleFile(3)
        let (images, expected) = (sampleBatch(file), sampleLogits(file))
        let shifted = Tensor(
            shape: expected.shape, scalars: expected.scalars().enumerated().map { $0 == 0 ? $1 + 1e-5 : $1 })
        let report = try file.write(to: folder.path + "/net.safetensors", expecting: shifted, for: images)
        #expect(folder.names == ["net.safetensors"])
        let absolute = try #require(report["maxAbsDifference"]?.number)
        expectClose(absolute, 1e-5, relative: 0.3)
        let largest = shifted.scalars().map { Double(abs($0)) }.max() ?? 0
        expectClose(try #require(report["maxRelativeDifference"]?.number), absolute / largest, relative: 1e-12)
        let back = try NetworkFile(path: folder.path + "/net.safetensors")
        #expect(back.report == report)
        #expect(sampleLogits(back).scalars() == expected.scalars())
    }

    @Test(arguments: [Float(0.1), .nan])
    func aNetworkThatComputesSomethingElseIsNotWritten(shift: Float) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/net.safetensors"
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        var file = sampleFile(0)
        let (images, expected) = (sampleBatch(file), sampleLogits(file))
        let other = Tensor(shape: expected.shape, scalars: expected.scalars().map { $0 + shift })
        let error = #expect(throws: EngineError.self) { _ = try file.write(to: path, expecting: other, for: images) }
        #expect(error?.description.contains("nothing was written") == true)
        #expect(folder.names == ["net.safetensors"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    }

    @Test func aPathThatCannotBeWrittenIsNamed() throws {
        let folder = try TemporaryFolder()
        var file = sampleFile(0)
        let (images, expected) = (sampleBatch(file), sampleLogits(file))
        for path in [folder.path, folder.path + "/none/net.safetensors"] {
            let error = #expect(throws: EngineError.self) {
                _ = try file.write(to: path, expecting: expected, for: images)
            }
            #expect(error?.description.contains(path) == true, "\(error?.description ?? "")")
        }
        #expect(folder.names == [])
    }
}
