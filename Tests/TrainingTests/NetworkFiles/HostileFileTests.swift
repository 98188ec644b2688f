// SPDX-License-Identifier: Apache-2.0
// Network files that lie: one error each, and never a trap.

import EngineKit
import Foundation
import Nets
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite(.serialized) struct HostileFileTests {
    /// A valid file with a text of its header replaced once.
    private func file(index: Int = 0, key: String = "elbo.network", _ old: String, _ new: String) throws -> Checkpoint {
        var contents = sampleFile(index).contents
        let text = try #require(contents.metadata[key])
        let range = try #require(text.range(of: old), "no \(old) in \(text)")
        contents.metadata[key] = text.replacingCharacters(in: range, with: new)
        return contents
    }

    @Test(arguments: [
        (0, #""kernel":5"#, #""kernel":50"#, "does not fit"),
        (0, #""kernel":5"#, #""kernel":0"#, "kernel of layer 1"),
        (0, #""kernel":5"#, #""kernel":"NaN""#, "kernel of layer 1"),
        (0, #""kernel":5"#, #""kernel":1e3"#, "kernel of layer 1"),
        (0, #""stride":1"#, #""stride":-1"#, "stride of layer 1"),
        (0, #""padding":0"#, #""padding":9223372036854775807"#, "padding of layer 1"),
        (0, #""channels":3"#, #""channels":1000000000000"#, "channels of layer 1"),
        (0, #""channels":3"#, #""channels":4"#, "conv1.weight is F32 of shape [3, 1, 5, 5]"),
        (0, #""type":"maxPool","window":2"#, #""type":"maxPool","window":9"#, "does not fit"),
        (0, #""type":"flatten""#, #""type":"globalAveragePool""#, "selects features outside"),
        (0, #""type":"flatten""#, #""type":"unrolled""#, "unknown type 'unrolled'"),
        (0, #""inputShape":[1,12,12]"#, #""inputShape":[1,12]"#, "inputShape"),
        (0, #""inputShape":[1,12,12]"#, #""inputShape":[1,1e300,12]"#, "inputShape"),
        (0, #""inputShape":[1,12,12]"#, #""inputShape":[1,100000,12]"#, "inputShape"),
        (0, #""inputShape":[1,12,12]"#, #""inputShape":[1,14,12]"#, "its images are 1 x 12 x 12"),
        (0, #""index":"select1.index""#, #""index":"conv1.bias""#, "conv1.bias is missing or no list"),
        (0, #""index":"select1.index""#, #""index":"select2.index""#, "select2.index is missing or no list"),
        (0, #""name":"conv2""#, #""name":"conv1""#, "share the name"),
        (0, #""weights":"conv2""#, #""weights":"conv1""#, "share the name"),
        (0, #""name":"conv2""#, "\"name\":\"con\\u001bv\"", "ASCII"),
        (0, #""activation":"relu""#, #""activation":"swish""#, "activation of layer 1"),
        (0, #""normalizationEpsilon":1e-05"#, #""normalizationEpsilon":0.001"#, "epsilon"),
        (0, #""layers":["#, #""layers":[5,"#, "layer 1 is not an object"),
        (0, #""layers":["#, #""layers":[{"type":"flatten"},"#, "does not fit"),
        (3, #""shortcut":[]"#, #""shortcut":[{"type":"maxPool","window":2}]"#, "do not end with maps of one shape"),
        (4, #""offset":"layer1.0.offset""#, #""offset":"conv1.weight""#, ".offset"),
        (4, #""channels":3,"offset""#, #""channels":2,"offset""#, "does not fit"),
    ])
    func aLieInTheHeaderIsOneErrorThatNamesThePlace(_ index: Int, _ old: String, _ new: String, _ words: String) throws
    {
        let contents = try file(index: index, old, new)
        let error = #expect(throws: EngineError.self, "\(new)") { _ = try NetworkFile(contents) }
        let text = error?.description ?? ""
        #expect(text.contains(words), "\(new): \(text)")
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
    }

    @Test(arguments: [
        ("elbo.version", "1", "2", "version 2"),
        ("elbo.classes", #"["class 0","#, "[", "10 logits for 9 classes"),
        ("elbo.classes", "[", "[5,", "something else than text"),
        ("elbo.classes", "[", "{", "not JSON"),
        ("elbo.preprocessing", #""scale":"mean-image""#, #""scale":"fancy""#, "'fancy'"),
        ("elbo.preprocessing", #""scale":"mean-image""#, #""scale":"channels""#, "preprocessing.mean"),
        ("elbo.preprocessing", #"[1,12,12]"#, #"[1,12,13]"#, "preprocessing.mean"),
        ("elbo.preprocessing", #"[1,12,12]"#, #"[1,-12,12]"#, "imageShape"),
        ("elbo.provenance", "{", "[", "not JSON"),
    ])
    func aLieAroundTheNetworkIsOneError(_ key: String, _ old: String, _ new: String, _ words: String) throws {
        let contents = try file(key: key, old, new)
        let error = #expect(throws: EngineError.self) { _ = try NetworkFile(contents) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func missingTensorsForeignOnesAndBadNumbersAreNamed() throws {
        func without(_ name: String) -> Checkpoint {
            let whole = sampleFile(0).contents
            var contents = Checkpoint()
            contents.metadata = whole.metadata
            for tensor in whole.tensors where tensor.name != name { contents.put(tensor) }
            return contents
        }
        for name in ["fc2.bias", "select1.index", "preprocessing.mean"] {
            let contents = without(name)
            let error = #expect(throws: EngineError.self) { _ = try NetworkFile(contents) }
            #expect(error?.description.contains(name) == true, "\(error?.description ?? "")")
        }
        var contents = sampleFile(0).contents
        contents.put("back\u{1B}door", [UInt8(1)])
        var error = #expect(throws: EngineError.self) { _ = try NetworkFile(contents) }
        #expect(error?.description.contains(#"back\u{1b}door belongs to no layer"#) == true)
        contents = sampleFile(0).contents
        contents.put("fc2.bias", [Float](repeating: .nan, count: 10))
        error = #expect(throws: EngineError.self) { _ = try NetworkFile(contents) }
        #expect(error?.description.contains("fc2.bias holds numbers that are not finite") == true)
        contents = sampleFile(0).contents
        contents.put("select1.index", [0, 1, 2, 3, 4, 5, -1])
        error = #expect(throws: EngineError.self) { _ = try NetworkFile(contents) }
        #expect(error?.description.contains("select1.index selects features outside") == true)
    }

    /// Layer upon layer of blocks would exhaust the stack of a reader that trusts its input.
    @Test func depthAndNumberOfLayersAreBounded() throws {
        let block = #"{"type":"residual","name":"b","activation":"relu","shortcut":[],"body":["#
        let deep = String(repeating: block, count: 20) + String(repeating: "]}", count: 20) + ","
        let wide = String(repeating: #"{"type":"flatten"},"#, count: 2000)
        for (text, words) in [(deep, "nested too deeply"), (wide, "more than 1000 layers")] {
            // Flattening what is flat is allowed, so the many stand behind the first flattening.
            let contents =
                text == wide
                ? try file(#"{"type":"flatten"},"#, wide) : try file(#""layers":["#, #""layers":["# + deep)
            let error = #expect(throws: EngineError.self) { _ = try NetworkFile(contents) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }

    /// Random damage to bytes and to numbers of the header: an error, or a network that runs.
    @Test(arguments: sampleArchitectures.indices)
    func damagedFilesEndInAnErrorOrInANetworkThatRuns(index: Int) throws {
        let rounds = ProcessInfo.processInfo.environment["ELBO_FULL_TESTS"] == nil ? 400 : 100_000
        let whole = Safetensors.encode(sampleFile(index).contents)
        let header = 8 + whole[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        var numbers = TestNumbers(seed: UInt64(index))
        var (opened, refused) = (0, 0)
        for round in 0..<rounds {
            var bytes = whole
            for _ in 0...Int.random(in: 0...2, using: &numbers) {
                let place = Int.random(in: 8..<header, using: &numbers)
                let isDigit = (0x30...0x39).contains(bytes[place])
                // Digits become other digits more often than not: those headers stay JSON.
                bytes[place] =
                    isDigit
                    ? UInt8.random(in: 0x30...0x39, using: &numbers) : UInt8.random(in: 0...255, using: &numbers)
            }
            if round % 10 == 0 { bytes.removeLast(Int.random(in: 1...bytes.count, using: &numbers)) }
            guard let contents = try? Safetensors.decode(bytes) else {
                refused += 1
                continue
            }
            do throws(EngineError) {
                let file = try NetworkFile(contents)
                #expect(sampleLogits(file).count == 5 * file.classNames.count)
                opened += 1
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(refused > 0)
        #expect(opened > 0)
    }
}
