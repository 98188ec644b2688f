// SPDX-License-Identifier: Apache-2.0
// Weights from other programs: the same logits as those programs, and one error that lists everything that does not fit.

import EngineKit
import Foundation
import Nets
import Synchronization
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite(.serialized) struct WeightImportTests {
    /// What numpy computes with weights under the names of PyTorch (Tests/Golden/networks/pytorch_names.py).
    @Test(arguments: [("vgg", Architecture.vggLike(k: 0.04)), ("resnet", .resNet18(k: 0.02, inputShape: [3, 16, 16]))])
    func foreignWeightsGiveForeignLogits(name: String, architecture: Architecture) throws {
        let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        let found = try WeightImport(try readTensors(Self.golden(name)), for: network)
        found.assign(to: network)
        #expect(found.kind == "weights under the names of PyTorch")
        let expected = try readTensors(Self.golden(name + "-logits"))
        let images = Tensor(
            shape: Shape([3] + architecture.inputShape), scalars: try expected.floats("images"))
        let logits = withoutGradients { network(images, .prediction()).scalars() }
        let wanted = try expected.floats("logits")
        expectClose(logits, wanted, absolute: 1e-5 * wanted.map { Double(abs($0)) }.max()!, "\(name) logits")
    }

    private static func golden(_ name: String) -> String {
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return "\(tests)/Golden/networks/\(name).safetensors"
    }

    /// Torchvision's names are accepted as well as those of the ResNet for CIFAR, and elbo's own.
    @Test(arguments: [
        ["downsample.0": "shortcut.0", "downsample.1": "shortcut.1", "fc.": "linear."],
        ["downsample.0": "shortcut", "downsample.1": "shortcut.bn"], ["": "_orig_mod.module."], [:],
    ])
    func namesOfSeveralConventionsAreAccepted(changes: [String: String]) throws {
        let source = sampleNetwork(.resNet18(k: 0.03, inputShape: [3, 9, 9]))
        var contents = Checkpoint()
        for name in TensorNaming(source.architecture).tensors(of: source) {
            let value = try #require(source.parameter(name.own)?.value ?? source.statistic(name.own)?.value)
            var stored = name.stored
            for (old, new) in changes {
                stored = old.isEmpty ? new + stored : stored.replacingOccurrences(of: old, with: new)
            }
            contents.put(stored, value)
        }
        let target = FeedForwardNetwork(source.architecture, initializer: NetworkInitializer(seed: 8))
        try WeightImport(contents, for: target).assign(to: target)
        try expectSame(target, source)
    }

    @Test func aCheckpointOfElboGivesTheNetworkAndNothingElse() throws {
        let source = sampleNetwork(.vggLike(k: 0.03, dropout: true))
        var checkpoint = Checkpoint()
        checkpoint.put(source)
        checkpoint.put("compact.conv1.weight", [Float(1)])
        checkpoint.put("noise.conv1.mu", [1.0])
        let target = FeedForwardNetwork(source.architecture, initializer: NetworkInitializer(seed: 8))
        let found = try WeightImport(try Safetensors.decode(Safetensors.encode(checkpoint)), for: target)
        found.assign(to: target)
        #expect(found.kind == "a checkpoint of elbo")
        try expectSame(target, source)
    }

    @Test func aNetworkFileOfTheSameWidthsIsTaken() throws {
        let source = sampleFile(3)
        let target = FeedForwardNetwork(
            .resNet18(k: 0.03, inputShape: [3, 9, 9]), initializer: NetworkInitializer(seed: 8))
        let found = try WeightImport(source.contents, for: target)
        found.assign(to: target)
        #expect(found.kind == "a network file of elbo")
        try expectSame(target, source.network)
    }

    @Test func aNetworkFileThatLostUnitsSaysSo() {
        let target = FeedForwardNetwork(.leNet5(), initializer: NetworkInitializer(seed: 8))
        let error = #expect(throws: EngineError.self) {
            _ = try WeightImport(sampleFile(0).contents, for: target)
        }
        #expect(error?.description.contains("widths 3-4-6-10") == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("20-50-500-10") == true)
    }

    @Test func everyMismatchIsInOneError() throws {
        let target = FeedForwardNetwork(.leNet5(), initializer: NetworkInitializer(seed: 8))
        var contents = Checkpoint()
        contents.put("conv1.weight", [Float](repeating: 0, count: 20 * 9), shape: [20, 1, 3, 3])
        contents.put("conv1.bias", [Float](repeating: .infinity, count: 20))
        contents.put("conv2.weight", [Int](repeating: 0, count: 50 * 20 * 25), shape: [50, 20, 5, 5])
        contents.put("head\u{1B}[2J.weight", [Float(1)])
        let error = #expect(throws: EngineError.self) { _ = try WeightImport(contents, for: target) }
        let text = error?.description ?? ""
        for words in [
            "missing: conv2.bias, fc1.weight, fc1.bias, fc2.weight, fc2.bias", #"unexpected: head\u{1b}[2J.weight"#,
            "conv1.weight [20, 1, 3, 3] instead of [20, 1, 5, 5]", "conv1.bias with numbers that are not finite",
            "conv2.weight of type I64", "lenet5 with the widths 20-50-500-10",
        ] {
            #expect(text.contains(words), "no \(words) in: \(text)")
        }
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test func aLongListIsCut() {
        let target = FeedForwardNetwork(.resNet18(k: 0.02), initializer: NetworkInitializer(seed: 8))
        let error = #expect(throws: EngineError.self) { _ = try WeightImport(Checkpoint(), for: target) }
        #expect(error?.description.contains("and 90 more") == true, "\(error?.description ?? "")")
    }

    /// Names that lead astray: endless prefixes, positions beyond all numbers, the same tensor twice.
    @Test(arguments: [
        ["features.9223372036854775807.weight"], ["features.99999999999999999999.weight"], ["features.-1.weight"],
        [String(repeating: "module.", count: 100_000) + "x"], ["module.", "_orig_mod."], ["features..weight", ".", ""],
        ["conv1.weight", "module.conv1.weight"],
    ])
    func strangeNamesAreUnexpectedAndNothingElse(names: [String]) {
        let target = FeedForwardNetwork(.vggLike(k: 0.02), initializer: NetworkInitializer(seed: 8))
        var contents = Checkpoint()
        for name in names { contents.put(name, [Float](repeating: 0, count: 4), shape: [2, 2]) }
        let error = #expect(throws: EngineError.self) { _ = try WeightImport(contents, for: target) }
        let text = error?.description ?? ""
        #expect(text.contains(names.count == 2 ? "twice" : "unexpected"), "\(text)")
    }

    /// Random damage to the header of a good file is an error, or weights that are still all there.
    @Test func damagedFilesNeverTrap() throws {
        let rounds = ProcessInfo.processInfo.environment["ELBO_FULL_TESTS"] == nil ? 500 : 100_000
        let architecture = Architecture.resNet18(k: 0.02, inputShape: [3, 16, 16])
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.golden("resnet"))))
        let header = 8 + whole[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        var numbers = TestNumbers(seed: 5)
        let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        for _ in 0..<rounds {
            var bytes = whole
            for _ in 0...Int.random(in: 0...2, using: &numbers) {
                bytes[Int.random(in: 8..<header, using: &numbers)] = UInt8.random(in: 0x20...0x7E, using: &numbers)
            }
            guard let contents = try? Safetensors.decode(bytes) else { continue }
            do throws(EngineError) {
                try WeightImport(contents, for: network).assign(to: network)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    // MARK: [model]

    @Test func theFileOfASessionMustBeThere() throws {
        let folder = try TemporaryFolder()
        for (path, fault) in [(folder.path + "/none.safetensors", "no such file"), (folder.path, "not a file")] {
            let settings = section(["weights": .string(path)])
            _ = ModelSelection(settings)
            let problem = try #require(settings.finish().first)
            #expect(problem.line == 1)
            #expect(problem.key == "weights")
            #expect(problem.found.contains(fault), "\(problem.found)")
        }
        let settings = section(["weights": .integer(3)])
        #expect(ModelSelection(settings).weights == nil)
        #expect(settings.finish().count == 1)
    }

    @Test func aStoredSessionIsReadWithoutItsFile() {
        let table = SettingTable(entries: [.init(key: "weights", setting: Setting(.string("gone"), line: 1))])
        let settings = SettingsReader(table, checksFiles: false)
        #expect(ModelSelection(settings).weights == "gone")
        #expect(settings.finish() == [])
    }

    @Test func aNewRunReadsItsFileAndAResumedOneDoesNot() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/start.safetensors"
        let source = sampleNetwork(.leNet500300(inputs: 144))
        var checkpoint = Checkpoint()
        checkpoint.put(source, prefix: "")
        #expect(FileManager.default.createFile(atPath: path, contents: Data(Safetensors.encode(checkpoint))))
        let settings = section(["name": .string("lenet500-300"), "weights": .string(path)])
        let selection = ModelSelection(settings)
        #expect(settings.finish() == [])

        let messages = Mutex<[RunEvent]>([])
        func context(isResuming: Bool) -> EngineContext {
            EngineContext(seed: 1, threads: 1, dataDirectories: [], isResuming: isResuming) { event in
                messages.withLock { $0.append(event) }
            }
        }
        let fresh = FeedForwardNetwork(source.architecture, initializer: NetworkInitializer(seed: 8))
        try selection.loadWeights(into: fresh, context(isResuming: false))
        try expectSame(fresh, source)
        #expect(messages.withLock { $0.count } == 1)

        try FileManager.default.removeItem(atPath: path)
        try selection.loadWeights(into: fresh, context(isResuming: true))
        let error = #expect(throws: EngineError.self) {
            try selection.loadWeights(into: fresh, context(isResuming: false))
        }
        #expect(error?.description.contains(path) == true)
        #expect(error?.description.contains("first checkpoint") == true, "\(error?.description ?? "")")
    }

    private func expectSame(_ a: FeedForwardNetwork, _ b: FeedForwardNetwork) throws {
        for parameter in a.parameters {
            #expect(parameter.value.scalars() == b.parameter(parameter.name)?.value.scalars(), "\(parameter.name)")
        }
        for statistic in a.statistics {
            #expect(statistic.value.scalars() == b.statistic(statistic.name)?.value.scalars(), "\(statistic.name)")
        }
    }
}
