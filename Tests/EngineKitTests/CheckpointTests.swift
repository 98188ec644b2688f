// SPDX-License-Identifier: Apache-2.0
// Arrays in and out of a checkpoint, and the errors that tell what does not fit.
import EngineKit
import Testing

@Suite struct CheckpointTests {
    @Test func valuesComeBackByName() throws {
        var checkpoint = Checkpoint()
        checkpoint.put("f", [Float(1.5), .nan], shape: [1, 2])
        checkpoint.put("d", [Double(2.5)])
        checkpoint.put("i", [3, -4])
        checkpoint.put("w", [UInt64.max, 0])
        checkpoint.put("b", [UInt8(5)])
        checkpoint.put("step", 42)
        checkpoint.put("rate", 0.125)
        checkpoint.metadata["stage"] = "prune"
        #expect(try checkpoint.floats("f", shape: [1, 2])[0] == 1.5)
        #expect(try checkpoint.floats("f")[1].isNaN)
        #expect(try checkpoint.doubles("d") == [2.5])
        #expect(try checkpoint.integers("i") == [3, -4])
        #expect(try checkpoint.words("w") == [UInt64.max, 0])
        #expect(try checkpoint.bytes("b") == [5])
        #expect(try checkpoint.integer("step") == 42)
        #expect(try checkpoint.number("rate") == 0.125)
        #expect(try checkpoint.text("stage") == "prune")
        #expect(checkpoint.byteCount == 8 + 8 + 16 + 16 + 1 + 8 + 8)
    }

    @Test func puttingANameAgainReplacesItInPlace() throws {
        var checkpoint = Checkpoint()
        checkpoint.put("a", [Float(1)])
        checkpoint.put("b", [Float(2)])
        checkpoint.put("a", [Float(3), 4])
        #expect(checkpoint.tensors.map(\.name) == ["a", "b"])
        #expect(try checkpoint.floats("a") == [3, 4])
    }

    @Test func errorsNameTheTensorAndWhatWasExpected() {
        var checkpoint = Checkpoint()
        checkpoint.put("conv1.weight", [Float(1), 2], shape: [2, 1])
        #expect(message { _ = try checkpoint.floats("conv2.weight") }.contains("no tensor 'conv2.weight'"))
        #expect(
            message { _ = try checkpoint.floats("conv1.weight", shape: [1, 2]) }.contains("[2, 1], expected [1, 2]"))
        #expect(message { _ = try checkpoint.doubles("conv1.weight") }.contains("holds F32, expected F64"))
        #expect(message { _ = try checkpoint.text("method") }.contains("no entry 'method'"))
        #expect(message { _ = try checkpoint.integer("conv1.weight") }.contains("conv1.weight"))
    }

    @Test func shapeThatDoesNotFitTheValuesTraps() async {
        await #expect(processExitsWith: .failure) {
            var checkpoint = Checkpoint()
            checkpoint.put("a", [Float(1), 2], shape: [3])
        }
        await #expect(processExitsWith: .failure) {
            var checkpoint = Checkpoint()
            checkpoint.put("__metadata__", [Float(1)])
        }
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }
}
